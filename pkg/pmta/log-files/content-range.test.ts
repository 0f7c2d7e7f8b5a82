import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContentRange } from './content-range.ts';

test('parts with and without a total, and no part', () => {
  assert.deepEqual(parseContentRange('bytes 5-14/100'), { part: { start: 5, end: 14 }, total: 100 });
  assert.deepEqual(parseContentRange(' Bytes 0-0/1 '), { part: { start: 0, end: 0 }, total: 1 });
  assert.deepEqual(parseContentRange('bytes 5-14/*'), { part: { start: 5, end: 14 }, total: null });
  assert.deepEqual(parseContentRange('bytes */100'), { part: null, total: 100 });
});

test('what contradicts itself or is none', () => {
  const headers = ['', 'bytes 14-5/100', 'bytes 5-100/100', 'bytes */*', 'bytes -5/100', 'rows 5-14/100', 'bytes 5-14'];
  for (const header of [undefined, ...headers, 'bytes 1-99999999999999999999/*']) {
    assert.equal(parseContentRange(header), null, header);
  }
});
