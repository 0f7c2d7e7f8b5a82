import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { PmtaError } from './error.ts';
import { createMonitorHttp, type HttpBounds } from './http.ts';
import type { MonitorSecrets } from './endpoint.ts';
import { nodeAt, sendJson, startServer } from './test-server.ts';

const apiKey = 'secret_'.repeat(6);

function client(url: string, bounds: Partial<HttpBounds> = {}, secrets: MonitorSecrets = {}) {
  return createMonitorHttp(nodeAt(url), secrets, { timeoutMs: 5000, maxBytes: 1024 * 1024, ...bounds });
}

const json = { format: 'json' } as const;

test('a request is a GET of the path with its parameters, and the key goes in its header', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, { ok: true }));
  const http = client(`${server.url}/pmta1`, {}, { apiKey });
  const reply = await http.get('/queues', { format: 'json', maxitems: 1000 });
  assert.deepEqual(reply, { contentType: 'application/json', text: '{"ok":true}' });
  assert.deepEqual(server.requests, ['/pmta1/queues?format=json&maxitems=1000']);
  assert.equal(server.messages[0]?.method, 'GET');
  assert.equal(server.messages[0]?.headers['x-api-key'], apiKey);
  http.close();
});

test('without a key none is sent, and connections are kept', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, {}));
  const http = client(server.url);
  await http.get('/status', json);
  await http.get('/status', json);
  assert.equal(server.messages[0]?.headers['x-api-key'], undefined);
  assert.equal(server.messages[0]?.socket, server.messages[1]?.socket);
  http.close();
});

test('the key is taken out of answers that echo it', async (t) => {
  const server = await startServer(t, (request, response) => response.end(JSON.stringify(request.headers)));
  const http = client(server.url, {}, { apiKey });
  const { text } = await http.get('/status', json);
  assert.ok(!text.includes(apiKey));
  assert.match(text, /\[API key\]/);
  http.close();
});

test('a redirect to another port of the host is followed, with our path, and asked directly from then on', async (t) => {
  const target = await startServer(t, (_request, response) => sendJson(response, { from: 'target' }));
  const server = await startServer(t, (_request, response) => {
    response.writeHead(302, { Location: `${target.url}/status?command=stop` }).end();
  });
  const http = client(server.url, {}, { apiKey });
  assert.equal(http.movedTo(), null);
  assert.match((await http.get('/status', json)).text, /target/);
  assert.equal(http.movedTo(), target.url);
  await http.get('/status', json);
  assert.deepEqual(server.requests, ['/status?format=json']);
  assert.deepEqual(target.requests, ['/status?format=json', '/status?format=json']);
  http.close();
});

test('another host is never asked, so it never gets the key', async (t) => {
  const attacker = await startServer(t, (_request, response) => sendJson(response, {}));
  const port = new URL(attacker.url).port;
  const locations = [
    `http://localhost:${port}/status`,
    `//localhost:${port}/status`,
    `http://127.0.0.2:${port}/status`,
    `http://127.0.0.1@localhost:${port}/status`,
    `http://[::1]:${port}/status`,
    `http://127.0.0.1.nip.example:${port}/status`,
    `http://user@127.0.0.1:${port}/status`,
    `http://127.0.0.1:${port}/command?command=stop`,
    `ftp://127.0.0.1:${port}/status`,
  ];
  for (const location of locations) {
    const server = await startServer(t, (_request, response) => response.writeHead(307, { Location: location }).end());
    const http = client(server.url, {}, { apiKey });
    await assert.rejects(http.get('/status', json), (error) => {
      return error instanceof PmtaError && error.code === 'redirect' && !error.message.includes(apiKey);
    });
    assert.equal(server.requests.length, 1);
    http.close();
  }
  assert.deepEqual(attacker.requests, []);
});

