import { testIds } from '../../src/testIds.ts';
import { expect, test } from './fixtures.ts';
import { exploreAddress, openWhenStored, totalsBy } from './queries.ts';

const { query } = testIds;

test('lists the queues of both nodes now', async ({ page, pmtas }) => {
  await page.goto('/explore');
  await page.getByTestId(query.type).getByRole('radio', { name: 'Live' }).click();
  await page.getByTestId(query.resource).click();
  await page.getByRole('option', { name: 'Queues' }).click();

  const table = page.getByRole('grid');
  await expect(table.getByRole('columnheader', { name: /recipients/ })).toBeVisible();
  for (const node of ['mta1', 'mta2'] as const) {
    const [longest] = pmtas[node].queues().sort((a, b) => b.recipients - a.recipients);
    const row = table.getByRole('row').filter({ hasText: node }).filter({ hasText: longest?.queue });
    await expect(row).toContainText(String(longest?.recipients));
  }
});

test('counts every delivery, to the record', async ({ page, pmtas }) => {
  const { mta1, mta2 } = pmtas;
  const delivered = { mta1: mta1.counts.byType.d, mta2: mta2.counts.byType.d };
  expect(delivered.mta1).toBeGreaterThan(10_000);
  const address = exploreAddress({ queryType: 'events', measure: 'delivered', groupBy: ['node'] });
  const answer = await openWhenStored(page, address, delivered.mta1 + delivered.mta2);
  expect(totalsBy('node', answer)).toEqual(delivered);
  const graph = page.getByTestId('graph');
  await expect(graph.locator('canvas')).toBeVisible();
  for (const node of ['mta1', 'mta2']) {
    await expect(graph.getByText(node, { exact: true })).toBeVisible();
  }
});

test('finds log lines by a word of the reply and marks it', async ({ page, pmtas }) => {
  const bounced = pmtas.mta1.counts.byType.b + pmtas.mta2.counts.byType.b;
  await openWhenStored(page, exploreAddress({ queryType: 'events', measure: 'bounced' }), bounced);
  await page.goto(exploreAddress({ queryType: 'logs' }));
  await page.getByTestId(query.search).fill('5.1.1');
  await page.getByTestId(query.search).press('Enter');

  const lines = page.getByTestId('log-lines').getByRole('listitem');
  await expect(lines.first().locator('mark').first()).toHaveText('5.1.1');
  for (const line of (await lines.all()).slice(0, 20)) {
    await expect(line).toContainText('5.1.1');
  }
  await lines.first().getByRole('button').click();
  await expect(lines.first().locator('dl')).toContainText('node');
});

test('says what was executed', async ({ page }) => {
  await page.goto(exploreAddress({ queryType: 'events', measure: 'delivered' }));
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(page.getByTestId('inspected')).toContainText('SELECT');
});

test('shows the rows of the node that answers beside the failure of the other', async ({
  page,
  pmtas,
  openWorkbench,
}) => {
  const [alive, dead] = pmtas.nodes;
  const nodes = alive && dead ? [alive, { ...dead, url: 'http://127.0.0.1:9' }] : [];
  const { url } = await openWorkbench({ nodes });
  await page.goto(url + exploreAddress({ queryType: 'live', resource: 'status' }));
  await expect(page.getByRole('grid').getByRole('row').filter({ hasText: 'mta1' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'mta2' })).toContainText('127.0.0.1:9');
});

test('shows text of a receiver as text', async ({ page }) => {
  const hostile = '<img src=x onerror="document.title=\'taken\'">';
  await page.route('**/api/ds/query*', (route) =>
    route.fulfill({
      json: {
        results: {
          A: {
            status: 200,
            frames: [
              {
                schema: {
                  refId: 'A',
                  meta: { type: 'log-lines', preferredVisualisationType: 'logs' },
                  fields: [
                    { name: 'timestamp', type: 'time' },
                    { name: 'body', type: 'string' },
                  ],
                },
                data: { values: [[Date.now()], [hostile]] },
              },
            ],
          },
        },
      },
    })
  );
  await page.goto(exploreAddress({ queryType: 'logs' }));
  await expect(page.getByTestId('log-lines')).toContainText(hostile);
  await expect(page).toHaveTitle('PowerMTA workbench');
});
