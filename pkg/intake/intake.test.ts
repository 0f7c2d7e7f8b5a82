import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { defaultNode } from '../settings/model.ts';
import { numbers } from '../store/arrow.ts';
import type { Engine } from '../store/engine.ts';
import { StoreError } from '../store/errors.ts';
import { migrate } from '../store/schema/migrate.ts';
import { testEngine } from '../store/test-engine.ts';
import { type Intake, type IntakeOptions, startIntake } from './intake.ts';

const { engine } = await testEngine();
await migrate(engine, 'd', 20_000);
const receiving = { ...defaultNode, name: 'mta1', accounting: { files: [], pull: false, receive: true } };
const batch = {
  bytes: Buffer.from(
    'type,timeLogged,rcpt\nd,2026-03-02 00:00:00+0000,a@example.com\nd,2026-03-02 00:00:01+0000,b@x.org\n'
  ),
  acctFile: 'webhook',
};

const started: Intake[] = [];
after(() => Promise.all(started.map((intake) => intake.stop())));

function start(options: Partial<IntakeOptions> = {}): Intake {
  const intake = startIntake({
    settings: { nodes: [receiving], pollSeconds: 1 },
    monitors: new Map(),
    engine: async () => engine,
    database: 'd',
    roots: [],
    privacy: { policy: 'keep', key: '' },
    onError: () => undefined,
    ...options,
  });
  started.push(intake);
  return intake;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'waited 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function storedRecords(): Promise<number> {
  const statement = { sql: "SELECT sum(records) AS v FROM d.intake_state WHERE node = 'mta1'", params: {} };
  return numbers(await engine.query(statement, new AbortController().signal), 'v')[0] ?? NaN;
}

test('what is received is counted, in the state and over time', async () => {
  const intake = start();
  await until(() => intake.state()[0]?.isCounted === true);
  assert.equal(intake.state()[0]?.receivedMs, null);
  const before = Date.now();
  assert.deepEqual(await intake.receive('mta1', batch), { new: 2, seen: 0, rejected: 0 });
  const [state] = intake.state();
  assert.equal(state?.accounting.records, 2);
  assert.ok((state.receivedMs ?? 0) >= before);
  await until(async () => (await storedRecords()) === 2);
  await intake.stop();
});

test('after a restart the last batch is known, and what was stored before is not counted again', async () => {
  const intake = start();
  await until(() => intake.state()[0]?.receivedMs !== null);
  assert.ok(Date.now() - (intake.state()[0]?.receivedMs ?? 0) < 60_000);
  assert.equal(intake.state()[0]?.accounting.records, 2);
  assert.deepEqual(await intake.receive('mta1', batch), { new: 0, seen: 2, rejected: 0 });
  await intake.stop();
  assert.equal(await storedRecords(), 2);
});

test('a batch that is no accounting is not the last one', async () => {
  const intake = start({ database: 'e' });
  await migrate(engine, 'e', 20_000);
  await until(() => intake.state()[0]?.isCounted === true);
  await assert.rejects(intake.receive('mta1', { ...batch, bytes: Buffer.from('hello\nworld\n') }));
  assert.equal(intake.state()[0]?.receivedMs, null);
  await intake.stop();
});

test('a store that takes nothing is told of until it takes something', async () => {
  let isFull = true;
  const full = new StoreError('disk-full', 'The disk of the store is full.');
  const filling: Engine = {
    ...engine,
    insert: (table, rows) => (isFull ? Promise.reject(full) : engine.insert(table, rows)),
  };
  const intake = start({ engine: async () => filling });
  await until(() => intake.storeFailure() !== null);
  assert.deepEqual(intake.storeFailure(), { code: 'disk-full', message: full.message });
  isFull = false;
  await until(() => intake.storeFailure() === null);
  await intake.stop();
});
