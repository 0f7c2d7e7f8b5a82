import { expect, test } from './fixtures.ts';

test('answers 400 where one query fails, with the results of all', async ({ request }) => {
  const response = await request.post('/api/ds/query', {
    data: {
      from: 'now-1h',
      to: 'now',
      queries: [
        { refId: 'A', queryType: 'live', resource: 'status' },
        { refId: 'B', queryType: 'no-such-type' },
      ],
    },
  });
  expect(response.status()).toBe(400);
  const { results } = (await response.json()) as { results: Record<string, { error?: string; frames: unknown[] }> };
  expect(results.A?.error).toBeUndefined();
  expect(results.A?.frames.length).toBeGreaterThan(0);
  expect(results.B?.error).toContain('no-such-type');
});

test('answers pages of this machine only', async ({ request }) => {
  const foreign: Array<Record<string, string>> = [{ host: 'pmta.example.com' }, { origin: 'https://pmta.example.com' }];
  for (const headers of foreign) {
    expect((await request.get('/api/datasources', { headers })).status()).toBe(403);
  }
});

test('serves no file outside its folders', async ({ request }) => {
  const response = await request.get('/public/plugins/pmta-datasource/..%2f..%2fpackage.json');
  expect(response.status()).toBe(404);
});

test('starts a plugin that died again', async ({ request, openWorkbench, pmtas }) => {
  const { url, pluginPid } = await openWorkbench({ nodes: pmtas.nodes.slice(0, 1) });
  const health = () => request.get(`${url}/api/datasources/uid/pmta/health`);
  expect((await health()).status()).toBe(200);
  process.kill(pluginPid(), 'SIGKILL');
  await expect.poll(async () => (await health()).status()).toBe(500);
  await expect.poll(async () => (await health()).status()).toBe(200);
});
