import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createMonitorHttp } from '../http.ts';
import { nodeAt, startServer } from '../test-server.ts';
import type { LogFileStream } from './model.ts';
import { openFile, type FileRequest } from './open.ts';

const apiKey = 'secret_'.repeat(6);
const name = 'acct-2026-02-07-0000.csv';
const content = Buffer.from(`type,timeLogged\r\n${'d,2026-02-07 12:00:00+0000\r\n'.repeat(20_000)}`);

async function asker(t: TestContext, listener: RequestListener) {
  const server = await startServer(t, listener);
  const http = createMonitorHttp(nodeAt(server.url), { apiKey }, { timeoutMs: 5000, maxBytes: 1000 });
  t.after(() => http.close());
  const ask = (request: Partial<FileRequest> = {}): Promise<LogFileStream> =>
    openFile(http, {
      node: 'mta1',
      name,
      from: 0,
      bytesPerSecond: Infinity,
      idleMs: 5000,
      signal: new AbortController().signal,
      ...request,
    });
  return { server, ask };
}

/** Reads to the end or error; keeps what came before the error. */
async function read(file: LogFileStream): Promise<{ bytes: Buffer; error: unknown }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of file.bytes) {
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

const startOf = (range: string | undefined) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);

/** Heeds ranges. */
const ranging: RequestListener = (request, response) => {
  const start = startOf(request.headers.range);
  if (start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` });
  response.end(content.subarray(start));
};

/** Does not. */
const whole: RequestListener = (_request, response) => {
  response.setHeader('Content-Length', content.length);
  response.end(content);
};

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

test('names are a parameter, whatever is in them', async (t) => {
  const { server, ask } = await asker(t, whole);
  await read(await ask({ name: 'a b&format=json#?+%2e%2e.csv' }));
  assert.equal(new URL(server.requests[0] ?? '', 'http://x').searchParams.get('file'), 'a b&format=json#?+%2e%2e.csv');
  assert.deepEqual([...new URL(server.requests[0] ?? '', 'http://x').searchParams.keys()], ['file']);
});

test('a transfer that breaks, ends early or stalls can go on from where it was', async (t) => {
  const half = content.subarray(0, content.length / 2);
  const faults: Record<string, (response: ServerResponse) => void> = {
    'broke off': (response) => {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(half, () => response.destroy());
    },
    'sent nothing for 0.1 s': (response) => {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(half);
    },
    'ended early': (response) => {
      response.writeHead(206, { 'Content-Range': `bytes 0-${content.length - 1}/${content.length}` });
      response.end(half);
    },
  };
  for (const [what, fault] of Object.entries(faults)) {
    let asked = 0;
    const { ask } = await asker(t, (request, response) => {
      asked++;
      (asked === 1 ? fault : () => ranging(request, response))(response);
    });
    const first = await read(await ask({ idleMs: 100 }));
    assert.equal((first.error as { code?: string }).code, 'interrupted', what);
    assert.match(String(first.error), new RegExp(`${what}.* at byte ${half.length}: it goes on`));
    assert.ok(!String(first.error).includes(apiKey));
    const second = await read(await ask({ from: first.bytes.length }));
    assert.ok(Buffer.concat([first.bytes, second.bytes]).equals(content), what);
  }
});

test('a break while the known beginning is sent again leaves the position where it was', async (t) => {
  const { ask } = await asker(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  });
  const { bytes, error } = await read(await ask({ from: 5000 }));
  assert.equal(bytes.length, 0);
  assert.match(String(error), /at byte 5000/);
});

test('silence before the headers is a timeout', async (t) => {
  const { ask } = await asker(t, () => undefined);
  await assert.rejects(ask({ idleMs: 50 }), { code: 'timeout', message: /\/getFile within 0\.05 s/ });
});

test('a long transfer has no deadline as long as something comes', async (t) => {
  const { ask } = await asker(t, (_request, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      response.write(content.subarray(sent, sent + 100));
      sent += 100;
      if (sent === 1000) {
        clearInterval(timer);
        response.end();
      }
    }, 40);
  });
  const { bytes, error } = await read(await ask({ idleMs: 200 }));
  assert.equal(error, undefined);
  assert.equal(bytes.length, 1000);
});

test('a reader that takes its time is no silence, and makes the sender wait', async (t) => {
  const size = 64 * 1024 * 1024;
  let sent = 0;
  const { ask } = await asker(t, (_request, response) => {
    response.writeHead(200, { 'Content-Length': size });
    const block = Buffer.alloc(1024 * 1024, 'x');
    const send = () => {
      while (sent < size && !response.destroyed) {
        sent += block.length;
        if (!response.write(block)) {
          response.once('drain', send);
          return;
        }
      }
    };
    send();
  });
  const file = await ask({ idleMs: 100 });
  let received = 0;
  for await (const chunk of file.bytes) {
    if (received === 0) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.ok(sent < size / 2, `${sent} bytes were sent to a reader that took one chunk`);
    }
    received += chunk.length;
  }
  assert.equal(received, size);
});

test('the rate is kept', async (t) => {
  const { ask } = await asker(t, whole);
  const begun = performance.now();
  await read(await ask({ bytesPerSecond: content.length }));
  const ms = performance.now() - begun;
  assert.ok(ms > 700, `${ms} ms instead of at least 750`);
});

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

test('whoever aborts gets the reason, whoever closes or leaves ends the transfer', async (t) => {
  const closed: Array<Promise<void>> = [];
  const { ask } = await asker(t, (_request, response) => {
    closed.push(new Promise((resolve) => response.once('close', resolve)));
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, 1000));
  });
  const controller = new AbortController();
  const reason = new Error('settings changed');
  const aborted = await ask({ signal: controller.signal });
  setTimeout(() => controller.abort(reason), 20);
  assert.equal((await read(aborted)).error, reason);
  await closed[0];
  const unread = await ask();
  unread.close();
  await closed[1];
  for await (const chunk of (await ask()).bytes) {
    assert.equal(chunk.length, 1000);
    break;
  }
  await closed[2];
});

test('an abort ends the rest that the rate demands', async (t) => {
  const { ask } = await asker(t, whole);
  const reason = new Error('settings changed');
  const { error } = await read(await ask({ bytesPerSecond: 1, signal: abortedAfter(50, reason) }));
  assert.equal(error, reason);
});

function abortedAfter(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}

test('offsets that are none', async (t) => {
  const { server, ask } = await asker(t, whole);
  for (const from of [-1, 0.5, Number.NaN, Infinity]) {
    await assert.rejects(ask({ from }), RangeError);
  }
  assert.deepEqual(server.requests, []);
});
