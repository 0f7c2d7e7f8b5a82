import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Result } from '../store/engine.ts';
import { fillWithZeroes, splitGroups } from './groups.ts';

type Cell = string | number | null;

function result(names: string[], ...rows: Cell[][]): Result {
  const columns = names.map((name, index) => ({ name, values: rows.map((row) => row[index] ?? null) as number[] }));
  return { rows: rows.length, columns };
}

test('rows without groups are one group without labels', () => {
  assert.deepEqual(splitGroups(result(['bucket', 'value'], [0, 1], [60, 2]), []), [
    { labels: {}, times: [0, 60], values: [1, 2] },
  ]);
});

test('no rows are no group', () => {
  assert.deepEqual(splitGroups({ rows: 0, columns: [] }, ['vmta']), []);
});

test('a group ends where any of its values changes', () => {
  const rows = result(
    ['g0', 'g1', 'bucket', 'value'],
    ['a', 'x', 0, 1],
    ['a', 'x', 60, 2],
    ['a', 'y', 0, 3],
    ['b', 'y', 0, 4],
    ['', '', 0, 5]
  );
  assert.deepEqual(splitGroups(rows, ['vmta', 'extra.colour']), [
    { labels: { vmta: 'a', 'extra.colour': 'x' }, times: [0, 60], values: [1, 2] },
    { labels: { vmta: 'a', 'extra.colour': 'y' }, times: [0], values: [3] },
    { labels: { vmta: 'b', 'extra.colour': 'y' }, times: [0], values: [4] },
    { labels: { vmta: '', 'extra.colour': '' }, times: [0], values: [5] },
  ]);
});

test('an absent value is no point', () => {
  const rows = result(['g0', 'bucket', 'value'], ['a', 0, null], ['a', 60, 0], ['b', 0, null]);
  assert.deepEqual(splitGroups(rows, ['vmta']), [
    { labels: { vmta: 'a' }, times: [60], values: [0] },
    { labels: { vmta: 'b' }, times: [], values: [] },
  ]);
});

test('a count has a point at each start', () => {
  const group = { labels: { vmta: 'a' }, times: [60, 180], values: [5, 7] };
  assert.deepEqual(fillWithZeroes(group, [0, 60, 120, 180]), {
    labels: { vmta: 'a' },
    times: [0, 60, 120, 180],
    values: [0, 5, 0, 7],
  });
  assert.deepEqual(fillWithZeroes({ labels: {}, times: [], values: [] }, [0, 60]).values, [0, 0]);
});
