import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { type Intake, startIntake } from '../../pkg/intake/intake.ts';
import { createMonitor } from '../../pkg/pmta/monitor.ts';
import { defaultNode, defaultSettings } from '../../pkg/settings/model.ts';
import { numbers, strings } from '../../pkg/store/arrow.ts';
import type { Engine } from '../../pkg/store/engine.ts';
import { openStore } from '../../pkg/store/store.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const debug: string[] = [];
const never = new AbortController().signal;

async function setUp(t: TestContext, simulated: Partial<SimulatorOptions>) {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-intake-'));
  const accounting = join(directory, 'accounting');
  const pmta = await startSimulator({ directory: accounting, start: Date.parse('2026-02-07T12:00:00Z'), ...simulated });
  const node = {
    ...defaultNode,
    name: 'mta1',
    url: pmta.url,
    timeZone: 'UTC',
    tlsSkipVerify: true,
    accounting: { files: [join(accounting, '*.csv')], pull: false, receive: false },
  };
  const store = openStore(directory, { maxSeconds: 30, maxMemoryBytes: 1e9, maxRows: 100_000 }, (error) =>
    debug.push(error.message)
  );
  const errors: string[] = [];
  let intake: Intake | undefined;
  const start = () => {
    intake = startIntake({
      settings: { ...defaultSettings, nodes: [node], pollSeconds: 1 },
      monitors: new Map([['mta1', createMonitor(node, {})]]),
      engine: () => store.database('d', 3650),
      database: 'd',
      roots: [directory],
      privacy: { policy: 'keep', key: '' },
      onError: (_, task, message) => {
        debug.push(message);
        errors.push(`${task}: ${message}`);
      },
    });
    return intake;
  };
  t.after(async () => {
    await intake?.stop();
    await store.close();
    await pmta.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return { pmta, start, store, errors, directory, accounting };
}

async function countByType(engine: Engine): Promise<Record<string, number>> {
  const result = await engine.query(
    { sql: 'SELECT type, count() AS n FROM d.events GROUP BY type', params: {} },
    never
  );
  return Object.fromEntries(
    Array.from({ length: result.rows }, (_, row) => [strings(result, 'type')[row], numbers(result, 'n')[row]])
  );
}

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`waited 10 s for ${what} ${JSON.stringify(debug)}`);
}

const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);

for (const [name, accounting] of Object.entries({
  'one file': { layout: 'all' },
  'three files': { layout: 'three-files' },
  '4.0 columns': { layout: 'all', version: '4.0' },
  'unix times and line feeds': { layout: 'all', times: 'unix', lineEnd: '\n' },
  'short rows, partial last lines, small files': {
    layout: 'all',
    shortRows: true,
    partialLines: true,
    maxBytes: 200_000,
  },
} as const)) {
  test(`every record that PMTA writes is stored once: ${name}`, async (t) => {
    const { pmta, start, store, errors } = await setUp(t, { rate: 100, historyMs: 120_000, accounting });
    const intake = start();
    const engine = await store.database('d', 3650);
    await until(async () => total(await countByType(engine)) >= pmta.counts.total, 'the history');
    for (let round = 0; round < 5; round++) {
      await pmta.advance(7_000);
    }
    pmta.rotate();
    await until(async () => total(await countByType(engine)) >= pmta.counts.total, 'what was added');
    const { d, b, t: transient, tq, r, rb, rs, f } = pmta.counts.byType;
    const expected = Object.fromEntries(
      Object.entries({ d, b, t: transient, tq, r, rb, rs, f }).filter(([, n]) => n > 0)
    );
    assert.deepEqual(await countByType(engine), expected);
    assert.deepEqual(errors, []);
    await until(() => intake.state()[0]?.accounting.records === pmta.counts.total, 'the counters');
  });
}

test('a restarted intake goes on where it stopped', async (t) => {
  const { pmta, start, store } = await setUp(t, { rate: 100, historyMs: 60_000 });
  const engine = await store.database('d', 3650);
  const first = start();
  await until(async () => total(await countByType(engine)) >= pmta.counts.total, 'the history');
  await first.stop();
  await pmta.advance(30_000);
  start();
  await until(async () => total(await countByType(engine)) >= pmta.counts.total, 'what was added');
  assert.equal(total(await countByType(engine)), pmta.counts.total);
});
