import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoffMs, keepTrying } from './backoff.ts';

test('pauses double up to a minute, each cut to its half at most', () => {
  const most = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => backoffMs(failures, () => 1));
  assert.deepEqual(most, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  const least = [0, 1, 6, 1000].map((failures) => backoffMs(failures, () => 0));
  assert.deepEqual(least, [500, 1000, 30_000, 30_000]);
});

test('the task runs at its interval, after failures with growing pauses, and at its interval again', async () => {
  const outcomes = ['ok', 'fails', 'fails', 'fails', 'ok', 'fails', 'ok'];
  const stopping = new AbortController();
  const failures: unknown[] = [];
  const pauses: number[] = [];
  await keepTrying(
    200,
    stopping.signal,
    async () => {
      if (outcomes.shift() === 'fails') {
        throw new Error('away');
      }
    },
    (error) => failures.push(error),
    async (milliseconds) => {
      pauses.push(milliseconds);
      if (outcomes.length === 0) {
        stopping.abort();
      }
    }
  );
  assert.equal(failures.length, 4);
  const bounds = [
    [150, 200],
    [500, 1000],
    [1000, 2000],
    [2000, 4000],
    [150, 200],
    [500, 1000],
    [150, 200],
  ] as const;
  assert.equal(pauses.length, bounds.length);
  for (const [index, [least, most]] of bounds.entries()) {
    const pause = pauses[index] ?? NaN;
    assert(pause >= least && pause <= most, `pause ${index} is ${pause}`);
  }
});

test('the signal ends it in a pause and in the task, whose failure is not told then', async () => {
  const paused = new AbortController();
  const pausing = keepTrying(
    1e6,
    paused.signal,
    async () => undefined,
    () => assert.fail()
  );
  setImmediate(() => paused.abort());
  await pausing;
  const stopping = new AbortController();
  const task = async () => {
    stopping.abort();
    throw new Error('aborted');
  };
  await keepTrying(1e6, stopping.signal, task, () => assert.fail());
});
