import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { PmtaError } from '../../pmta/error.ts';
import type { Monitor, MonitorSnapshot } from '../../pmta/monitor.ts';
import type { SnapshotResource } from '../../pmta/snapshot.ts';
import type { NodeSettings } from '../../settings/model.ts';
import { SettingsError } from '../../settings/validate.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { checkHealth } from './checkHealth.ts';
import { dataSourceWith, never, nodeSettings } from './test-dataSource.ts';

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

const goodEngine = async () => ({}) as Engine;

function check(fields: {
  nodes: NodeSettings[];
  monitors?: Record<string, Partial<Monitor>>;
  engine?: () => Promise<Engine>;
}) {
  const dataSource = dataSourceWith({ engine: goodEngine, ...fields });
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
  assert.deepEqual(result, {
    status: 'ok',
    message: 'mta1: PowerMTA 5.0r8 is running, answers in JSON. mta2: 2 accounting files. mta3: 1 accounting file',
    details: {
      verboseMessage:
        'OK: mta1: PowerMTA 5.0r8 is running, answers in JSON\nOK: mta2: 2 accounting files\nOK: mta3: 1 accounting file',
    },
  });
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
    result.details?.verboseMessage,
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
    /^The store is in use\. mta1 does not answer\. mta2: No file matches .*folder\. mta2: .*outside\.csv is not below .*grafana\.ini\. mta3 has neither a monitor URL nor accounting files/
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
  assert.match(String(two.details?.verboseMessage), /\nNOTE: clock is late\nNOTE: \/queues of mta1: short$/);
});
