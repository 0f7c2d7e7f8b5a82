import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AccountingFormat } from './head.ts';
import { bufferInput } from './input.ts';
import { readPiece } from './pieces.ts';

/** The texts of all pieces of a buffer. */
async function pieces(bytes: Buffer, format: AccountingFormat, isClosed: boolean, most?: number): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (let start = 0; ;) {
    const piece = await readPiece(bufferInput(bytes), start, format, isClosed, most);
    if (!piece) {
      return found;
    }
    assert.equal(piece.start, start);
    found.push(piece.bytes);
    start += piece.bytes.length;
  }
}

const texts = async (text: string, format: AccountingFormat, isClosed: boolean, most?: number) =>
  (await pieces(Buffer.from(text), format, isClosed, most)).map(String);

test('pieces are whole records, however small they must be, and a header begins one', async () => {
  const csv = 'a,"1\n"\r\nb,2\ntype,x\nc,3\n"d\n\n\n\n\n",4\n';
  assert.deepEqual(await texts(csv, 'csv', false), ['a,"1\n"\r\nb,2\n', 'type,x\nc,3\n"d\n\n\n\n\n",4\n']);
  for (const most of [1, 2, 3, 5, 8, 13]) {
    const found = await texts(csv, 'csv', false, most);
    assert.equal(found.join(''), csv);
    assert.ok(found.includes('"d\n\n\n\n\n",4\n'), String(most));
  }
});

test('a record that is not whole waits until its file is closed', async () => {
  assert.deepEqual(await texts('a,1\nb,', 'csv', false), ['a,1\n']);
  assert.deepEqual(await texts('a,1\nb,', 'csv', true), ['a,1\n', 'b,']);
  assert.deepEqual(await texts('a,1\nb,"\nc,2\nd', 'csv', true), ['a,1\n', 'b,"\n', 'c,2\n', 'd']);
  assert.deepEqual(await texts('{"a":1}\n{"b":', 'json', false), ['{"a":1}\n']);
  assert.deepEqual(await texts('{"a":1}\n{"b":', 'json', true), ['{"a":1}\n', '{"b":']);
  assert.deepEqual(await texts('', 'csv', true), []);
});

test('what closes an array is read with it, or alone when it comes later', async () => {
  assert.deepEqual(await texts('[{"a":1},\n{"b":2}\n]\n', 'json', false), ['[{"a":1},\n{"b":2}\n]\n']);
  assert.deepEqual(await texts('\n]\n', 'json', false), ['\n]\n']);
});

test('an object that never closes costs its line, once enough has come behind it', async () => {
  const open = '{"a":{"x":"1"},\n';
  const line = '{"rcpt":"r","type":"d"}\n';
  const few = Buffer.from(open + line.repeat(10));
  assert.deepEqual(await pieces(few, 'json', false), []);
  const many = Buffer.from(open + line.repeat(50_000));
  const found = await pieces(many, 'json', false);
  assert.deepEqual(
    found.map((bytes) => bytes.length),
    [open.length, line.length * 50_000]
  );
});

test('a line without end costs sixteen megabytes at most', async () => {
  for (const format of ['csv', 'json'] as const) {
    const bytes = Buffer.alloc(40 * 1024 * 1024, 'x');
    const found = await pieces(bytes, format, false);
    assert.deepEqual(
      found.map(({ length }) => length / (1024 * 1024)),
      [16, 16],
      format
    );
  }
});
