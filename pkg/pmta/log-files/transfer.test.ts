import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { apiKey, asker, content, ranging, read, whole } from './test-file.ts';

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
