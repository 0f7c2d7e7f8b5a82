import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMonitor } from './monitor.ts';
import { nodeAt, sendJson, startServer, statusAnswer, statusContent } from './test-server.ts';

const noon = Date.UTC(2026, 1, 7, 12);
const queues = {
  data: { queues: [{ name: 'a.example/v', rcp: 1, retryTime: '2026-02-07 13:05:00' }], totalRcp: 1 },
  status: 'success',
};

test('callers at the same time share one request, later ones may share its answer', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, statusAnswer()));
  let now = noon;
  const monitor = createMonitor(nodeAt(server.url), {}, { now: () => now });
  const [first, second] = await Promise.all([monitor.get('status'), monitor.get('status')]);
  assert.equal(first, second);
  assert.equal(server.requests.length, 1);
  now += 1000;
  assert.equal(await monitor.get('status', { maxAgeMs: 1000 }), first);
  assert.equal(server.requests.length, 1);
  now += 1;
  assert.notEqual(await monitor.get('status', { maxAgeMs: 1000 }), first);
  assert.notEqual(await monitor.get('status'), first);
  assert.equal(server.requests.length, 3);
  monitor.close();
});

test('a caller that aborts does not take the answer from the others', async (t) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const server = await startServer(t, (_request, response) => void held.then(() => sendJson(response, statusAnswer())));
  const monitor = createMonitor(nodeAt(server.url), {});
  const leaving = new AbortController();
  const left = monitor.get('status', { signal: leaving.signal });
  const stayed = monitor.get('status', { signal: new AbortController().signal });
  leaving.abort(new Error('panel closed'));
  await assert.rejects(left, { message: 'panel closed' });
  release();
  assert.equal((await stayed).data.state, 'running');
  assert.equal(server.requests.length, 1);
  monitor.close();
});

test('local times are placed by the status, which is asked once for that', async (t) => {
  const server = await startServer(t, (request, response) =>
    sendJson(response, request.url?.startsWith('/status') ? statusAnswer(statusContent('13:00:00')) : queues)
  );
  const monitor = createMonitor(nodeAt(server.url), {}, { now: () => noon });
  assert.equal((await monitor.get('queues')).data.rows[0]?.retry_ms, Date.UTC(2026, 1, 7, 12, 5));
  await monitor.get('queues');
  assert.deepEqual(server.requests, [
    '/status?format=json',
    '/queues?format=json&maxitems=1000',
    '/queues?format=json&maxitems=1000',
  ]);
  const { data } = await monitor.get('status');
  assert.equal(data.now_ms, noon);
  assert.equal(data.started_ms, Date.UTC(2026, 1, 7, 7));
  assert.equal(data.uptime_seconds, 5 * 3600);
  monitor.close();
});

test('a zone in the settings needs no status', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, queues));
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'Asia/Kolkata' }), {}, { now: () => noon });
  assert.equal((await monitor.get('queues')).data.rows[0]?.retry_ms, Date.UTC(2026, 1, 7, 7, 35));
  assert.equal(server.requests.length, 1);
  monitor.close();
});

test('what the user should know comes with the answer', async (t) => {
  const long = { data: { domains: [{ name: 'a.example', rcp: 1 }], totalDomainsWithRcp: 7 }, status: 'success' };
  const server = await startServer(t, (request, response) =>
    sendJson(response, request.url?.startsWith('/status') ? statusAnswer(statusContent('12:05:00')) : long)
  );
  const monitor = createMonitor(nodeAt(server.url), {}, { now: () => noon });
  assert.match((await monitor.get('status')).notices.join(), /5 min ahead/);
  assert.match((await monitor.get('domains')).notices.join(), /top 1 of 7 domains/);
  monitor.close();
});

test('after a restart the format is found again', async (t) => {
  let upgraded = false;
  const status = statusContent();
  const xml = () =>
    `<rsp><data><status><startupTime>${String(status.startupTime)}</startupTime><traffic><total><in><rcp>1</rcp><msg>1</msg>` +
    '<kb>1</kb></in><out><rcp>1</rcp><msg>1</msg><kb>1</kb></out></total></traffic><conn><smtpIn><cur>1</cur></smtpIn>' +
    '<smtpOut><cur>1</cur></smtpOut></conn></status></data><succ/></rsp>';
  const server = await startServer(t, (request, response) => {
    if (request.url?.includes('format=xml')) {
      response.end(xml());
    } else if (upgraded) {
      sendJson(response, statusAnswer(status));
    } else {
      response.end('<html></html>');
    }
  });
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {}, { now: () => noon });
  await monitor.get('status');
  assert.equal(monitor.format(), 'xml');
  upgraded = true;
  status.startupTime = '2026-02-07 11:59:00';
  await monitor.get('status');
  await monitor.get('status');
  assert.equal(monitor.format(), 'json');
  monitor.close();
});

test('wrong settings fail each call with the setting', async () => {
  await assert.rejects(createMonitor(nodeAt(''), {}).get('status'), {
    code: 'settings',
    message: /address of mta1 is empty/,
  });
  const zoned = createMonitor(nodeAt('http://192.0.2.1', { timeZone: 'Mars/Base' }), {});
  await assert.rejects(zoned.get('queues'), { code: 'settings', message: /time zone of mta1/ });
});

test('a dead node holds up no other', async (t) => {
  const dead = await startServer(t, () => undefined);
  const alive = await startServer(t, (_request, response) => sendJson(response, statusAnswer()));
  const monitors = [dead, alive].map(({ url }) => createMonitor(nodeAt(url), {}));
  const hanging = monitors[0]?.get('status').catch((error: unknown) => error);
  assert.equal((await monitors[1]?.get('status'))?.data.state, 'running');
  monitors.forEach((monitor) => monitor.close());
  assert.match(String(await hanging), /was closed/);
});

test('closing ends what is under way and refuses the rest', async (t) => {
  const server = await startServer(t, () => undefined);
  const monitor = createMonitor(nodeAt(server.url), {});
  const asked = [
    monitor.get('status'),
    monitor.get('queues', { signal: new AbortController().signal }),
    monitor.raw('jobs'),
  ];
  monitor.close();
  for (const answer of asked) {
    await assert.rejects(answer, { code: 'closed' });
  }
  await assert.rejects(monitor.get('status'), { code: 'closed' });
  await assert.rejects(monitor.raw('status'), { code: 'closed' });
});

test('the raw view shows the text even of what cannot be read', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, { unknown: true }));
  const monitor = createMonitor(nodeAt(server.url), {});
  assert.deepEqual(await monitor.raw('status'), { contentType: 'application/json', text: '{"unknown":true}' });
  await assert.rejects(monitor.get('status'), { code: 'malformed' });
  monitor.close();
});
