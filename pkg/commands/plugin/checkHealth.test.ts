import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import type { HealthResult } from '../../grafana/handlers.ts';
import { PmtaError } from '../../pmta/error.ts';
import type { Monitor, MonitorSnapshot } from '../../pmta/monitor.ts';
import type { LogFileList } from '../../pmta/log-files/model.ts';
import type { SnapshotResource } from '../../pmta/snapshot.ts';
import type { StoreFailure } from '../../intake/health/storeWrites.ts';
import { emptyAccounting, type NodeIntake } from '../../intake/state.ts';
import { defaultNode, type NodeSettings } from '../../settings/model.ts';
import { SettingsError } from '../../settings/validate.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { checkHealth } from './checkHealth.ts';
import { dataSourceWith, never, nodeIntake, nodeSettings } from './test-dataSource.ts';

const root = mkdtempSync(join(tmpdir(), 'pmta-health-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'allowed'));
writeFileSync(join(root, 'allowed', 'acct-1.csv'), '');
writeFileSync(join(root, 'allowed', 'acct-2.csv'), '');
writeFileSync(join(root, 'outside.csv'), '');

/** A monitor that answers, with the notices of each resource; or fails. */
function monitor(node: string, answer: Error | Partial<Record<SnapshotResource, string[]>> = {}): Partial<Monitor> {
  return {
    node,
    format: () => 'json',
    movedTo: () => null,
    async get<R extends SnapshotResource>(resource: R) {
      if (answer instanceof Error) {
        throw answer;
      }
      const data = { product: { name: 'PowerMTA', version: '5.0r8', variant: '' }, host_name: '', state: 'running' };
      return { node, resource, taken_ms: 0, data, notices: answer[resource] ?? [] } as unknown as MonitorSnapshot<R>;
    },
  };
}

const { engine } = await testEngine();
await migrate(engine, 'org1_test', 90);
/** What the details say of a store without records; its size and free space differ from run to run. */
const storeLine = /^INFO: store: \d+ B, 0 records, kept for 90 days, [\d.]+ [kMGT]B free\n/;

function check(fields: {
  nodes: NodeSettings[];
  monitors?: Record<string, Partial<Monitor>>;
  engine?: () => Promise<Engine>;
  intake?: NodeIntake[];
  storeFailure?: StoreFailure;
}) {
  const dataSource = dataSourceWith({ engine: async () => engine, ...fields });
  return checkHealth(async () => dataSource, [join(root, 'allowed')], { signal: never });
}

function withFiles(name: string, ...globs: string[]): NodeSettings {
  const files = globs.map((glob) => join(root, glob));
  return nodeSettings(name, { url: '', accounting: { files, pull: false, receive: false } });
}

test('what works is named, in one line', async () => {
  const result = await check({
    nodes: [nodeSettings('mta1'), withFiles('mta2', 'allowed/*.csv'), withFiles('mta3', 'allowed/acct-1.csv')],
    monitors: { mta1: monitor('mta1') },
  });
  assert.equal(result.status, 'ok');
  assert.equal(
    result.message,
    'mta1: PowerMTA 5.0r8 is running, answers in JSON. mta2: 2 accounting files. mta3: 1 accounting file'
  );
  assert.match(detailsOf(result), storeLine);
  assert.equal(
    detailsOf(result).replace(storeLine, ''),
    'OK: mta1: PowerMTA 5.0r8 is running, answers in JSON\nOK: mta2: 2 accounting files\nOK: mta3: 1 accounting file'
  );
});

test('a data source without nodes is told to add one', async () => {
  const result = await check({ nodes: [] });
  assert.equal(result.status, 'error');
  assert.match(result.message, /^Add a node/);
});

test('settings that cannot be used are the answer', async () => {
  const open = () => Promise.reject(new SettingsError('pollSeconds must be a whole number'));
  assert.deepEqual(await checkHealth(open, [], { signal: never }), {
    status: 'error',
    message: 'pollSeconds must be a whole number (data source settings)',
  });
});

test('one thing that does not work is the message, beside what works in the details', async () => {
  const result = await check({
    nodes: [nodeSettings('mta1'), nodeSettings('mta2')],
    monitors: {
      mta1: monitor('mta1'),
      mta2: monitor('mta2', new PmtaError('timeout', 'mta2', 'mta2 does not answer')),
    },
  });
  assert.equal(result.status, 'error');
  assert.equal(result.message, 'mta2 does not answer');
  assert.equal(
    detailsOf(result).replace(storeLine, ''),
    'OK: mta1: PowerMTA 5.0r8 is running, answers in JSON\nFAILED: mta2 does not answer'
  );
});

test('all that does not work is told at once', async () => {
  const result = await check({
    nodes: [
      nodeSettings('mta1'),
      withFiles('mta2', 'allowed/none*.csv', 'outside.csv'),
      nodeSettings('mta3', { url: '' }),
    ],
    monitors: { mta1: monitor('mta1', new PmtaError('timeout', 'mta1', 'mta1 does not answer')) },
    engine: () => Promise.reject(new StoreError('locked', 'The store is in use.')),
  });
  assert.equal(result.status, 'error');
  assert.match(
    result.message,
    /^The store is in use\. mta1 does not answer\. mta2: No file matches .*folder\. mta2: .*outside\.csv is not below .*collector\. mta3 has neither a monitor URL nor accounting: /
  );
  assert.doesNotMatch(result.message, /\.\./);
});

test('what should be looked at does not fail the check', async () => {
  const nodes = [nodeSettings('mta1')];
  const one = await check({ nodes, monitors: { mta1: monitor('mta1', { queues: ['top 10 of 99'] }) } });
  assert.equal(one.status, 'ok');
  assert.equal(one.message, 'mta1: PowerMTA 5.0r8 is running, answers in JSON. /queues of mta1: top 10 of 99');
  const two = await check({
    nodes,
    monitors: { mta1: monitor('mta1', { queues: ['short'], status: ['clock is late'] }) },
  });
  assert.equal(two.status, 'ok');
  assert.match(two.message, /answers in JSON\. clock is late \(and 1 more\)$/);
  assert.match(detailsOf(two), /\nNOTE: clock is late\nNOTE: \/queues of mta1: short$/);
});

function detailsOf({ details }: HealthResult): string {
  return String(details?.verboseMessage);
}

function withWays(name: string, accounting: Partial<NodeSettings['accounting']>, url = ''): NodeSettings {
  return nodeSettings(name, { url, accounting: { ...defaultNode.accounting, ...accounting } });
}

test('a node that only receives is fine, also before the first batch', async () => {
  const nodes = [withWays('mta1', { receive: true }), withWays('mta2', { receive: true })];
  const intake = [nodeIntake('mta1', { receivedMs: Date.now() - 300_000 }), nodeIntake('mta2')];
  const result = await check({ nodes, intake: intake.map((state) => ({ ...state, accounting: emptyAccounting })) });
  assert.equal(result.status, 'ok');
  assert.equal(result.message, 'mta1: last batch received 5 min ago. mta2: no batch received yet');
});

test('files to be pulled are asked for now', async () => {
  const listing = (node: string, names: string[], notices: string[] = []): Partial<Monitor> => ({
    ...monitor(node),
    logFiles: async (): Promise<LogFileList> => ({
      node,
      taken_ms: 0,
      files: names.map((name) => ({ name, size: { min: 1, max: 1 }, time_ms: null })),
      notices,
    }),
  });
  const denied = new PmtaError('forbidden', 'mta3', 'mta3 refused /logs (HTTP 403)', 403);
  const names = ['mta1', 'mta2', 'mta3'];
  const result = await check({
    nodes: names.map((name) => withWays(name, { pull: true }, `http://${name}`)),
    monitors: {
      mta1: listing('mta1', ['pmta.log', 'acct-2026-02-07-0001.csv', 'acct-2026-02-07-0000.csv.gz']),
      mta2: listing('mta2', ['pmta.log'], ['/logs lists a name that is no plain file name']),
      mta3: { ...monitor('mta3'), logFiles: () => Promise.reject(denied) },
    },
    // The last look failed in the same way.
    intake: [nodeIntake('mta3', { accounting: { ...emptyAccounting, problems: [denied.message] } })],
  });
  assert.equal(result.status, 'error');
  assert.equal(result.message, denied.message);
  assert.match(detailsOf(result), /\nOK: mta1: 2 accounting files on the monitor\n/);
  assert.match(detailsOf(result), /\nNOTE: mta2: \/logs lists no accounting file to pull/);
  assert.match(detailsOf(result), /\nNOTE: mta2: \/logs lists a name/);
  assert.equal(detailsOf(result).match(/mta3 refused \/logs/g)?.length, 1);
});

test('how accounting comes in stands beside what is named', async () => {
  const accounting = { ...emptyAccounting, files: 2, lagBytes: 4_000_000, lagSeconds: 40, records: 5000, rejects: 1 };
  const result = await check({
    nodes: [withFiles('mta1', 'allowed/*.csv')],
    intake: [nodeIntake('mta1', { accounting })],
  });
  assert.equal(result.status, 'ok');
  assert.equal(
    result.message,
    'mta1: 2 accounting files, 40 s and 4.0 MB behind, 5.0 k records stored. mta1: 1 record could not be read'
  );
});

test('of the notes, what is lost is seen first', async () => {
  const result = await check({
    nodes: [nodeSettings('mta1', { accounting: { files: [], pull: false, receive: true } })],
    monitors: { mta1: monitor('mta1', { queues: ['top 10 of 99'] }) },
    intake: [nodeIntake('mta1', { accounting: { ...emptyAccounting, lostBytes: 5000 } })],
  });
  assert.match(result.message, /no batch received yet\. mta1: 5\.0 kB of accounting were deleted .* \(and 1 more\)$/);
});

test('a store that takes nothing is told once, whatever the number of nodes', async () => {
  const storeFailure: StoreFailure = { code: 'disk-full', message: 'The disk of the store is full.' };
  const accounting = { ...emptyAccounting, files: 1, problems: [storeFailure.message] };
  const result = await check({
    nodes: [withFiles('mta1', 'allowed/acct-1.csv'), withFiles('mta2', 'allowed/acct-2.csv')],
    intake: ['mta1', 'mta2'].map((name) => nodeIntake(name, { accounting })),
    storeFailure,
  });
  assert.equal(result.status, 'error');
  assert.match(result.message, /^The disk of the store is full\. Intake then resumes by itself; [^.]*$/);
  assert.match(detailsOf(result), /^FAILED: The disk of the store is full\. .*\nINFO: store: /);
});
