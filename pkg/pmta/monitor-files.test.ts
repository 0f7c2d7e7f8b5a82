import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMonitor } from './monitor.ts';
import { nodeAt, sendJson, startServer, statusAnswer, statusContent } from './test-server.ts';

const noon = Date.UTC(2026, 1, 7, 12);
const name = 'acct-2026-02-07-0000.csv';
const options = { bytesPerSecond: Infinity };

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of bytes) {
    text += chunk.toString();
  }
  return text;
}

function logs(...names: string[]) {
  const files = names.map((file) => ({ name: file, date: '2026-02-07 12:30:00', size: '958K' }));
  return { data: { log: { files } }, status: 'success' };
}

test('the list of files has UTC times and is asked for once by all callers', async (t) => {
  const server = await startServer(t, (request, response) =>
    sendJson(response, request.url?.startsWith('/status') ? statusAnswer(statusContent('13:00:00')) : logs(name))
  );
  const monitor = createMonitor(nodeAt(server.url), {}, { now: () => noon });
  t.after(() => monitor.close());
  const [first, second] = await Promise.all([monitor.logFiles(), monitor.logFiles()]);
  assert.equal(first, second);
  assert.deepEqual(first, {
    node: 'mta1',
    taken_ms: noon,
    files: [{ name, size: { min: 957_000, max: 982_016 }, time_ms: Date.UTC(2026, 1, 7, 11, 30) }],
    notices: [],
  });
  assert.deepEqual(server.requests, ['/status?format=json', '/logs?format=json']);
});

test('a PMTA of 4.x is asked in XML', async (t) => {
  const server = await startServer(t, (request, response) =>
    response.end(
      request.url?.includes('format=xml')
        ? `<rsp><data><log><file><name>${name}</name></file></log></data><succ/></rsp>`
        : '<html></html>'
    )
  );
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {});
  t.after(() => monitor.close());
  assert.equal((await monitor.logFiles()).files[0]?.name, name);
  assert.equal(monitor.format(), 'xml');
});

test('only files that are listed are asked for, under plain names', async (t) => {
  const server = await startServer(t, (request, response) =>
    request.url?.startsWith('/logs') ? sendJson(response, logs(name, '../etc/passwd')) : response.end('type\r\n')
  );
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {});
  t.after(() => monitor.close());
  for (const other of ['../etc/passwd', '/etc/passwd', '', '..']) {
    await assert.rejects(monitor.openLogFile(other, options), { code: 'not-found', message: /lists no file/ });
  }
  assert.deepEqual(server.requests, []);
  await assert.rejects(monitor.openLogFile('config', options), { code: 'not-found' });
  assert.deepEqual(server.requests, ['/logs?format=json']);
  const file = await monitor.openLogFile(name, { from: 2, ...options });
  assert.equal(await textOf(file.bytes), 'pe\r\n');
  assert.deepEqual(server.requests, ['/logs?format=json', `/getFile?file=${name}`]);
});

test('who may not see the files is told of deny-logs', async (t) => {
  const server = await startServer(t, (_request, response) => response.writeHead(403).end());
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {});
  t.after(() => monitor.close());
  await assert.rejects(monitor.logFiles(), { code: 'forbidden', message: /deny-logs` takes the files away/ });
  await assert.rejects(monitor.openLogFile(name, options), { code: 'forbidden', message: /deny-logs/ });
});

test('transfers never keep the resources waiting', async (t) => {
  const server = await startServer(t, (request, response) => {
    if (request.url?.startsWith('/getFile')) {
      response.write('type\r\n');
    } else {
      sendJson(response, request.url?.startsWith('/logs') ? logs(name) : statusAnswer());
    }
  });
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {});
  t.after(() => monitor.close());
  const files = await Promise.all(Array.from({ length: 12 }, () => monitor.openLogFile(name, options)));
  assert.equal((await monitor.get('status')).data.state, 'running');
  files.forEach((file) => file.close());
});

test('closing ends listings and transfers', async (t) => {
  const server = await startServer(t, (request, response) => {
    if (request.url?.startsWith('/getFile')) {
      response.write('type\r\n');
    } else if (server.requests.length === 1) {
      sendJson(response, logs(name));
    }
  });
  const monitor = createMonitor(nodeAt(server.url, { timeZone: 'UTC' }), {});
  const file = await monitor.openLogFile(name, options);
  const reading = textOf(file.bytes);
  const listing = monitor.logFiles();
  const ended = [assert.rejects(reading, { code: 'closed' }), assert.rejects(listing, { code: 'closed' })];
  monitor.close();
  await Promise.all(ended);
  await assert.rejects(monitor.logFiles(), { code: 'closed' });
  await assert.rejects(monitor.openLogFile(name, options), { code: 'closed' });
});
