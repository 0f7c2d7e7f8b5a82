import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wheel } from './wheel.ts';

test('tasks come at the first step at or after their time, in the order of planning', () => {
  const wheel = new Wheel<string>(250);
  wheel.plan(1001, 'later');
  wheel.plan(1000, 'first');
  wheel.plan(900, 'second');
  assert.deepEqual(wheel.take(750), []);
  assert.deepEqual(wheel.take(1000), ['first', 'second']);
  assert.deepEqual(wheel.take(1000), [], 'tasks are taken once');
  assert.deepEqual([...wheel.all()], ['later']);
  assert.deepEqual(wheel.take(1250), ['later']);
});
