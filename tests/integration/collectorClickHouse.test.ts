import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { type ClickHouse, startClickHouse } from '../clickhouse/server.ts';
import { newRig, type Rig, simulated, startGrafana, until } from './collectorRig.ts';

let directory: string;
let server: ClickHouse;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pmta-ch-'));
  server = await startClickHouse({ directory });
});

after(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The one row of a statement's answer. */
async function ask(sql: string): Promise<Record<string, number>> {
  const response = await fetch(`${server.url}/?default_format=JSONEachRow`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('pmta:secret')}` },
    body: sql,
  });
  const text = await response.text();
  assert(response.ok, text);
  return Object.fromEntries(
    Object.entries(JSON.parse(text.split('\n')[0] ?? '{}') as object).map(([name, value]) => [name, Number(value)])
  );
}

const target = (rig: Rig, database: string) =>
  `{clickhouse: {url: '${server.url}', database: ${database}, passwordFile: ${join(rig.directory, 'password')}}}`;

/** Rows in all and rows that differ. */
const events = (database: string) =>
  ask(`SELECT count() AS stored, uniqExact(source, position) AS differing FROM ${database}.events`);
const polls = (database: string) =>
  ask(`SELECT count() AS stored, uniqExact(time) AS differing FROM ${database}.polls WHERE node = 'mta1'`);

test('a server that goes away in the middle of a backlog, a lost answer, a killed collector: each record is stored once', async (t) => {
  const rig = newRig(t);
  const pmta = await simulated(t, rig, { historyMs: 300_000, rate: 500, accounting: { maxBytes: 6_000_000 } });
  const config = rig.configure(target(rig, 'backlog'), 'retentionDays: 400');
  let collector = rig.collector(['--config', config]);
  const stored = async () => (await events('backlog').catch(() => ({ stored: 0 }))).stored ?? 0;
  const log = () => collector.lines.join('\n');
  await until(async () => (await stored()) > 10_000, log);
  await server.away();
  await until(() => collector.lines.length > 1, log);
  await server.back();
  const before = await stored();
  assert(before < pmta.counts.total, 'it went away in the middle');
  await until(async () => (await stored()) > before + 10_000, log);
  server.loseInsertAnswers(true);
  await delay(500);
  await collector.kill('SIGKILL');
  server.loseInsertAnswers(false);
  collector = rig.collector(['--config', config]);
  await pmta.advance(10_000);
  await until(async () => (await stored()) >= pmta.counts.total, log);
  await delay(1000);
  const { total } = pmta.counts;
  assert.deepEqual(await events('backlog'), { stored: total, differing: total });
});

test('snapshots wait on disk while the server is away, and each is stored once though answers are lost', async (t) => {
  const rig = newRig(t);
  const pmta = await simulated(t, rig, {});
  // So that there are queues to be listed, whatever the hour.
  pmta.throttle({ provider: 'google', share: 1 });
  await pmta.advance(10_000);
  assert(pmta.queues().some(({ recipients }) => recipients > 0));
  const more = `pollSeconds: 1\nhost: {processes: true, folders: ['${rig.directory}']}`;
  const config = rig.configure(target(rig, 'snapshots'), more, pmta.url);
  let collector = rig.collector(['--config', config]);
  const stored = async () => (await polls('snapshots').catch(() => ({ stored: 0 }))).stored ?? 0;
  const log = () => collector.lines.join('\n');
  await until(async () => (await stored()) >= 2, log);
  server.loseInsertAnswers(true);
  await delay(2500);
  server.loseInsertAnswers(false);
  await until(async () => (await stored()) >= 5, log);
  await server.away();
  const queue = join(rig.statePath, 'queue');
  await until(() => readdirSync(queue).length >= 3, log);
  await collector.kill('SIGKILL');
  const waiting = readdirSync(queue).filter((name) => name.endsWith('.gz')).length;
  await server.back();
  const before = await stored();
  collector = rig.collector(['--config', config]);
  await until(async () => (await stored()) >= before + waiting + 2, log);
  collector.child.kill('SIGTERM');
  assert.deepEqual(await collector.exited, { code: 0, signal: null });
  const { stored: all, differing } = await polls('snapshots');
  assert.equal(all, differing);
  for (const table of ['status', 'queues', 'domains', 'vmtas', 'disks']) {
    const { rows } = await ask(`SELECT count() AS rows FROM snapshots.${table} WHERE node = 'mta1'`);
    assert((rows ?? 0) > 0, table);
  }
  const twice = `SELECT count() AS rows FROM (SELECT time, queue FROM snapshots.queues GROUP BY time, queue HAVING count() > 1)`;
  assert.deepEqual(await ask(twice), { rows: 0 });
  const { gaps } = await ask('SELECT countIf(total_in_recipients = 0) AS gaps FROM snapshots.status');
  assert.equal(gaps, 0);
});

test('snapshots that go through Grafana are stored once though answers are lost and the plugin is killed', async (t) => {
  const rig = newRig(t);
  const pmta = await simulated(t, rig, {});
  const store = { kind: 'clickhouse', url: server.url, database: 'grafana', username: 'pmta', cluster: '' };
  const grafana = await startGrafana(t, rig, { jsonData: { store }, secureJsonData: { storePassword: 'secret' } });
  const config = rig.configure(grafana.target, 'pollSeconds: 1', pmta.url);
  const collector = rig.collector(['--config', config]);
  const stored = async () => (await polls('grafana').catch(() => ({ stored: 0 }))).stored ?? 0;
  const log = () => collector.lines.join('\n');
  await until(async () => (await stored()) >= 2, log);
  grafana.front.loseAnswers(2);
  await delay(2000);
  process.kill(grafana.pluginPid(), 'SIGKILL');
  const before = await stored();
  await until(async () => (await stored()) >= before + 5, log);
  await until(() => readdirSync(join(rig.statePath, 'queue')).length <= 1, log);
  const { stored: all, differing } = await polls('grafana');
  assert.equal(all, differing);
  await until(async () => ((await events('grafana')).stored ?? 0) >= pmta.counts.total, log);
  assert.equal((await events('grafana')).stored, pmta.counts.total);
});

test('--check tells what is wrong with the server', async (t) => {
  const rig = newRig(t);
  const checked = async (text: string) => {
    const collector = rig.collector(['--config', rig.configure(text), '--check']);
    const { code } = await collector.exited;
    return `${code} ${collector.lines.join('\n')}`;
  };
  const right = target(rig, 'checked');
  assert.equal(await checked(right), '0 mta1: the configuration can be used, and its target answers');
  assert.match(
    await checked(right.replace(/passwordFile: .*password/, 'username: nobody')),
    /^1 ClickHouse does not accept the user/
  );
  await server.away();
  assert.match(await checked(right), /^1 /);
  await server.back();
});
