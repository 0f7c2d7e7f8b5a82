import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textColumn } from './textColumn.ts';

/** What an Arrow reader gets back. */
function read(values: ArrayLike<string | null>): string[] {
  const { bytes, offsets } = textColumn(values);
  assert.equal(offsets.length, values.length + 1);
  assert.equal(offsets.at(-1), bytes.length);
  return Array.from(values, (_, row) => new TextDecoder().decode(bytes.subarray(offsets[row], offsets[row + 1])));
}

test('texts of any length and script come back', () => {
  const lengths = [0, 1, 14, 15, 16, 17, 100, 5000];
  const texts = ['a', 'é', '日', '📧', '\u0000'].flatMap((unit) => lengths.map((length) => unit.repeat(length)));
  assert.deepEqual(read(texts), texts);
  assert.deepEqual(read(texts.toReversed()), texts.toReversed());
});

test('the buffer grows from the size of ASCII to what the texts need', () => {
  const texts = Array.from({ length: 1000 }, (_, row) => (row % 3 === 0 ? 'ascii' : '日本語'.repeat(row % 20)));
  assert.deepEqual(read(texts), texts);
});

test('a short text that turns out not to be ASCII leaves nothing behind', () => {
  assert.deepEqual(read(['abcé', 'x', 'é', 'abcdefg']), ['abcé', 'x', 'é', 'abcdefg']);
});

test('null is an empty text, and half a surrogate pair becomes the replacement character', () => {
  assert.deepEqual(read(['a', null, 'b']), ['a', '', 'b']);
  assert.deepEqual(read(['\ud83d', `${'x'.repeat(20)}\udce7`]), ['\ufffd', `${'x'.repeat(20)}\ufffd`]);
  assert.deepEqual(read([]), []);
});
