import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isRunning, removeStaleSockets } from './staleSockets.ts';

const home = mkdtempSync(join(tmpdir(), 'stale-test-'));
after(() => rmSync(home, { recursive: true }));

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

function folder(name: string): string {
  mkdirSync(join(home, name));
  return join(home, name, 'plugin.sock');
}

test('tells the running from the dead', () => {
  assert.equal(isRunning(process.pid), true);
  assert.equal(isRunning(deadPid), false);
});

test('removes what dead plugins left, and nothing else', { skip: process.platform === 'win32' }, async () => {
  folder(`grafana-plugin-${deadPid}-aaaaaa`);
  writeFileSync(folder(`grafana-plugin-${deadPid}-bbbbbb`), 'the file of a socket nobody listens on');
  folder(`grafana-plugin-${process.pid}-cccccc`);
  folder(`other-${deadPid}-dddddd`);
  // A plugin in another container, whose pids mean something else.
  const server = createServer().listen(folder(`grafana-plugin-${deadPid}-eeeeee`));
  await once(server, 'listening');
  await removeStaleSockets(home);
  assert.deepEqual(
    readdirSync(home).sort(),
    [`grafana-plugin-${deadPid}-eeeeee`, `grafana-plugin-${process.pid}-cccccc`, `other-${deadPid}-dddddd`].sort()
  );
  server.close();
});

test('a folder that cannot be read has nothing to remove', async () => {
  await removeStaleSockets(join(home, 'missing'));
});
