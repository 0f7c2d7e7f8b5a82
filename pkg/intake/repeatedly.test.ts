import assert from 'node:assert/strict';
import { test } from 'node:test';

import { repeatedly } from './repeatedly.ts';

const hour = 3_600_000;

test('runs again and again, one at a time', async () => {
  const stopping = new AbortController();
  let running = 0;
  let runs = 0;
  await repeatedly(1, stopping.signal, async () => {
    assert.equal(++running, 1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running--;
    if (++runs === 3) {
      stopping.abort();
    }
  });
  assert.equal(runs, 3);
});

test(
  'a stop does not wait for the next turn, whether it comes during the task or after it',
  { timeout: 5_000 },
  async () => {
    const during = new AbortController();
    await repeatedly(hour, during.signal, async () => during.abort());
    const after = new AbortController();
    const running = repeatedly(hour, after.signal, async () => undefined);
    setTimeout(() => after.abort(), 10);
    await running;
  }
);
