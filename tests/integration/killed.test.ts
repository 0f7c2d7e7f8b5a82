import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { RunningIntake, storedRecipients } from './runIntake.ts';

const kills = 20;

/** Two acct-files that grow, are rotated, moved away and compressed; every fourth event is in both. */
class Writer {
  readonly recipients: string[] = [];
  private readonly folder: string;
  private readonly current = { acct: '', bounce: '' };
  private readonly closed: string[] = [];
  private numbers = 0;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'moved'), { recursive: true });
    this.rotate();
  }

  write(records: number): void {
    const rows = { acct: '', bounce: '' };
    for (let count = 0; count < records; count++) {
      const n = this.recipients.length;
      const [recipient, reply] = [`r${n}@example.com`, `"smtp;550 ""no""\r\nfor ${n}"`];
      const time = 1_700_000_000 + n;
      this.recipients.push(recipient);
      if (n % 4 !== 1) {
        rows.acct += `b,${time},${recipient},${reply}\r\n`;
      }
      if (n % 4 < 2) {
        rows.bounce += `b,${reply},${recipient},${time}\r\n`;
      }
    }
    for (const name of ['acct', 'bounce'] as const) {
      // In two writes, as a reader may see it.
      const cut = Math.floor(rows[name].length * Math.random());
      appendFileSync(this.current[name], rows[name].slice(0, cut));
      appendFileSync(this.current[name], rows[name].slice(cut));
    }
  }

  rotate(): void {
    for (const name of ['acct', 'bounce'] as const) {
      if (this.current[name]) {
        const moved = join(this.folder, 'moved', basename(this.current[name]));
        renameSync(this.current[name], moved);
        this.closed.push(moved);
      }
      this.current[name] = join(this.folder, `${name}-2026-02-07-${String(this.numbers++).padStart(4, '0')}.csv`);
      const header = name === 'acct' ? 'type,timeLogged,rcpt,dsnDiag' : 'type,dsnDiag,rcpt,timeLogged';
      writeFileSync(this.current[name], `${header}\r\n`);
    }
  }

  compressOldest(): void {
    const path = this.closed.shift();
    if (path) {
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      unlinkSync(path);
    }
  }
}

test(`an intake that is killed ${kills} times stores every record once`, { timeout: 120_000 }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-killed-'));
  const [dataPath, folder] = [join(directory, 'data'), join(directory, 'accounting')];
  const writer = new Writer(folder);
  const work = setInterval(() => {
    writer.write(1 + Math.floor(Math.random() * 150));
    if (Math.random() < 0.02) {
      writer.rotate();
    }
    if (Math.random() < 0.01) {
      writer.compressOldest();
    }
  }, 10);
  let intake: RunningIntake | undefined;
  t.after(async () => {
    clearInterval(work);
    await intake?.kill();
    rmSync(directory, { recursive: true, force: true });
  });
  const seen: number[] = [];
  for (let killed = 0; killed < kills; killed++) {
    intake = new RunningIntake(dataPath, folder);
    const before = seen.at(-1) ?? 0;
    if (killed % 4 !== 0) {
      // Not before it works, or all would be killed while they open the store.
      await intake.until(({ accounting }) => accounting.records > before, 'more records', 20);
    }
    await delay(Math.random() * 500);
    seen.push(Math.max(before, intake.report?.accounting.records ?? 0));
    await intake.kill();
  }
  clearInterval(work);
  intake = new RunningIntake(dataPath, folder);
  await intake.until(({ accounting }) => accounting.records === writer.recipients.length, 'the rest', 30);
  const last = intake.report?.accounting;
  await intake.stop();
  intake = undefined;
  t.diagnostic(`${writer.recipients.length} records; stored at each kill: ${seen.join(' ')}`);
  assert.deepEqual(await storedRecipients(dataPath), writer.recipients.toSorted());
  assert.deepEqual(
    { records: last?.records, rejects: last?.rejects, lostBytes: last?.lostBytes, error: last?.error },
    { records: writer.recipients.length, rejects: 0, lostBytes: 0, error: '' }
  );
});
