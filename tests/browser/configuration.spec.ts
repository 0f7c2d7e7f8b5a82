import { testIds } from '../../src/testIds.ts';
import { expect, test } from './fixtures.ts';

const { config } = testIds;
const settingsPage = '/connections/datasources/edit/pmta';

test('configures a data source from nothing', async ({ page, pmtas, openWorkbench }) => {
  const { url } = await openWorkbench({ nodes: [] });
  const [node] = pmtas.nodes;
  await page.goto(url + settingsPage);
  await page.getByTestId(config.addNode).click();
  const name = page.getByTestId(config.name);
  await name.fill('mta1');
  await name.blur();
  await page.getByTestId(config.url).fill(node?.url ?? '');
  await page.getByTestId(config.files).fill(node?.accounting.files.join('\n') ?? '');
  await page.getByTestId(config.files).blur();
  await page.getByRole('button', { name: 'Save & test' }).click();

  const banner = page.getByTestId('test-banner');
  await expect(banner).toContainText('mta1');
  await expect(banner).toContainText('5.0');
  await page.reload();
  await expect(page.getByTestId(config.url)).toHaveValue(pmtas.mta1.url);
});

test('keeps a secret and never shows it', async ({ page, pmtas, openWorkbench }) => {
  const { url } = await openWorkbench({ nodes: pmtas.nodes.slice(0, 1) });
  await page.goto(url + settingsPage);
  const key = page.getByTestId(config.apiKey);
  await key.fill('s3cret-key');
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(page.getByTestId('test-banner')).toBeVisible();

  const saved = await (await page.request.get(`${url}/api/datasources/uid/pmta`)).text();
  expect(saved).not.toContain('s3cret-key');
  expect(JSON.parse(saved)).toMatchObject({ secureJsonFields: { 'apiKey.mta1': true } });
  expect(pmtas.mta1.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 's3cret-key' });
});

test.describe('a monitor that does not answer', () => {
  // Grafana answers a health check that failed with HTTP 400, which the browser reports.
  test.use({ expectedErrors: [/400 .*\/health\)/] });

  test('is named by "Save & test", with what to do', async ({ page, pmtas, openWorkbench }) => {
    const [node] = pmtas.nodes;
    const { url } = await openWorkbench({ nodes: node ? [{ ...node, url: 'http://127.0.0.1:9' }] : [] });
    await page.goto(url + settingsPage);
    await page.getByRole('button', { name: 'Save & test' }).click();
    const banner = page.getByTestId('test-banner');
    await expect(banner).toContainText('mta1');
    await expect(banner).toContainText('127.0.0.1:9');
  });
});

test.describe('a viewer', () => {
  test.use({ expectedErrors: [/403 /] });

  test('cannot save', async ({ page, workbench }) => {
    await page.goto(`${workbench.url}${settingsPage}?role=Viewer`);
    const refused = page.waitForResponse((response) => response.request().method() === 'PUT');
    await page.getByRole('button', { name: 'Save & test' }).click();
    expect((await refused).status()).toBe(403);
    await expect(page.getByTestId('test-banner')).toContainText('Not saved');
  });
});
