import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directory, MINUTE, read, START, start } from './fixture.ts';
import { startSimulator, type StartOptions } from './simulator.ts';

test('equal options give identical bytes; another seed or start does not', async (t) => {
  const bytes = async (options: Partial<StartOptions>, slices: number[]): Promise<string> => {
    const pmta = await start(t, { scenario: 'incident', rate: 40, accounting: { maxBytes: 1 << 20 }, ...options });
    for (const slice of slices) {
      await pmta.advance(slice);
    }
    await pmta.stop();
    return readdirSync(pmta.accountingDirectory)
      .sort()
      .map((name) => name + readFileSync(join(pmta.accountingDirectory, name), 'utf8'))
      .join();
  };
  const once = await bytes({}, [20 * MINUTE]);
  assert.ok(once.length > 4_000_000);
  assert.ok(once === (await bytes({}, [7 * MINUTE, 1, 999, 13 * MINUTE - 1000])), 'slices change nothing');
  assert.ok(once !== (await bytes({ seed: '2' }, [20 * MINUTE])));
  assert.ok(once !== (await bytes({ start: START + 1000 }, [20 * MINUTE])));
});

test('the rate is that of the records in the files, whatever their types', async (t) => {
  for (const layout of ['all', 'default'] as const) {
    const pmta = await start(t, { rate: 100, accounting: { layout } });
    await pmta.advance(20 * MINUTE);
    const rows = pmta.files.reduce((sum, file) => sum + file.rows, 0);
    assert.ok(Math.abs(rows / 1200 / 100 - 1) < 0.1, `${layout}: ${rows / 1200} a second`);
    await pmta.stop();
  }
});

test('fifty thousand records a second are made and written, complete', async (t) => {
  const pmta = await start(t, { rate: 50_000 });
  await pmta.advance(3000);
  await pmta.stop();
  assert.ok(pmta.counts.total > 80_000, `${pmta.counts.total} records`);
  assert.equal(read(pmta).length, pmta.counts.total);
});

test('on the real clock it moves by itself', async (t) => {
  const pmta = await startSimulator({ directory: directory(t), clock: 'real', rate: 500, steady: true });
  t.after(() => pmta.stop());
  while (pmta.counts.total < 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(pmta.now <= Date.now());
  await pmta.stop();
  const total = pmta.counts.total;
  assert.equal(read(pmta).length, total);
});

test('a port in use, an unwritable folder and an unknown field are refused', async (t) => {
  const pmta = await start(t);
  const folder = directory(t);
  const port = Number(new URL(pmta.url).port);
  await assert.rejects(startSimulator({ directory: folder, port }), { code: 'EADDRINUSE' });
  assert.deepEqual(readdirSync(folder), [], 'nothing is written before the port is known to be free');
  const file = join(pmta.accountingDirectory, pmta.files[0]!.name);
  await assert.rejects(startSimulator({ directory: join(file, 'below') }), { code: 'ENOTDIR' });
  await assert.rejects(
    startSimulator({ directory: folder, accounting: { extraFields: ['nonsense'] } }),
    /unknown accounting field "nonsense"/
  );
});
