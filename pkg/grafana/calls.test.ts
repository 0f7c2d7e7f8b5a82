import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { LiveCalls } from './calls.ts';
import type { CallScope } from './handlers.ts';

function fakeCall(cancelled = false) {
  return Object.assign(new EventEmitter(), { cancelled });
}

async function untilAborted({ signal }: CallScope): Promise<string> {
  if (!signal.aborted) {
    await once(signal, 'abort');
  }
  return 'aborted';
}

test('a cancelled call aborts its own signal only', async () => {
  const calls = new LiveCalls();
  const first = fakeCall();
  const second = fakeCall();
  const answers: string[] = [];
  const running = calls.run(first, untilAborted).then((answer) => answers.push(answer));
  const other = calls.run(second, untilAborted);
  first.emit('cancelled');
  await running;
  assert.deepEqual(answers, ['aborted']);
  second.emit('cancelled');
  assert.equal(await other, 'aborted');
});

test('a call that was cancelled before its turn starts aborted', async () => {
  assert.equal(await new LiveCalls().run(fakeCall(true), untilAborted), 'aborted');
});

test('stopping aborts all calls that run', async () => {
  const calls = new LiveCalls();
  const running = [calls.run(fakeCall(), untilAborted), calls.run(fakeCall(), untilAborted)];
  calls.abort();
  assert.deepEqual(await Promise.all(running), ['aborted', 'aborted']);
});

test('the signal stays quiet after the work', async () => {
  const calls = new LiveCalls();
  const call = fakeCall();
  const signal = await calls.run(call, async (scope) => scope.signal);
  call.emit('cancelled');
  calls.abort();
  assert.equal(signal.aborted, false);
});

test('an error of the work is the error of the call', async () => {
  const failing = new LiveCalls().run(fakeCall(), () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /^Error: no$/);
});
