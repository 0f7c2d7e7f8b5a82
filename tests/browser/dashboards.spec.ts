import { expect, test } from './fixtures.ts';
import { exploreAddress, openWhenStored } from './queries.ts';

for (const theme of ['dark', 'light']) {
  for (const width of [1280, 1920]) {
    test(`draws every bundled dashboard (${theme}, ${width} pixels wide)`, async ({ page, pmtas }, testInfo) => {
      const delivered = pmtas.mta1.counts.byType.d + pmtas.mta2.counts.byType.d;
      await openWhenStored(page, exploreAddress({ queryType: 'events', measure: 'delivered' }), delivered);
      await page.goto(`/dashboards?theme=${theme}`);
      const links = page.getByRole('main').locator('a[href^="/d/"]');
      await expect(links.first()).toBeVisible();
      const addresses = await links.evaluateAll((anchors) =>
        anchors.map((anchor) => anchor.getAttribute('href') ?? '')
      );
      for (const address of new Set(addresses)) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        const panels = page.getByTestId('dashboard').locator('section');
        await expect(panels.first()).toBeVisible();
        await expect(page.getByTestId('dashboard').locator('section[data-state="Loading"]')).toHaveCount(0);
        for (const panel of await panels.all()) {
          await expect(panel).not.toHaveAttribute('data-state', 'Error');
        }
        const height = await page.getByTestId('dashboard').evaluate((element) => element.scrollHeight);
        await page.setViewportSize({ width, height: height + 200 });
        const name = address.split('/')[2]?.split('?')[0];
        await page.screenshot({ path: testInfo.outputPath(`${name}-${theme}-${width}.png`) });
      }
    });
  }
}

test('hands variables and ad hoc filters to the queries', async ({ page }) => {
  const panel = {
    id: 1,
    type: 'timeseries',
    title: 'Deliveries of $domain',
    gridPos: { x: 0, y: 0, w: 24, h: 8 },
    targets: [
      {
        refId: 'A',
        queryType: 'events',
        measure: 'delivered',
        groupBy: ['recipient_domain'],
        filters: [{ key: 'recipient_domain', operator: '=', values: ['$domain'] }],
      },
    ],
  };
  const variables = [
    { type: 'custom', name: 'domain', query: 'gmail.com,yahoo.com,aol.com', multi: true, includeAll: true },
    { type: 'adhoc', name: 'filters', label: 'Filters' },
  ];
  await page.route('**/dashboards/overview.json', (route) =>
    route.fulfill({ json: { uid: 'variables', title: 'Variables', panels: [panel], templating: { list: variables } } })
  );
  const next = async (act: () => Promise<unknown>) => {
    const sent = page.waitForRequest((request) => request.url().includes('/api/ds/query'));
    await act();
    const { queries } = (await sent).postDataJSON() as { queries: Array<{ filters: unknown[] }> };
    return queries[0]?.filters;
  };

  const domains = { key: 'recipient_domain', operator: '=|', values: ['gmail.com', 'yahoo.com', 'aol.com'] };
  expect(await next(() => page.goto('/d/variables'))).toEqual([domains]);
  expect(await next(() => page.goto('/d/variables?var-domain=yahoo.com'))).toEqual([
    { ...domains, operator: '=', values: ['yahoo.com'] },
  ]);
  await expect(page.getByRole('heading', { name: 'Deliveries of yahoo.com' })).toBeVisible();

  await page.getByLabel('Filters').click();
  await page.getByRole('option', { name: 'node', exact: true }).click();
  await page.getByTestId('filter-value').click();
  expect(await next(() => page.getByRole('option', { name: 'mta1' }).click())).toContainEqual({
    key: 'node',
    operator: '=',
    values: ['mta1'],
  });
});
