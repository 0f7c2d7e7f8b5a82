import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataplaneProblem } from './checkDataplane.ts';
import type { Field, FrameType } from './frame.ts';

const time: Field = { name: 'time', kind: 'time', values: [1, 1, 2] };
const number: Field = { name: 'value', kind: 'float64', values: [1, 2, 3] };
const count: Field = { name: 'count', kind: 'int64', values: [1, 2, 3] };
const text: Field = { name: 'host', kind: 'string', values: ['a', 'b', 'c'] };
const flag: Field = { name: 'up', kind: 'boolean', values: [true, true, false] };
const body: Field = { ...text, name: 'body' };
const timestamp: Field = { ...time, name: 'timestamp' };

function row(field: Field): Field {
  return { ...field, values: Array.from<unknown>(field.values).slice(0, 1) } as Field;
}

function problem(type: FrameType, ...fields: Field[]): { text: string; field?: number } | undefined {
  return dataplaneProblem({ meta: { type }, fields });
}

const good: Array<[type: FrameType, ...fields: Field[]]> = [
  ['timeseries-multi', time, number],
  ['timeseries-multi', number, time],
  ['timeseries-multi', { ...time, values: BigInt64Array.of(-1n, 0n, 0n) }, number],
  ['timeseries-wide', time, number, count, { ...number, labels: { host: 'a' } }],
  ['timeseries-long', time, text, number, count],
  ['numeric-multi', row(text), row(number)],
  ['numeric-wide', row(number), row(count)],
  ['numeric-long', text, number, flag, time],
  ['log-lines', timestamp, body, { name: 'labels', kind: 'json', values: ['{}', '{}', '{}'] }, count],
  ['log-lines', { ...timestamp, values: [3, 2, 1] }, body],
  ['table', time, { ...time, values: [3, 2, 1] }, flag],
  ['timeseries-multi'],
  ['log-lines'],
];

for (const [type, ...fields] of good) {
  test(`accepts ${type} of ${fields.map(({ name }) => name).join(', ') || 'no fields'}`, () => {
    assert.equal(problem(type, ...fields), undefined);
  });
}

const nullable: Field = { ...time, nullable: true };
const bad: Array<[expected: RegExp, field: number | undefined, type: FrameType, ...fields: Field[]]> = [
  [/a time field is missing \(timeseries-multi\)/, undefined, 'timeseries-multi', number],
  [/one time field: leave this one out/, 1, 'timeseries-multi', time, time, number],
  [/one number field, not 0/, undefined, 'timeseries-multi', time],
  [/one number field, not 2: send a frame for each/, undefined, 'timeseries-multi', time, number, count],
  [/must be a time or number field: move it to labels/, 1, 'timeseries-multi', time, text, number],
  [/must be a time or number field/, 2, 'timeseries-wide', time, number, flag],
  [/must not be nullable/, 0, 'timeseries-multi', nullable, number],
  [/must not be nullable/, 1, 'timeseries-wide', number, nullable],
  [/must not be nullable/, 0, 'timeseries-long', nullable, number],
  [/row 2 is earlier than the row before/, 0, 'timeseries-multi', { ...time, values: [1, 3, 2] }, number],
  [/row 1 is earlier/, 0, 'timeseries-long', { ...time, values: BigInt64Array.of(0n, -1n, 5n) }, number],
  [/a number field is missing/, undefined, 'timeseries-wide', time],
  [/same name and labels/, 2, 'timeseries-wide', time, number, number],
  [
    /same name and labels/,
    2,
    'timeseries-wide',
    time,
    { ...number, labels: { a: '1', b: '2' } },
    { ...number, labels: { b: '2', a: '1' } },
  ],
  [/must be a time or number or string field/, 2, 'timeseries-long', time, number, flag],
  [/one row, not 3: use numeric-long/, undefined, 'numeric-multi', number],
  [/one row, not 3/, undefined, 'numeric-wide', number],
  [/same name and labels/, 1, 'numeric-wide', row(number), row(number)],
  [/a number field is missing/, undefined, 'numeric-long', text],
  [/time field "timestamp" is missing/, undefined, 'log-lines', time, body],
  [/string field "body" is missing/, undefined, 'log-lines', timestamp],
  [/must not be nullable: fill in a value/, 1, 'log-lines', timestamp, { ...body, nullable: true }],
  [/must be a json field, not string/, 2, 'log-lines', timestamp, body, { ...text, name: 'labels' }],
  [/must be a string field, not float64/, 2, 'log-lines', timestamp, body, { ...number, name: 'id' }],
];

for (const [expected, field, type, ...fields] of bad) {
  test(`refuses ${type} of ${fields.map(({ name }) => name).join(', ')}: ${expected.source}`, () => {
    const found = problem(type, ...fields);
    assert.match(found?.text ?? '', expected);
    assert.equal(found?.field, field);
  });
}

test('a frame of no type may be anything', () => {
  assert.equal(dataplaneProblem({ fields: [nullable, flag] }), undefined);
});
