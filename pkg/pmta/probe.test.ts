import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMonitor } from './monitor.ts';
import { probe } from './probe.ts';
import { nodeAt, sendJson, startServer, statusAnswer } from './test-server.ts';

const now = () => Date.UTC(2026, 1, 7, 12);

test('says what answers, and lists what to look at', async (t) => {
  const server = await startServer(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://mta1');
    if (pathname === '/status') {
      sendJson(response, statusAnswer());
    } else if (pathname === '/jobs') {
      response.writeHead(404).end();
    } else {
      const name = pathname.slice(1);
      const total = `total${name[0]?.toUpperCase()}${name.slice(1)}WithRcp`;
      sendJson(response, {
        data: { [name]: [{ name: 'a', rcp: 1 }], [total]: name === 'queues' ? 1428 : 1 },
        status: 'success',
      });
    }
  });
  const front = await startServer(t, (request, response) => {
    response.writeHead(302, { Location: `${server.url}${request.url}` }).end();
  });
  const monitor = createMonitor(nodeAt(front.url), {}, { now });
  assert.deepEqual(await probe(monitor), {
    ok: true,
    node: 'mta1',
    version: '5.0r5',
    format: 'json',
    message: 'mta1: PowerMTA 5.0r5 on mta1.example.com is running, answers in JSON',
    notices: [
      `mta1 redirects to ${server.url}: enter that as its address`,
      "/queues of mta1: top 1 of 1,428 queues: raise http-default-max-items in PMTA's configuration",
      "mta1 has no /jobs (HTTP 404): check that its address is the one of PMTA's HTTP monitor",
    ],
  });
  monitor.close();
});

test('a node that cannot be asked is a result with the next step', async (t) => {
  const server = await startServer(t, (_request, response) => response.writeHead(403).end());
  const monitor = createMonitor(nodeAt(server.url), {}, { now });
  const result = await probe(monitor);
  assert.ok(!result.ok);
  assert.equal(result.code, 'forbidden');
  assert.match(result.message, /http-access/);
  assert.equal(server.requests.length, 1);
  monitor.close();
});

test('a caller that aborts gets its own reason', async (t) => {
  const server = await startServer(t, () => undefined);
  const monitor = createMonitor(nodeAt(server.url), {});
  const controller = new AbortController();
  const asked = probe(monitor, controller.signal);
  controller.abort(new Error('left'));
  await assert.rejects(asked, { message: 'left' });
  monitor.close();
});
