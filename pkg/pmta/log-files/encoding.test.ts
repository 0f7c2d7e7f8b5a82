import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { asker, content, name, read, startOf } from './test-file.ts';

test('gzip is unpacked, and offsets count what is unpacked', async (t) => {
  const packed = gzipSync(content);
  const { server, ask } = await asker(t, (request, response) => {
    const start = startOf(request.headers.range ?? 'bytes=0-');
    response.setHeader('Content-Encoding', 'gzip');
    if (request.headers.range === undefined) {
      response.end(packed);
    } else if (start >= packed.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${packed.length}` }).end();
    } else {
      response.writeHead(206, { 'Content-Range': `bytes ${start}-${packed.length - 1}/${packed.length}` });
      response.end(packed.subarray(start));
    }
  });
  for (const [from, requests] of [
    [0, 1],
    [20, 2],
    [400_000, 2],
  ] as const) {
    assert.ok(from < packed.length === from < 1000);
    const seen = server.requests.length;
    const file = await ask({ from });
    const { bytes, error } = await read(file);
    assert.equal(error, undefined);
    assert.ok(bytes.equals(content.subarray(from)), `from ${from}`);
    assert.equal(server.requests.length - seen, requests);
    assert.equal(file.totalBytes, null);
  }
});

test('a broken gzip is told from a wrong one', async (t) => {
  const packed = gzipSync(content);
  const cut = await asker(t, (_request, response) => {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(packed.subarray(0, packed.length / 2));
  });
  assert.equal(((await read(await cut.ask())).error as { code?: string }).code, 'interrupted');
  const wrong = await asker(t, (_request, response) => {
    response.setHeader('Content-Encoding', 'gzip');
    response.end('not gzip at all');
  });
  assert.match(String((await read(await wrong.ask())).error), /gzip that cannot be read/);
  const other = await asker(t, (_request, response) => {
    response.setHeader('Content-Encoding', 'br');
    response.end(packed);
  });
  await assert.rejects(other.ask(), { code: 'malformed', message: /encoded as "br": switch compression off/ });
});

test('a file that is gzip itself stays as it is, also where it is labelled so', async (t) => {
  const packed = gzipSync(content);
  const { ask } = await asker(t, (_request, response) => {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(packed);
  });
  assert.ok((await read(await ask({ name: `${name}.gz` }))).bytes.equals(packed));
});
