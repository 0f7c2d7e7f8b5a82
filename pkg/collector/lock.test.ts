import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { isLocked, lockFolder } from './lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmta-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that tries to hold the lock until it is killed. */
async function otherProcess(): Promise<{ holds: boolean; kill(): Promise<void> }> {
  const code = `
    import { lockFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    const unlock = lockFolder(${JSON.stringify(folder)});
    console.log(unlock !== undefined);
    setInterval(() => unlock, 1000);`;
  const options = ['--no-warnings', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    holds: said.toString().trim() === 'true',
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('a folder is held by one at a time, in this process too', () => {
  const inside = join(folder, 'made/as/needed'.padEnd(150, '-'));
  const unlock = lockFolder(inside);
  assert(unlock);
  assert.equal(lockFolder(inside), undefined);
  assert.equal(isLocked(inside), true);
  unlock();
  assert.equal(isLocked(inside), false);
  const again = lockFolder(inside);
  assert(again);
  again();
});

test('of processes that start at once one holds it, and the next when that was killed', async () => {
  const others = await Promise.all([otherProcess(), otherProcess(), otherProcess()]);
  const holders = others.filter(({ holds }) => holds);
  assert.equal(holders.length, 1);
  assert.equal(lockFolder(folder), undefined);
  await Promise.all(others.map(({ kill }) => kill()));
  const unlock = lockFolder(folder);
  assert(unlock);
  const late = await otherProcess();
  assert.equal(late.holds, false);
  await late.kill();
  unlock();
});

test('a folder that cannot be used is told with its path', () => {
  mkdirSync(join(folder, 'lock'));
  assert.throws(() => lockFolder(folder), /\/lock cannot be locked: /);
});
