import assert from 'node:assert/strict';
import { test } from 'node:test';

import { timeValue } from '../../store/sql.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { rejectReasons } from './rejectReasons.ts';

const never = new AbortController().signal;
const { engine } = await testEngine();
await migrate(engine, 'd', 20_000);
const startMs = Date.UTC(2026, 2, 2);

async function keep(node: string, source: string, position: number, reason: string, more: object = {}): Promise<void> {
  const row = { time: timeValue(startMs + position), node, source, position, path: `/log/${source}.csv`, reason };
  await engine.insert('d.rejects', [{ ...row, raw: 'secret', ...more }]);
}

test('reasons are counted without the text of records, the most frequent first', async () => {
  assert.equal((await rejectReasons(engine, 'd', never)).size, 0);
  await keep('mta1', 'a', 1, 'unknown record type "x1"');
  await keep('mta1', 'a', 2, 'timeLogged is not a time: "bob@example.com"');
  await keep('mta1', 'b', 30, 'timeLogged is not a time: "a \\"quoted\\" one"');
  // The same place, read again.
  await keep('mta1', 'b', 30, 'timeLogged is not a time: "a \\"quoted\\" one"', { time: timeValue(startMs + 500) });
  await keep('mta2', 'c', 4, "The store refused the query: Code: 6. DB::Exception: Cannot parse string 'bob' as\nx");
  await keep('mta2', 'c', 5, 'Value <bob@example.com> is unfit');
  const byNode = await rejectReasons(engine, 'd', never);
  assert.deepEqual(byNode.get('mta1'), [
    { reason: 'timeLogged is not a time', count: 2, lastMs: startMs + 500, path: '/log/b.csv' },
    { reason: 'unknown record type', count: 1, lastMs: startMs + 1, path: '/log/a.csv' },
  ]);
  assert.deepEqual(
    byNode.get('mta2')?.[0]?.reason,
    'The store refused the query: Code: 6. DB::Exception: Cannot parse string'
  );
  assert.deepEqual(byNode.get('mta2')?.[1]?.reason, 'Value … is unfit');
  assert.doesNotMatch(JSON.stringify([...byNode]), /bob|secret|x1|quoted/);
});

test('a node has at most ten', async () => {
  for (let kind = 0; kind < 12; kind++) {
    await keep('mta3', 'd', kind, `reason ${String.fromCharCode(97 + kind)}`);
  }
  await keep('mta3', 'd', 100, 'reason l');
  const reasons = (await rejectReasons(engine, 'd', never)).get('mta3');
  assert.equal(reasons?.length, 10);
  assert.equal(reasons[0]?.reason, 'reason l');
});
