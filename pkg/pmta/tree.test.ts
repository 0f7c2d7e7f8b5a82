import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, elements, flagOf, member, numberOf, textOf } from './tree.ts';

test('numbers come as numbers or text; anything else is none', () => {
  const cases: Array<[unknown, number | null]> = [
    [0, 0],
    [46119.3, 46119.3],
    ['0.0', 0],
    [' 77 ', 77],
    ['46119.3', 46119.3],
    ['-1', -1],
    ['', null],
    ['complete', null],
    ['0x10', null],
    ['1,428', null],
    ['1e400', null],
    [Number.NaN, null],
    [true, null],
    [{}, null],
    [['7'], null],
    [null, null],
    [undefined, null],
  ];
  for (const [value, expected] of cases) {
    assert.equal(numberOf(value), expected, String(value));
  }
});

test('truth values in every spelling', () => {
  for (const yes of [true, 'true', 'yes', 'Yes', '1', 1, ' 1 ']) {
    assert.equal(flagOf(yes), true, String(yes));
  }
  for (const no of [false, 'false', 'no', 'NO', '0', 0]) {
    assert.equal(flagOf(no), false, String(no));
  }
  for (const unknown of [undefined, null, '', 'maybe', 2, {}]) {
    assert.equal(flagOf(unknown), null, String(unknown));
  }
});

test('lists: none, empty, one, many, wrapped', () => {
  assert.equal(elements({}, 'queues', 'queue'), null);
  assert.equal(elements('', 'queues', 'queue'), null);
  assert.deepEqual(elements({ queues: [] }, 'queues', 'queue'), []);
  assert.deepEqual(elements({ queues: '' }, 'queues', 'queue'), []);
  assert.deepEqual(elements({ queue: { name: 'a' } }, 'queues', 'queue'), [{ name: 'a' }]);
  assert.deepEqual(elements({ queue: [{ name: 'a' }, { name: 'b' }] }, 'queues', 'queue'), [
    { name: 'a' },
    { name: 'b' },
  ]);
  assert.deepEqual(elements({ queues: { queue: { name: 'a' } } }, 'queues', 'queue'), [{ name: 'a' }]);
});

test('members are own members only', () => {
  assert.equal(member({}, 'constructor'), undefined);
  assert.equal(member({}, 'toString', 'hasOwnProperty'), undefined);
  assert.equal(member([1], 'length'), undefined);
  assert.equal(member({ id: 7 }, 'name', 'id'), 7);
  assert.equal(at({ a: { b: { c: 1 } } }, 'a.b.c'), 1);
  assert.equal(at({ a: '' }, 'a.b.c'), undefined);
  assert.equal(textOf(7), '7');
  assert.equal(textOf({}), '');
});
