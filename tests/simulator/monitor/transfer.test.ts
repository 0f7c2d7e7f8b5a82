import assert from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { monitorFixture } from './fixture.ts';
import type { Variant } from './variant.ts';

const monitor = monitorFixture();

const name = 'acct-2026-02-07-0000.csv';

/** The chunks of a body, as they come. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body!.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    yield next.value;
  }
}

test('files are sent whole, or in the part that was asked for where that is honoured', async () => {
  const whole = readFileSync(join(monitor.directory, name));
  const response = await monitor.get(`/getFile?file=${name}`, { headers: { range: 'bytes=5-14' } });
  assert.equal(response.status, 200);
  assert.ok(whole.equals(Buffer.from(await response.arrayBuffer())));
  monitor.pmta.set({ honoursRange: true });
  const part = await monitor.get(`/getFile?file=${name}`, { headers: { range: 'bytes=5-14' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 5-14/${whole.length}`);
  assert.equal(await part.text(), whole.toString('utf8', 5, 15));
  const tail = await monitor.get(`/getFile?file=${name}`, { headers: { range: `bytes=${whole.length - 30}-` } });
  assert.equal(await tail.text(), whole.toString('utf8', whole.length - 30));
  const beyond = await monitor.get(`/getFile?file=${name}`, { headers: { range: `bytes=${whole.length}-` } });
  assert.equal(beyond.status, 416);
});

test('file names outside of the folder, unknown ones and none are refused', async () => {
  for (const file of ['nothing.csv', '..%2F..%2Fetc%2Fpasswd', '%2Fetc%2Fpasswd', '..', '.']) {
    const response = await monitor.get(`/getFile?file=${file}`);
    assert.equal(response.status, 404, file);
    assert.equal(await response.text(), 'File not found');
  }
  assert.equal((await monitor.get('/getFile')).status, 400);
});

test('files are sent from disk: one of 250 MB takes no memory', async () => {
  const path = join(monitor.directory, 'big.csv');
  const size = 250 * 1024 * 1024;
  writeFileSync(path, 'type\r\n');
  truncateSync(path, size);
  try {
    const before = process.memoryUsage.rss();
    const response = await monitor.get('/getFile?file=big.csv');
    assert.equal(Number(response.headers.get('content-length')), size);
    let received = 0;
    let most = before;
    for await (const chunk of chunksOf(response)) {
      received += chunk.length;
      most = Math.max(most, process.memoryUsage.rss());
    }
    assert.equal(received, size);
    assert.ok(most - before < size / 2, `${(most - before) / 1024 / 1024} MiB`);
  } finally {
    rmSync(path);
  }
});

test('a connection can break, and a transfer stall, after so many bytes', async () => {
  const whole = readFileSync(join(monitor.directory, name));
  const read = async (variant: Partial<Variant>, signal?: AbortSignal) => {
    monitor.pmta.set({ breakFileAfter: 0, stallFileAfter: 0, ...variant });
    const chunks: Uint8Array[] = [];
    let failure: unknown;
    try {
      const response = await monitor.get(`/getFile?file=${name}`, signal === undefined ? {} : { signal });
      for await (const chunk of chunksOf(response)) {
        chunks.push(chunk);
      }
    } catch (error) {
      failure = error;
    }
    return { bytes: Buffer.concat(chunks), failure };
  };
  for (const breakFileAfter of [1, 5000, 100_001]) {
    const { bytes, failure } = await read({ breakFileAfter });
    assert.ok(bytes.equals(whole.subarray(0, breakFileAfter)), `${bytes.length} of ${breakFileAfter}`);
    assert.ok(failure instanceof TypeError);
  }
  const stalled = await read({ stallFileAfter: 5000 }, AbortSignal.timeout(300));
  assert.equal(stalled.bytes.length, 5000);
  assert.equal((stalled.failure as Error).name, 'TimeoutError');
});

test('a transfer can be slow', async () => {
  const size = readFileSync(join(monitor.directory, name)).length;
  monitor.pmta.set({ fileBytesPerSecond: size * 2 });
  const begun = performance.now();
  assert.equal((await (await monitor.get(`/getFile?file=${name}`)).arrayBuffer()).byteLength, size);
  const ms = performance.now() - begun;
  assert.ok(ms >= 400, `${ms} ms`);
});

test('files can be encoded, then never in parts', async () => {
  const whole = readFileSync(join(monitor.directory, name));
  monitor.pmta.set({ fileEncoding: 'gzip', honoursRange: true });
  const response = await monitor.get(`/getFile?file=${name}`, {
    headers: { range: 'bytes=5-14', 'accept-encoding': 'identity' },
  });
  assert.deepEqual([response.status, response.headers.get('content-encoding')], [200, 'gzip']);
  assert.equal(response.headers.get('content-length'), null);
  assert.ok(whole.equals(Buffer.from(await response.arrayBuffer())), 'fetch unpacks it');
});