test('a chain of redirects ends after two, a redirect to the web pages at once', async (t) => {
  const urls: string[] = [];
  for (let hop = 0; hop < 5; hop++) {
    const next = hop;
    const { url } = await startServer(t, (_request, response) => {
      response.writeHead(302, { Location: `${urls[next - 1] ?? ''}/status` }).end();
    });
    urls.push(url);
  }
  const http = client(urls[4] ?? '');
  await assert.rejects(http.get('/status', json), { code: 'redirect', message: /again and again/ });
  const ui = await startServer(t, (_request, response) => response.writeHead(302, { Location: '/ui/status' }).end());
  await assert.rejects(client(ui.url).get('/status', json), { code: 'html', message: /web page/ });
});

test('statuses other than success fail with their code', async (t) => {
  for (const [status, code] of Object.entries({ 403: 'forbidden', 404: 'not-found', 400: 'http', 500: 'http' })) {
    const server = await startServer(t, (_request, response) =>
      response.writeHead(Number(status)).end('<html>no</html>')
    );
    await assert.rejects(client(server.url).get('/status', json), { code, httpStatus: Number(status) });
  }
});

test('a server that never answers, or stops in the middle of an answer, is given up', async (t) => {
  const silent = await startServer(t, () => undefined);
  await assert.rejects(client(silent.url, { timeoutMs: 50 }).get('/status', json), {
    code: 'timeout',
    message: /within 0\.05 s/,
  });
  const stuck = await startServer(t, (_request, response) => void response.write('{"data":'));
  await assert.rejects(client(stuck.url, { timeoutMs: 50 }).get('/status', json), { code: 'timeout' });
});

test('an answer that breaks off or is too large is refused', async (t) => {
  const broken = await startServer(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('{"data":', () => response.destroy());
  });
  await assert.rejects(client(broken.url).get('/status', json), {
    code: 'unreachable',
    message: /closed the connection/,
  });
  const huge = await startServer(t, (_request, response) => response.end('x'.repeat(2000)));
  await assert.rejects(client(huge.url, { maxBytes: 1000 }).get('/status', json), { code: 'too-large' });
});

test('a caller that aborts gets its own reason', async (t) => {
  const server = await startServer(t, () => undefined);
  const controller = new AbortController();
  const reason = new Error('panel closed');
  const asked = client(server.url).get('/status', json, controller.signal);
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(asked, (error) => error === reason);
});

test('a kept connection that the server closed meanwhile is no failure', async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let requests = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      requests++;
      if (requests === 1) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}');
      } else {
        socket.destroy();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const http = client(`http://127.0.0.1:${address.port}`);
  await http.get('/status', json);
  assert.equal((await http.get('/status', json)).text, '{}');
  assert.equal(connections, 2);
  http.close();
});

test('nothing listens, nothing resolves, no HTTP', async () => {
  const server = createServer((socket) =>
    socket
      .resume()
      .end('220 mta1 ESMTP\r\n')
      .on('error', () => undefined)
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  await assert.rejects(client(`http://127.0.0.1:${address.port}`).get('/status', json), { code: 'malformed' });
  await assert.rejects(client(`https://127.0.0.1:${address.port}`).get('/status', json), { code: 'tls' });
  server.close();
  await once(server, 'close');
  await assert.rejects(client(`http://127.0.0.1:${address.port}`).get('/status', json), {
    code: 'unreachable',
    message: /http-mgmt-port/,
  });
  await assert.rejects(client('http://mta1.invalid:8080').get('/status', json), { code: 'unreachable' });
});

test('wrong settings fail the request, not the creation', async () => {
  const http = client('mta1');
  await assert.rejects(http.get('/status', json), { code: 'settings' });
});

test('other paths are not asked, whatever the types were told', async (t) => {
  const server = await startServer(t, (_request, response) => sendJson(response, {}));
  const http = client(server.url, {}, { apiKey });
  for (const path of [
    '/command',
    '/configFile',
    '/status/../command',
    '/status?op=read',
    '/getFile?file=x',
    '',
    '/STATUS',
  ]) {
    await assert.rejects(http.get(path as '/status', json), TypeError, path);
  }
  assert.deepEqual(server.requests, []);
});
