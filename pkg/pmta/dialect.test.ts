import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { createDialect } from './dialect.ts';
import { createMonitorHttp } from './http.ts';
import { nodeAt, sendJson, startServer } from './test-server.ts';

type Answer = (format: string, url: URL, response: ServerResponse) => void;

async function dialectOf(t: TestContext, answer: Answer) {
  const server = await startServer(t, (request, response) => {
    const url = new URL(request.url ?? '', 'http://mta1');
    answer(url.searchParams.get('format') ?? '', url, response);
  });
  const http = createMonitorHttp(nodeAt(server.url), {}, { timeoutMs: 5000, maxBytes: 1_000_000 });
  t.after(() => http.close());
  return { server, dialect: createDialect('mta1', http) };
}

const queuesXml = '<rsp><data><title>Top 10 queues</title></data><succ/></rsp>';

test('JSON is asked first and then always', async (t) => {
  const { server, dialect } = await dialectOf(t, (_format, _url, response) =>
    sendJson(response, { data: { title: 'x' } })
  );
  assert.equal(dialect.format(), null);
  assert.equal((await dialect.ask('queues')).format, 'json');
  await dialect.ask('status');
  assert.equal(dialect.format(), 'json');
  assert.deepEqual(server.requests, ['/queues?format=json&maxitems=1000', '/status?format=json']);
});

test('a PMTA that knows no JSON is asked for XML, and directly from then on', async (t) => {
  const answers: Record<string, Answer> = {
    page: (_format, _url, response) => response.end('<html>Queues</html>'),
    text: (_format, _url, response) => response.end('unknown format'),
    nothing: (_format, _url, response) => response.end(),
    redirect: (_format, _url, response) => response.writeHead(302, { Location: '/ui/queues' }).end(),
    refusal: (_format, _url, response) => response.writeHead(400).end(),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const { server, dialect } = await dialectOf(t, (format, url, response) =>
      format === 'xml' ? response.end(queuesXml) : answer(format, url, response)
    );
    assert.equal((await dialect.ask('queues')).format, 'xml', name);
    const probes = server.requests.length;
    await dialect.ask('queues');
    assert.deepEqual(server.requests.slice(probes), ['/queues?format=xml&maxitems=1000'], name);
  }
});

test('a PMTA that answers XML whatever is asked is read', async (t) => {
  const { server, dialect } = await dialectOf(t, (_format, _url, response) => response.end(queuesXml));
  assert.equal((await dialect.ask('queues')).format, 'xml');
  assert.equal(server.requests.length, 1);
});

test('after a failure the format is found again', async (t) => {
  let state: 'old' | 'down' | 'new' = 'old';
  const { server, dialect } = await dialectOf(t, (format, _url, response) => {
    if (state === 'down') {
      response.writeHead(503).end();
    } else if (format === 'xml') {
      response.end(queuesXml);
    } else if (state === 'old') {
      response.end('<html></html>');
    } else {
      sendJson(response, { data: { title: 'x' } });
    }
  });
  await dialect.ask('queues');
  assert.equal(dialect.format(), 'xml');
  state = 'down';
  await assert.rejects(dialect.ask('queues'), { code: 'http', httpStatus: 503 });
  assert.equal(dialect.format(), null);
  state = 'new';
  assert.equal((await dialect.ask('queues')).format, 'json');
  dialect.forget();
  assert.equal(dialect.format(), null);
  assert.equal(server.requests.length, 4);
});

test('a refused maxitems is left out from then on', async (t) => {
  const { server, dialect } = await dialectOf(t, (_format, url, response) =>
    url.searchParams.has('maxitems') ? response.writeHead(400).end() : sendJson(response, { data: { title: 'x' } })
  );
  await dialect.ask('queues');
  await dialect.ask('jobs');
  assert.deepEqual(server.requests, ['/queues?format=json&maxitems=1000', '/queues?format=json', '/jobs?format=json']);
});

test('broken JSON is an error of JSON, and pages in both formats are pages', async (t) => {
  const broken = await dialectOf(t, (_format, _url, response) => response.end('{"data":{"queues":[{"na'));
  await assert.rejects(broken.dialect.ask('queues'), { code: 'malformed', message: /not whole JSON/ });
  assert.equal(broken.server.requests.length, 1);
  const pages = await dialectOf(t, (_format, _url, response) => response.end('<!doctype html><title>Login</title>'));
  await assert.rejects(pages.dialect.ask('queues'), { code: 'html' });
});

test('a refusal is not asked again in another format', async (t) => {
  const { server, dialect } = await dialectOf(t, (_format, _url, response) => response.writeHead(403).end());
  await assert.rejects(dialect.ask('queues'), { code: 'forbidden' });
  assert.equal(server.requests.length, 1);
});

test('the raw answer is given as it came', async (t) => {
  const { dialect } = await dialectOf(t, (_format, _url, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<html>Login</html>');
  });
  assert.deepEqual(await dialect.askRaw('status'), {
    contentType: 'text/html; charset=utf-8',
    text: '<html>Login</html>',
  });
});
