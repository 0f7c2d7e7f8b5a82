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
