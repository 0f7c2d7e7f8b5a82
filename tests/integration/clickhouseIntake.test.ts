import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { type Intake, startIntake } from '../../pkg/intake/intake.ts';
import { defaultNode } from '../../pkg/settings/model.ts';
import { numbers } from '../../pkg/store/arrow.ts';
import { openServerStore } from '../../pkg/store/server/store.ts';
import { startClickHouse } from '../clickhouse/server.ts';

const never = new AbortController().signal;
const files = 3;
const perFile = 150_000;

/** A record of some hundred bytes, so that a file takes several pieces. */
function record(number: number): string {
  const reply = `smtp;250 2.0.0 OK ${number} ${'x'.repeat(60)}`;
  return `d,${1_790_000_000 + Math.floor(number / 100)},r${number}@example.com,${reply},mx${number % 50}.example.net (192.0.2.1)\r\n`;
}

test('a server that goes away in the middle of a backlog, and answers that are lost: each record is stored once', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-ch-intake-'));
  const folder = join(directory, 'acct');
  mkdirSync(folder);
  for (let file = 0; file < files; file++) {
    const records = Array.from({ length: perFile }, (_, index) => record(file * perFile + index));
    const text = `type,timeLogged,rcpt,dsnDiag,dsnMta\r\n${records.join('')}`;
    writeFileSync(join(folder, `acct-2026-09-01-000${file}.csv`), text);
  }
  const server = await startClickHouse({ directory: join(directory, 'clickhouse') });
  const options = { url: server.url, username: 'pmta', password: 'secret', cluster: '' };
  const store = openServerStore(options, { maxSeconds: 30, maxMemoryBytes: 1e9, maxRows: 1e5 }, () => undefined);
  const engine = () => store.database('backlog', 3650);
  const errors: string[] = [];
  const accounting = { files: [join(folder, '*.csv')], pull: false, receive: false };
  let intake: Intake | undefined;
  const start = () => {
    intake = startIntake({
      settings: { nodes: [{ ...defaultNode, name: 'mta1', accounting }], pollSeconds: 60 },
      monitors: new Map(),
      engine,
      database: 'backlog',
      roots: [folder],
      privacy: { policy: 'keep', key: '' },
      onError: (_, __, message) => errors.push(message),
    });
  };
  t.after(async () => {
    await intake?.stop();
    await store.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const count = async (expression: string) => {
    const sql = `SELECT toFloat64(${expression}) AS n FROM backlog.events`;
    return numbers(await (await engine()).query({ sql, params: {} }, never), 'n')[0] ?? 0;
  };
  const until = async (condition: () => Promise<boolean>, what: string) => {
    for (let tries = 0; !(await condition().catch(() => false)); tries++) {
      assert.ok(tries < 1200, `waited for ${what}: ${errors.join(' ')}`);
      await delay(50);
    }
  };

  start();
  await until(async () => (await count('count()')) > 0, 'the first records');
  await server.away();
  await until(async () => errors.length > 0, 'the state to be told');
  assert.match(errors[0] ?? '', /ClickHouse at .* cannot be reached/);
  await server.back();
  const before = await count('count()');
  assert.ok(before < files * perFile, 'it went away in the middle');
  await until(async () => (await count('count()')) > before, 'it to go on');
  server.loseInsertAnswers(true);
  await delay(300);
  await intake?.stop();
  server.loseInsertAnswers(false);
  start();
  await until(async () => (await count('count()')) >= files * perFile, 'all records');
  await delay(500);
  assert.equal(await count('count()'), files * perFile);
  assert.equal(await count('uniqExact(recipient)'), files * perFile);
  assert.equal(intake?.state()[0]?.accounting.error, '');
});
