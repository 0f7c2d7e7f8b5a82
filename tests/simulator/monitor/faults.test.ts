import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { monitorFixture, type Tree } from './fixture.ts';
import type { Variant } from './variant.ts';

const monitor = monitorFixture();

test('the API key', async () => {
  monitor.pmta.set({ apiKey: 'secret_key' });
  const refused = await monitor.get('/status?format=json');
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Access Forbidden/);
  assert.equal((await monitor.get('/status?format=json', { headers: { 'X-API-Key': 'other' } })).status, 403);
  assert.equal((await monitor.get('/status?format=json', { headers: { 'X-API-Key': 'secret_key' } })).status, 200);
});

test('redirects', async () => {
  const location = async (variant: Partial<Variant>, path: string): Promise<string | null> => {
    monitor.pmta.set({ fault: 'none', redirectToHttps: false, ...variant });
    const response = await monitor.get(path);
    assert.equal(response.status, 302);
    return response.headers.get('location');
  };
  assert.equal(await location({}, '/'), '/ui');
  assert.equal(
    await location({ fault: 'redirect-https' }, '/queues?format=json'),
    `${monitor.pmta.httpsUrl}/queues?format=json`
  );
  assert.equal(
    await location({ redirectToHttps: true }, '/queues?format=json'),
    `${monitor.pmta.httpsUrl}/queues?format=json`
  );
  assert.equal(await location({ fault: 'redirect-ui' }, '/queues?format=json'), '/ui/queues');
  assert.equal(
    await location({ fault: 'redirect-host' }, '/queues?format=json'),
    'http://monitor.example.com/queues?format=json'
  );
  monitor.pmta.set({ fault: 'redirect-ui' });
  const followed = await monitor.get('/queues?format=json', { redirect: 'follow' });
  assert.equal(followed.status, 200);
  assert.match(await followed.text(), /^<!DOCTYPE html>/);
});

test('pages, refusals and failures in place of data', async () => {
  monitor.pmta.set({ fault: 'html' });
  const page = await monitor.get('/queues?format=json');
  assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  monitor.pmta.set({ fault: 'forbidden' });
  assert.equal((await monitor.get('/queues?format=json')).status, 403);
  monitor.pmta.set({ fault: 'server-error' });
  assert.equal((await monitor.get('/queues?format=json')).status, 500);
  const fail = await monitor.json('/queues', { fault: 'fail' });
  assert.deepEqual(fail, { status: 'fail', message: 'internal error: cannot contact pmtad' });
  assert.equal(await monitor.xmlText('/queues'), '<rsp><error>internal error: cannot contact pmtad</error></rsp>');
});

test('half a body: as a whole answer, and as a broken one', async () => {
  monitor.pmta.set({ fault: 'cut' });
  const cut = await (await monitor.get('/queues?format=json')).text();
  assert.match(cut, /^\{"data":/);
  assert.throws(() => JSON.parse(cut), SyntaxError);
  monitor.pmta.set({ fault: 'truncated' });
  const truncated = await monitor.get('/queues?format=json');
  assert.equal(truncated.status, 200);
  await assert.rejects(truncated.text());
});

test('ten megabytes, well-formed', async () => {
  monitor.pmta.set({ fault: 'huge' });
  const text = await (await monitor.get('/queues?format=json')).text();
  assert.ok(text.length >= 10_000_000);
  assert.ok((JSON.parse(text) as Tree).data.queues.length > 10);
  const xml = await (await monitor.get('/queues?format=xml')).text();
  assert.ok(xml.length >= 10_000_000);
  assert.equal(XMLValidator.validate(xml), true);
});

test('silence, until the client gives up', async () => {
  monitor.pmta.set({ fault: 'hang' });
  await assert.rejects(monitor.get('/queues?format=json', { signal: AbortSignal.timeout(150) }), {
    name: 'TimeoutError',
  });
  assert.equal(monitor.pmta.requests.at(-1)!.code, 0);
});

test('a slow answer comes after its delay', async () => {
  monitor.pmta.set({ delayMs: 300 });
  await assert.rejects(monitor.get('/queues?format=json', { signal: AbortSignal.timeout(100) }), {
    name: 'TimeoutError',
  });
  monitor.pmta.set({ delayMs: 30 });
  assert.equal((await monitor.get('/queues?format=json')).status, 200);
});

test('a fault can be that of one path', async () => {
  monitor.pmta.set({ fault: 'server-error', faultPaths: ['/queues'] });
  assert.equal((await monitor.get('/queues?format=json')).status, 500);
  assert.equal((await monitor.get('/domains?format=json')).status, 200);
});

test('a stopped monitor refuses connections, and comes back at the same address', async () => {
  const { url } = monitor.pmta;
  await monitor.pmta.closeMonitor();
  const connecting = once(connect(Number(new URL(url).port), '127.0.0.1'), 'connect');
  await assert.rejects(connecting, { code: 'ECONNREFUSED' });
  await monitor.pmta.openMonitor();
  assert.equal(monitor.pmta.url, url);
  assert.equal((await monitor.get('/status?format=json')).status, 200);
});

test('unknown paths are 404, commands are refused', async () => {
  assert.equal((await monitor.get('/topQueues?format=json')).status, 404);
  assert.equal((await monitor.get('/command', { method: 'POST', body: 'command=show status' })).status, 403);
  assert.equal((await monitor.get('/configFile?op=read&filename=config')).status, 403);
});
