import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { RunningIntake, storedRecipients } from './runIntake.ts';

const header = 'type,timeLogged,rcpt,dsnDiag\r\n';

/** A small disk of its own for the store; undefined where this process may not mount one. */
function smallDisk(t: TestContext, directory: string): string | undefined {
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`mounting a tmpfs is not permitted here: ${String(error)}`);
    return undefined;
  }
  return disk;
}

function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-disk-'));
  const folder = join(directory, 'accounting');
  mkdirSync(folder);
  const disk = smallDisk(t, directory);
  let intake: RunningIntake | undefined;
  t.after(async () => {
    await intake?.kill();
    if (disk) {
      execFileSync('umount', ['-l', disk]);
    }
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    folder,
    disk,
    dataPath: join(disk ?? directory, 'data'),
    start(dataPath: string): RunningIntake {
      intake = new RunningIntake(dataPath, folder);
      return intake;
    },
  };
}

/** Rows that do not compress well. */
function rows(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++) {
    const noise = Array.from({ length: 12 }, () => Math.random().toString(36).slice(2)).join('');
    text += `d,${1_700_000_000 + n},r${n}@example.com,${noise}\r\n`;
  }
  return text;
}

const recipients = (count: number) => Array.from({ length: count }, (_, n) => `r${n}@example.com`).sort();

test('a full disk stops the intake, which goes on by itself when there is space', { timeout: 120_000 }, async (t) => {
  const { folder, disk, dataPath, start } = setUp(t);
  if (!disk) {
    return;
  }
  const file = join(folder, 'acct-2026-02-07-0000.csv');
  writeFileSync(file, header + rows(0, 1000));
  const intake = start(dataPath);
  await intake.until(({ accounting }) => accounting.records === 1000, 'the first records', 20);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 400_000));
  let count = 1000;
  const isFull = () => intake.report?.accounting.error.includes('disk of the store is full') === true;
  while (!isFull()) {
    assert.ok(count < 200_000, `no full disk: ${JSON.stringify(intake.report)}`);
    appendFileSync(file, rows(count, count + 2000));
    count += 2000;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const { accounting } = await intake.until(isFull, 'the state', 5);
  assert.ok(accounting.lagBytes > 0, JSON.stringify(accounting));
  rmSync(join(disk, 'filler'));
  const after = await intake.until(({ accounting: { records } }) => records === count, 'the rest', 40);
  assert.deepEqual({ error: after.accounting.error, rejects: after.accounting.rejects }, { error: '', rejects: 0 });
  await intake.stop();
  assert.deepEqual(await storedRecipients(dataPath), recipients(count));
});

test('a store that cannot be written says so, and opens by itself when it can', { timeout: 60_000 }, async (t) => {
  const { folder, disk, dataPath, start } = setUp(t);
  if (!disk) {
    return;
  }
  writeFileSync(join(folder, 'acct-2026-02-07-0000.csv'), header + rows(0, 1000));
  mkdirSync(join(dataPath, 'store'), { recursive: true });
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const intake = start(dataPath);
  const isUnwritable = (text: string) => /cannot write/.test(text);
  const { storeFailures } = await intake.until(({ accounting }) => isUnwritable(accounting.error), 'the state', 20);
  assert.match(storeFailures.join(), /^unwritable: /);
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  await intake.until(({ accounting }) => accounting.records === 1000 && accounting.error === '', 'the records', 20);
  await intake.stop();
  assert.deepEqual(await storedRecipients(dataPath), recipients(1000));
});
