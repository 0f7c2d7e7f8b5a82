import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorStack, errorText } from './errorText.ts';

test('shows the message without the stack', () => {
  assert.equal(errorText(new Error('no such table')), 'no such table');
  assert.equal(errorText(new Error('outer\n    at inner (file.js:1:1)\n    at more')), 'outer');
  assert.equal(errorText('a string'), 'a string');
  assert.equal(errorText('first line\nsecond line'), 'first line\nsecond line');
});

test('is never empty, because Grafana takes an empty error for none', () => {
  for (const nothing of [new Error(''), '', '  ', new Error('\n    at x (y:1:1)')]) {
    assert.equal(errorText(nothing), 'unknown error');
  }
});

test('replaces secrets, in the stack too', () => {
  const error = new Error('cannot reach https://user:s3cret$1@mta1');
  assert.equal(errorText(error, ['s3cret$1']), 'cannot reach https://user:[secret]@mta1');
  assert.ok(!errorStack(error, ['s3cret$1']).includes('s3cret'));
});

test('leaves words alone that a very short secret is part of', () => {
  assert.equal(errorText('a timeout', ['a', '']), 'a timeout');
});

test('is well-formed and bounded', () => {
  assert.ok(errorText('\ud800 half').isWellFormed());
  assert.ok(errorText('😀'.repeat(5000)).isWellFormed());
  assert.ok(errorText('x'.repeat(1e6)).length <= 2000);
});
