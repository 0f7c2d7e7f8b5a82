import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { StoreError } from '../store/errors.ts';
import { grafanaOutlet } from './grafanaOutlet.ts';
import { RefusedError } from './outlet.ts';

const token = 'glsa_hunter2';
const never = new AbortController().signal;
const post = { acctFile: 'acct', source: '7-abc~2', start: 42, bytes: Buffer.from('type,rcpt\nd,a@b\n') };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  serving((request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });

const to = (url: string, answerMs = 5000) => grafanaOutlet({ url, dataSource: 'u-1', token, node: 'mta1', answerMs });

/** What it throws; the token must be nowhere in it. */
async function thrown(work: Promise<unknown>): Promise<Error & { code?: unknown }> {
  const error = await work.then(
    () => assert.fail('nothing was thrown'),
    (reason: unknown) => reason
  );
  assert(error instanceof Error);
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    assert.doesNotMatch(`${one.message} ${one.stack}`, /hunter2/);
  }
  return error;
}

test('records and rows are posted as gzip to the node of the data source, and the answer says what became of them', async () => {
  const seen: Array<{ method?: string; url?: string; headers: IncomingHttpHeaders; body: string }> = [];
  const url = await serving((request, response) => {
    void buffer(request).then((packed) => {
      const { method, url: address, headers } = request;
      seen.push({ method, url: address, headers, body: gunzipSync(packed).toString() });
      response.end(address?.includes('/snapshots/') ? '{"rows":1}' : '{"new":3,"seen":2,"rejected":1}');
    });
  });
  const outlet = to(`${url}/grafana/`);
  assert.deepEqual(await outlet.accounting(post, never), { new: 3, seen: 2, rejected: 1 });
  await outlet.snapshots('0012', { polls: [{ up: 1 }] }, never);
  const resources = '/grafana/api/datasources/uid/u-1/resources';
  assert.deepEqual(
    seen.map(({ method, url: address, body }) => [method, address, body]),
    [
      ['POST', `${resources}/accounting/mta1?acctFile=acct&source=7-abc%7E2&start=42`, 'type,rcpt\nd,a@b\n'],
      ['POST', `${resources}/snapshots/mta1?id=0012`, '{"polls":[{"up":1}]}'],
    ]
  );
  assert.equal(seen[0]?.headers.authorization, `Bearer ${token}`);
  assert.equal(seen[0]?.headers['content-encoding'], 'gzip');
});

test('each refusal says what to do', async () => {
  const cases: Array<[status: number, code: string, message: RegExp]> = [
    [401, 'denied', /refused it with 401 \(no\): target\.grafana\.tokenFile must hold the token of a service account/],
    [403, 'denied', /refused it with 403 \(no\): .* with the role Editor$/],
    [404, 'denied', /404 \(no\): check target\.grafana\.dataSource and node\.name$/],
    [409, 'denied', /409 \(no\): switch receiving on for this node/],
    [413, 'denied', /413 \(no\): a proxy .*client_max_body_size/],
    [429, 'denied', /429 \(no\): it is tried again$/],
    [500, 'unavailable', /500 \(no\): it is tried again$/],
    [503, 'unavailable', /503 \(no\): it is tried again$/],
  ];
  for (const [status, code, message] of cases) {
    const error = await thrown(to(await answering(status, '{"message":"no"}')).accounting(post, never));
    assert(error instanceof StoreError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
  }
});

test('records that are refused are told apart from a Grafana that takes none', async () => {
  const outlet = to(await answering(400, '{"message":"The batch is no accounting"}'));
  const error = await thrown(outlet.accounting(post, never));
  assert(error instanceof RefusedError);
  assert.match(error.message, /400 \(The batch is no accounting\); it is tried again/);
});

test('neither the token nor a page nor control characters of an answer come into an error', async () => {
  const page = await thrown(to(await answering(502, `<html>${token}</html>`)).accounting(post, never));
  assert.equal(page.message, 'Grafana refused it with 502: it is tried again');
  const echo = await answering(500, JSON.stringify({ message: `Bearer ${token}\nis\u001b[31m wrong` }));
  const error = await thrown(to(echo).accounting(post, never));
  assert.match(error.message, /\(Bearer … is \[31m wrong\)/);
});

test('a redirect is not followed: the token is for this Grafana alone', async () => {
  let asked = 0;
  const other = await serving((_, response) => {
    asked++;
    response.end('{"new":1,"seen":0,"rejected":0}');
  });
  for (const status of [301, 302, 307, 308]) {
    const url = await answering(status, '', { Location: `${other}/login?token=${token}` });
    const error = await thrown(to(url).accounting(post, never));
    assert.equal(error.message, `Grafana redirects to ${other}: give its final address in target.grafana.url`);
  }
  const relative = await thrown(to(await answering(302, '', { Location: '/login' })).accounting(post, never));
  assert.match(relative.message, /^Grafana redirects: /);
  assert.equal(asked, 0);
});

test('what is answered by another than the data source does not count as stored', async () => {
  for (const body of ['<html>Sign in</html>', '', 'null', '[]', '{"rows":"1"}', '{"new":1}']) {
    const outlet = to(await answering(200, body));
    for (const work of [outlet.accounting(post, never), outlet.snapshots('1', {}, never)]) {
      const error = await thrown(work);
      assert(error instanceof StoreError);
      assert.match(error.message, /^What answers at target\.grafana\.url is not this data source/);
    }
  }
});

test('a Grafana that is away, that says nothing, and that hangs up in its answer', async () => {
  const gone = await answering(200, '');
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const away = await thrown(to(gone).accounting(post, never));
  assert.match(away.message, /^Grafana at http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/);
  const silent = await thrown(to(await serving(() => undefined), 100).accounting(post, never));
  assert.match(silent.message, /does not answer: no answer in 0\.1 s$/);
  const half = await serving((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('{"new":');
    setTimeout(() => response.destroy(), 50);
  });
  const cut = await thrown(to(half).accounting(post, never));
  for (const error of [away, silent, cut]) {
    assert(error instanceof StoreError);
    assert.equal(error.code, 'unreachable');
  }
});

test('the signal ends a request', async () => {
  const stopping = new AbortController();
  const work = thrown(to(await serving(() => stopping.abort())).accounting(post, stopping.signal));
  assert.equal((await work).code, 'unreachable');
});

test('a token that no header can hold comes into no error', async () => {
  const outlet = grafanaOutlet({ url: await answering(200, ''), dataSource: 'u', token: 'glsa_hunter2\n3', node: 'n' });
  await thrown(outlet.accounting(post, never));
});
