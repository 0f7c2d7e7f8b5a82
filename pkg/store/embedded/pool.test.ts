import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pool } from './pool.ts';

const never = new AbortController().signal;

test('connections are handed out in the order of asking', async () => {
  const pool = new Pool(['only'], (failed) => `${failed} again`);
  const order: number[] = [];
  let finish = () => {};
  const first = pool.use(never, () => new Promise<void>((resolve) => (finish = resolve)));
  const others = [1, 2, 3].map((n) => pool.use(never, async () => void order.push(n)));
  await Promise.resolve();
  assert.deepEqual(order, []);
  finish();
  await Promise.all([first, ...others]);
  assert.deepEqual(order, [1, 2, 3]);
});

test('a caller that gives up waiting does not take a connection', async () => {
  const pool = new Pool(['only'], (failed) => `${failed} again`);
  let finish = () => {};
  const first = pool.use(never, () => new Promise<void>((resolve) => (finish = resolve)));
  const leaving = new AbortController();
  const left = pool.use(leaving.signal, async () => 'ran');
  const after = pool.use(never, async (connection) => connection);
  leaving.abort();
  await assert.rejects(left, { name: 'StoreError', code: 'cancelled' });
  finish();
  await first;
  assert.equal(await after, 'only');
});

test('a connection whose work failed is replaced', async () => {
  const pool = new Pool(['only'], (failed) => `${failed} again`);
  await assert.rejects(
    pool.use(never, async () => {
      throw new Error('boom');
    }),
    /boom/
  );
  assert.equal(await pool.use(never, async (connection) => connection), 'only again');
});
