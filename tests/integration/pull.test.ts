import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { NodeAccounting } from '../../pkg/intake/accounting/nodeAccounting.ts';
import { Puller } from '../../pkg/intake/accounting/pull.ts';
import { createRecordReader } from '../../pkg/intake/accounting/reader/reader.ts';
import { createMonitor } from '../../pkg/pmta/monitor.ts';
import { defaultNode } from '../../pkg/settings/model.ts';
import { numbers } from '../../pkg/store/arrow.ts';
import { migrate } from '../../pkg/store/schema/migrate.ts';
import { testEngine } from '../../pkg/store/test-engine.ts';
import type { Variant } from '../simulator/monitor/variant.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

const never = new AbortController().signal;
const { engine } = await testEngine();
await migrate(engine, 'd', 3650);
let nodes = 0;

/** A simulated PMTA with small files, and a node that pulls from it. */
async function pulledNode(t: TestContext, variant: Partial<Variant>, accounting: SimulatorOptions['accounting'] = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'pull-'));
  const files = join(directory, 'log');
  mkdirSync(files);
  const pmta = await startSimulator({
    directory: files,
    start: Date.parse('2026-02-07T12:00:00Z'),
    rate: 200,
    steady: true,
    accounting: { maxBytes: 300_000, ...accounting },
    variant,
  });
  const name = `node${nodes++}`;
  const reader = createRecordReader();
  const monitor = createMonitor({ ...defaultNode, name, url: pmta.httpsUrl, tlsSkipVerify: true, timeZone: 'UTC' }, {});
  t.after(async () => {
    monitor.close();
    await reader.close();
    await pmta.stop();
    rmSync(directory, { recursive: true });
  });
  const open = async () => {
    const node = new NodeAccounting({
      node: name,
      settings: { files: [], pull: true, receive: false },
      roots: [],
      database: 'd',
      engine: async () => engine,
      reader,
      privacy: { policy: 'keep', key: '' },
      onError: () => undefined,
    });
    const sink = await node.sink();
    return { sink, puller: new Puller({ monitor, sink, onProgress: () => undefined }) };
  };
  const stored = async () => {
    const sql = 'SELECT toFloat64(count()) AS n FROM d.events WHERE node = {name:String}';
    return numbers(await engine.query({ sql, params: { name } }, never), 'n')[0] ?? 0;
  };
  /** Records in the files that PMTA has closed, and in all. */
  const written = () => ({
    closed: pmta.files.slice(0, -1).reduce((sum, file) => sum + file.rows, 0),
    all: pmta.files.reduce((sum, file) => sum + file.rows, 0),
  });
  return { pmta, open, stored, written };
}

test('closed files are pulled once, the open one waits where the server sends no parts', async (t) => {
  const { pmta, open, stored, written } = await pulledNode(t, {});
  await pmta.advance(20_000);
  assert.ok(pmta.files.length > 3);
  const first = await open();
  const state = await first.puller.catchUp(never);
  assert.deepEqual(state.problems, []);
  assert.equal(await stored(), written().closed);
  await first.puller.catchUp(never);
  await (await open()).puller.catchUp(never);
  assert.equal(await stored(), written().closed, 'not again, nor after a restart');
  await pmta.advance(10_000);
  await first.puller.catchUp(never);
  assert.equal(await stored(), written().closed);
  const downloads = pmta.requests.filter(({ path }) => path.startsWith('/getFile')).length;
  await first.puller.catchUp(never);
  assert.equal(
    pmta.requests.filter(({ path }) => path.startsWith('/getFile')).length,
    downloads,
    'no file is asked for'
  );
});

test('the open file is read on where the server sends parts', async (t) => {
  const { pmta, open, stored, written } = await pulledNode(t, { honoursRange: true });
  await pmta.advance(5_000);
  const { puller } = await open();
  await puller.catchUp(never);
  assert.equal(await stored(), written().all);
  await pmta.advance(15_000);
  await puller.catchUp(never);
  assert.equal(await stored(), written().all);
});

test('a download that breaks is taken up where it broke, as often as it brings more', async (t) => {
  const { pmta, open, stored, written } = await pulledNode(t, { honoursRange: true, breakFileAfter: 100_000 });
  await pmta.advance(20_000);
  const { puller } = await open();
  assert.deepEqual((await puller.catchUp(never)).problems, []);
  assert.equal(await stored(), written().all);
});

test('a download that always breaks at the same place is a problem, and loses nothing', async (t) => {
  const { pmta, open, stored, written } = await pulledNode(t, { breakFileAfter: 100_000 });
  await pmta.advance(20_000);
  const { puller } = await open();
  assert.match((await puller.catchUp(never)).problems.join(), /acct-2026-02-07-0000\.csv: /);
  assert.equal(await stored(), 0);
  pmta.set({ breakFileAfter: 0 });
  assert.deepEqual((await puller.catchUp(never)).problems, []);
  assert.equal(await stored(), written().closed);
});

test('compressed files, and JSON', async (t) => {
  const gzip = await pulledNode(t, {}, { compress: true });
  await gzip.pmta.advance(20_000);
  await (await gzip.open()).puller.catchUp(never);
  assert.equal(await gzip.stored(), gzip.written().closed);
  const json = await pulledNode(t, {}, { format: 'json', framing: 'array' });
  await json.pmta.advance(20_000);
  const state = await (await json.open()).puller.catchUp(never);
  assert.deepEqual(state.problems, []);
  assert.equal(await json.stored(), json.written().closed);
});

test('access without logs is explained', async (t) => {
  const { open } = await pulledNode(t, { denyLogs: true });
  await assert.rejects((await open()).puller.catchUp(never), /deny-logs/);
});
