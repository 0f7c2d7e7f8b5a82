import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, lineWriter } from './log.ts';

test('each level writes one line', () => {
  const lines: string[] = [];
  const log = createLogger((line) => lines.push(line));
  log.trace('a');
  log.debug('b');
  log.info('c');
  log.warn('d', { node: 'mta1' });
  log.error('e');
  const entries = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map((entry) => [entry['@level'], entry['@message']]),
    [
      ['trace', 'a'],
      ['debug', 'b'],
      ['info', 'c'],
      ['warn', 'd'],
      ['error', 'e'],
    ]
  );
  assert.equal(entries[3].node, 'mta1');
});

type Step = number | 'EAGAIN' | 'EPIPE';

/** A pipe that takes so many bytes at each write, or fails; then takes everything. */
function pipe(steps: Step[]) {
  const written: string[] = [];
  const write = (_fd: number, bytes: Buffer, offset: number): number => {
    const step = steps.shift() ?? Infinity;
    if (typeof step === 'string') {
      throw Object.assign(new Error(step), { code: step });
    }
    const piece = bytes.subarray(offset, Math.min(bytes.length, offset + step));
    written.push(piece.toString());
    return piece.length;
  };
  return { written, writer: lineWriter(2, write as Parameters<typeof lineWriter>[1]) };
}

test('a line goes out whole over several writes', () => {
  const { written, writer } = pipe([3, 'EAGAIN', 2, 'EAGAIN', 'EAGAIN']);
  writer('abcdefgh\n');
  assert.equal(written.join(''), 'abcdefgh\n');
});

test('a reader that is gone does not matter', () => {
  const { written, writer } = pipe(['EPIPE']);
  writer('lost\n');
  writer('next\n');
  assert.equal(written.join(''), 'next\n');
});

test('a line that the reader does not take is dropped, and the next one waits no more', () => {
  const steps = Array<Step>(100).fill('EAGAIN');
  const { written, writer } = pipe(steps);
  writer('lost\n');
  const left = steps.length;
  assert.ok(left > 0 && left < 99, 'gives up after some waiting');
  writer('lost too\n');
  assert.equal(steps.length, left - 1);
  steps.length = 0;
  writer('taken again\n');
  assert.equal(written.join(''), 'taken again\n');
});

test('after half a line, the next one begins with a newline', () => {
  const { written, writer } = pipe([3, 'EPIPE', 'EPIPE']);
  writer('abcdef\n');
  writer('lost\n');
  writer('next\n');
  assert.equal(written.join(''), 'abc\nnext\n');
});
