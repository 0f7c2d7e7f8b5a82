import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Turns } from './turns.ts';

test('tasks of a group run side by side, groups one after the other in the order in which they came', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const ends: Array<() => void> = [];
  const task = (name: string) => () => {
    log.push(name);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  const results = [
    turns.take('a', task('a1')),
    turns.take('a', task('a2')),
    turns.take('b', task('b1')),
    turns.take('a', task('a3')),
  ];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  assert.deepEqual(log, ['a1', 'a2'], 'a3 does not overtake b1');
  ends[0]?.();
  await settle();
  assert.deepEqual(log, ['a1', 'a2']);
  ends[1]?.();
  await settle();
  assert.deepEqual(log, ['a1', 'a2', 'b1']);
  ends[2]?.();
  await settle();
  ends[3]?.();
  assert.deepEqual(await Promise.all(results), ['a1', 'a2', 'b1', 'a3']);
});

test('a task that fails gives its turn on', async () => {
  const turns = new Turns();
  await assert.rejects(
    turns.take('a', async () => {
      throw new Error('failed');
    }),
    /failed/
  );
  assert.equal(await turns.take('b', async () => 1), 1);
});
