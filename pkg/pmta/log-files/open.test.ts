import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { apiKey, asker, content, name, ranging, read, whole } from './test-file.ts';

test('where ranges are heeded, a part is asked for and nothing else is sent', async (t) => {
  const { server, ask } = await asker(t, ranging);
  for (const from of [0, 1, 17, 300_000, content.length - 1]) {
    const file = await ask({ from });
    assert.equal(file.ranged, true);
    assert.equal(file.totalBytes, content.length);
    const { bytes, error } = await read(file);
    assert.equal(error, undefined);
    assert.ok(bytes.equals(content.subarray(from)), `from ${from}`);
  }
  assert.equal(server.requests[0], `/getFile?file=${name}`);
  assert.equal(server.messages[1]?.headers.range, 'bytes=1-');
  assert.equal(server.messages[1]?.headers['accept-encoding'], 'identity');
  assert.equal(server.messages[1]?.headers['x-api-key'], apiKey);
});

test('where they are not, the beginning is dropped', async (t) => {
  const { server, ask } = await asker(t, whole);
  for (const from of [0, 1, 65_536, 300_001, content.length - 1]) {
    const file = await ask({ from });
    assert.equal(file.ranged, false);
    assert.equal(file.totalBytes, content.length);
    assert.ok((await read(file)).bytes.equals(content.subarray(from)), `from ${from}`);
  }
  const file = await ask({ from: content.length });
  assert.deepEqual(await read(file), { bytes: Buffer.alloc(0), error: undefined });
  assert.equal(server.requests.length, 6);
});

test('416 is nothing new, with and without the size', async (t) => {
  const { server, ask } = await asker(t, ranging);
  const file = await ask({ from: content.length });
  assert.deepEqual([file.ranged, file.totalBytes], [true, content.length]);
  assert.deepEqual(await read(file), { bytes: Buffer.alloc(0), error: undefined });
  assert.equal(server.requests.length, 1);
  const silent = await asker(t, (_request, response) => response.writeHead(416).end());
  assert.equal((await read(await silent.ask({ from: 7 }))).bytes.length, 0);
});

test('a file that is shorter than what was read of it is another file', async (t) => {
  const both: RequestListener = (request, response) =>
    (request.headers.range === undefined ? whole : ranging)(request, response);
  for (const listener of [whole, both]) {
    const { ask } = await asker(t, listener);
    const { bytes, error } = await read(await ask({ from: content.length + 1 }));
    assert.equal(bytes.length, 0);
    assert.match(String(error), /read it from its beginning/);
    assert.equal((error as { code?: string }).code, 'shrunk');
  }
});

test('another part than was asked for is refused', async (t) => {
  for (const contentRange of ['bytes 0-9/100', 'bytes 6-14/100', 'bytes */100', 'nonsense', '']) {
    const { ask } = await asker(t, (_request, response) => {
      response.writeHead(206, contentRange === '' ? {} : { 'Content-Range': contentRange }).end('0123456789');
    });
    await assert.rejects(
      ask({ from: 5 }),
      { code: 'malformed', message: /another part .*\(from byte 5,/ },
      contentRange
    );
  }
});

test('offsets that are none', async (t) => {
  const { server, ask } = await asker(t, whole);
  for (const from of [-1, 0.5, Number.NaN, Infinity]) {
    await assert.rejects(ask({ from }), RangeError);
  }
  assert.deepEqual(server.requests, []);
});

test('names are a parameter, whatever is in them', async (t) => {
  const { server, ask } = await asker(t, whole);
  await read(await ask({ name: 'a b&format=json#?+%2e%2e.csv' }));
  assert.equal(new URL(server.requests[0] ?? '', 'http://x').searchParams.get('file'), 'a b&format=json#?+%2e%2e.csv');
  assert.deepEqual([...new URL(server.requests[0] ?? '', 'http://x').searchParams.keys()], ['file']);
});

test('pages and messages with 200 are no files', async (t) => {
  const texts: Array<[string, string]> = [
    ['<!DOCTYPE html><html>login</html>', 'html'],
    ['{"status":"fail","message":"no access"}', 'fail'],
    ['<rsp><error>no access</error></rsp>', 'fail'],
  ];
  for (const [text, code] of texts) {
    const { ask } = await asker(t, (_request, response) => response.end(text));
    for (const from of [0, 10, 1000]) {
      const { bytes, error } = await read(await ask({ from }));
      assert.equal(bytes.length, 0);
      assert.equal((error as { code?: string }).code, code, text);
    }
  }
  const json = await asker(t, (_request, response) => response.end('{"type":"d"}\n'));
  assert.equal((await read(await json.ask())).error, undefined);
});

test('refusals and missing files are explained', async (t) => {
  for (const [status, code, message] of [
    [403, 'forbidden', /refused the API key/],
    [404, 'not-found', /has no file "acct-2026-02-07-0000\.csv" any more .* delete-after/],
    [500, 'http', /pmtahttp\.log/],
  ] as const) {
    const { ask } = await asker(t, (_request, response) => response.writeHead(status).end());
    await assert.rejects(ask(), { code, message, httpStatus: status });
  }
});

test('a redirect to another port is followed with file and range, one to another host is not', async (t) => {
  const target = await asker(t, ranging);
  const { ask } = await asker(t, (_request, response) => {
    response.writeHead(302, { Location: `${target.server.url}/getFile?file=other` }).end();
  });
  const { bytes } = await read(await ask({ from: 100 }));
  assert.ok(bytes.equals(content.subarray(100)));
  assert.deepEqual(target.server.requests, [`/getFile?file=${name}`]);
  const away = await asker(t, (_request, response) => {
    const { port } = new URL(target.server.url);
    response.writeHead(302, { Location: `http://localhost:${port}/getFile?file=${name}` }).end();
  });
  await assert.rejects(away.ask(), { code: 'redirect' });
  assert.equal(target.server.requests.length, 1);
});
