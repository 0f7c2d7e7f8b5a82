import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadLastPoll, saveLastPoll } from './lastPoll.ts';

const count = { recipients: 1, messages: 2, kilobytes: 3.5 };
const sample = {
  taken_ms: 1_700_000_000_000,
  data: { started_ms: null, uptime_seconds: 5, traffic: { total: { in: count, out: count } } },
};

test('what was saved is loaded; what is no sample is none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pmta-last-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'last-poll.json');
  assert.equal(await loadLastPoll(path), null);
  await saveLastPoll(path, sample);
  assert.deepEqual(await loadLastPoll(path), sample);
  const { traffic, ...times } = sample.data;
  const wrong = [
    '',
    'null',
    JSON.stringify(sample).slice(0, -9),
    JSON.stringify({ ...sample, taken_ms: '5' }),
    JSON.stringify({ ...sample, data: times }),
    JSON.stringify({ ...sample, data: { ...times, traffic: { total: { ...traffic.total, out: { recipients: 1 } } } } }),
    JSON.stringify({ ...sample, data: { ...sample.data, started_ms: 'now' } }),
  ];
  for (const text of wrong) {
    writeFileSync(path, text);
    assert.equal(await loadLastPoll(path), null, text);
  }
});
