import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSingleFlight } from './single-flight.ts';

/** Flights that end when told so. */
function controlled() {
  const started: Array<{
    key: string;
    signal: AbortSignal;
    land: (value: number) => void;
    crash: (error: Error) => void;
  }> = [];
  const flights = createSingleFlight<string, number>((key, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    signal.addEventListener('abort', () => reject(signal.reason));
    started.push({ key, signal, land: resolve, crash: reject });
    return promise;
  });
  return { flights, started };
}

test('callers of one key share a task, those of another do not, the next one starts anew', async () => {
  const { flights, started } = controlled();
  const asked = [flights.join('a'), flights.join('a', new AbortController().signal), flights.join('b')];
  assert.deepEqual(
    started.map(({ key }) => key),
    ['a', 'b']
  );
  started[0]?.land(1);
  started[1]?.land(2);
  assert.deepEqual(await Promise.all(asked), [1, 1, 2]);
  const next = flights.join('a');
  started[2]?.land(3);
  assert.equal(await next, 3);
});

test('a failure reaches every caller and is not kept', async () => {
  const { flights, started } = controlled();
  const asked = [flights.join('a'), flights.join('a', new AbortController().signal)];
  started[0]?.crash(new Error('down'));
  for (const { status } of await Promise.allSettled(asked)) {
    assert.equal(status, 'rejected');
  }
  const next = flights.join('a');
  started[1]?.land(1);
  assert.equal(await next, 1);
});

test('one caller that aborts leaves the others alone', async () => {
  const { flights, started } = controlled();
  const leaving = new AbortController();
  const left = flights.join('a', leaving.signal);
  const stayed = flights.join('a', new AbortController().signal);
  leaving.abort(new Error('left'));
  await assert.rejects(left, { message: 'left' });
  assert.equal(started[0]?.signal.aborted, false);
  started[0]?.land(1);
  assert.equal(await stayed, 1);
});

test('the last caller that aborts ends the task, and the next caller gets a new one', async () => {
  const { flights, started } = controlled();
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = [flights.join('a', first.signal), flights.join('a', second.signal)];
  first.abort(new Error('first'));
  second.abort(new Error('second'));
  const next = flights.join('a');
  assert.equal(started[0]?.signal.aborted, true);
  assert.deepEqual(
    (await Promise.allSettled(asked)).map((result) => (result.status === 'rejected' ? String(result.reason) : '')),
    ['Error: first', 'Error: second']
  );
  started[1]?.land(2);
  assert.equal(await next, 2);
});

test('a caller that aborted before starts nothing', async () => {
  const { flights, started } = controlled();
  await assert.rejects(flights.join('a', AbortSignal.abort(new Error('gone'))), { message: 'gone' });
  assert.equal(started.length, 0);
});

test('all tasks can be ended', async () => {
  const { flights } = controlled();
  const asked = [flights.join('a'), flights.join('b')];
  flights.abort(new Error('closed'));
  for (const task of asked) {
    await assert.rejects(task, { message: 'closed' });
  }
});
