import assert from 'node:assert/strict';
import { test } from 'node:test';

import { gatherSnapshots, insertSnapshots, parseSnapshots, SnapshotError } from './batch.ts';

test('a batch is an object of rows by table, of tables for snapshots alone', () => {
  const batch = { polls: [{ up: 1 }], queues: [], disks: [{ folder: '/' }] };
  assert.deepEqual(parseSnapshots(JSON.stringify(batch)), batch);
  assert.deepEqual(parseSnapshots('{}'), {});
  const wrong: Array<[unknown, RegExp]> = [
    [[], /must be an object of tables/],
    [null, /must be an object of tables/],
    [5, /must be an object of tables/],
    [{ events: [] }, /no table of snapshots named "events"/],
    [{ rejects: [] }, /no table of snapshots named "rejects"/],
    [{ intake: [] }, /no table of snapshots named "intake"/],
    [{ intake_state: [] }, /no table of snapshots named "intake_state"/],
    [{ 'polls; DROP TABLE events': [] }, /no table of snapshots named/],
    [{ polls: {} }, /polls must be a list of rows/],
    [{ polls: [1] }, /polls must be a list of rows/],
    [{ polls: [[]] }, /polls must be a list of rows/],
    [{ polls: [null] }, /polls must be a list of rows/],
  ];
  for (const [value, message] of wrong) {
    assert.throws(
      () => parseSnapshots(JSON.stringify(value)),
      (error) => error instanceof SnapshotError && message.test(error.message)
    );
  }
  assert.throws(() => parseSnapshots('{"polls":['), /the batch is not JSON/);
});

test('rows go in under the name of their own node, each table with a token of the batch', async () => {
  const inserts: unknown[] = [];
  const engine = { insert: async (...given: unknown[]) => void inserts.push(given) };
  const tables = { polls: [{ node: 'other', up: 1 }, { up: 0 }], queues: [{ queue: 'a/b' }] };
  await insertSnapshots(engine, 'd', 'mta1', '0017', tables);
  assert.deepEqual(inserts, [
    [
      'd.polls',
      [
        { node: 'mta1', up: 1 },
        { node: 'mta1', up: 0 },
      ],
      'mta1:0017:polls',
    ],
    ['d.queues', [{ node: 'mta1', queue: 'a/b' }], 'mta1:0017:queues'],
  ]);
});

test('what a poll would insert is gathered by table, without tables that stay empty', async () => {
  const { engine, database, tables } = gatherSnapshots();
  await engine.insert(`${database}.polls`, [{ up: 1 }]);
  await engine.insert(`${database}.jobs`, []);
  assert.deepEqual(tables, { polls: [{ up: 1 }] });
  assert.deepEqual(parseSnapshots(JSON.stringify(tables)), tables);
});
