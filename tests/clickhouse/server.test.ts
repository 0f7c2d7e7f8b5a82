import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { createClient } from '@clickhouse/client';

const data = mkdtempSync(join(tmpdir(), 'pmta-clickhouse-'));
after(() => rmSync(data, { recursive: true }));

/** Starts the server as a process of its own; it is up when it has printed its URL. */
async function start(port: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), '--port', port, '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
}

test('a process that is killed keeps what it acknowledged, and its port', async () => {
  const first = await start('0');
  const client = createClient({ url: first.url, username: 'pmta', password: 'secret' });
  after(() => client.close());
  await client.command({ query: 'CREATE DATABASE d' });
  await client.command({ query: 'CREATE TABLE d.t (n UInt32) ENGINE = MergeTree ORDER BY n' });
  await client.insert({ table: 'd.t', values: [{ n: 1 }, { n: 2 }], format: 'JSONEachRow' });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start(new URL(first.url).port);
  assert.equal(second.url, first.url);
  const answer = await client.query({ query: 'SELECT n FROM d.t ORDER BY n', format: 'JSONEachRow' });
  assert.deepEqual(await answer.json(), [{ n: 1 }, { n: 2 }]);
  second.child.kill('SIGTERM');
  assert.deepEqual(await once(second.child, 'exit'), [0, null]);
});

test('errors are those of ClickHouse', async () => {
  const { child, url } = await start('0');
  const ask = (user: string, query: string) =>
    fetch(url, { method: 'POST', body: query, headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': 'secret' } });
  const refused = await ask('nobody', 'SELECT 1');
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get('x-clickhouse-exception-code'), '516');
  assert.match(await refused.text(), /^Code: 516\. DB::Exception: nobody: .*\(AUTHENTICATION_FAILED\) \(version /);
  const missing = await ask('pmta', 'SELECT * FROM nothing');
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\)/);
  child.kill('SIGTERM');
  await once(child, 'exit');
});
