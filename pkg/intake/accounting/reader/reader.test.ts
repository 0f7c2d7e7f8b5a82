import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { AccountingFormat } from '../head.ts';
import { createRecordReader } from './reader.ts';

const reader = createRecordReader();
after(() => reader.close());

const chunk = (text: string, start = 0) => ({
  format: 'csv' as AccountingFormat,
  header: ['type', 'timeLogged', 'rcpt'],
  start,
  bytes: Buffer.from(text),
});

test('many chunks at once each get their own answer, CSV and JSON', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      n % 2
        ? reader.read(chunk(`d,1700000000,r${n}\nbad\n`, n * 100))
        : reader.read({
            ...chunk(`{"type":"d","timeLogged":"1700000000","rcpt":"r${n}"}\nbad\n`, n * 100),
            format: 'json',
          })
    )
  );
  for (const [n, { groups, rejects }] of answers.entries()) {
    assert.equal(groups[0]?.bytes.toString(), `"d","1700000000","r${n}"\n`);
    assert.ok(Buffer.isBuffer(groups[0]?.bytes));
    assert.deepEqual([...(groups[0]?.ends ?? [])], [groups[0]?.bytes.length]);
    assert.equal(groups[0]?.position, n * 100);
    assert.equal(Math.floor((rejects[0]?.position ?? 0) / 100), n);
  }
});

test('only the part of a larger buffer that is the chunk is read', async () => {
  const bytes = Buffer.from('d,1700000000,a\nd,1700000000,b\nd,1700000000,c\n').subarray(15, 30);
  const { groups } = await reader.read({ ...chunk(''), bytes });
  assert.equal(groups[0]?.bytes.toString(), '"d","1700000000","b"\n');
});

test('an error in the thread is an error for the one that asked, and the next chunk is read', async () => {
  const broken = { ...chunk('d,1700000000,a\n'), header: null as unknown as string[] };
  const [failed, good] = await Promise.allSettled([reader.read(broken), reader.read(chunk('d,1700000000,a\n'))]);
  assert.equal(failed.status, 'rejected');
  assert.equal(good.status, 'fulfilled');
});

test('ending the thread tells those who wait, and the next chunk starts another', async () => {
  const waiting = reader.read(chunk('d,1700000000,a\n'.repeat(200_000)));
  const refused = assert.rejects(waiting, /thread that reads records has ended/);
  // Asked in the same moment as the end, before the thread is gone.
  await Promise.all([reader.close(), refused]);
  const { groups } = await reader.read(chunk('d,1700000000,b\n'));
  assert.equal(groups[0]?.ends.length, 1);
});
