import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valuesProblem } from './checkValues.ts';
import type { Field } from './frame.ts';

function problem(kind: Field['kind'], values: ArrayLike<unknown>, more: Partial<Field> = {}): string | undefined {
  return valuesProblem({ name: 'f', kind, values, ...more } as Field);
}

const words = { config: { type: { enum: { text: ['up', 'down'] } } } };

const good: Array<[kind: Field['kind'], values: ArrayLike<unknown>, more?: Partial<Field>]> = [
  ['time', [0, -1.5, 9_223_372_036_854]],
  ['time', BigInt64Array.of(-(2n ** 63n))],
  ['float64', [NaN, Infinity, -Infinity]],
  ['float32', Float32Array.of(1)],
  ['int8', [-128, 127]],
  ['uint32', [0, 2 ** 32 - 1]],
  ['uint8', Uint8ClampedArray.of(255)],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n, 2 ** 53 - 1]],
  ['uint64', [2n ** 64n - 1n, 0]],
  ['string', ['', 'é']],
  ['boolean', [true, false]],
  ['json', ['{}', 'null', ' 1 ']],
  ['enum', [0, 1], words],
  ['string', [null, 'a'], { nullable: true }],
  ['enum', [null, 0], { nullable: true, ...words }],
  ['time', [null], { nullable: true }],
];

for (const [kind, values, more] of good) {
  test(`accepts ${kind} ${String(values)}`, () => assert.equal(problem(kind, values, more), undefined));
}

const bad: Array<[kind: Field['kind'], value: unknown, expected: RegExp, more?: Partial<Field>]> = [
  ['time', NaN, /must be a time in milliseconds/],
  ['time', 9_300_000_000_000, /1678–2261/],
  ['time', '2025-04-01', /must be a time in milliseconds/],
  ['time', 5n, /must be a time in milliseconds/],
  ['float64', '1', /must be a number/],
  ['float64', 1n, /must be a number/],
  ['int8', 128, /whole number of -128–127/],
  ['int32', 1.5, /whole number/],
  ['uint8', -1, /whole number of 0–255/],
  ['uint16', 65536, /whole number of 0–65535/],
  ['int64', 2 ** 53, /beyond 2\^53 use bigint/],
  ['int64', 2n ** 63n, /must be an int64/],
  ['int64', 0.5, /must be an int64/],
  ['uint64', -1, /must be a uint64/],
  ['uint64', 2n ** 64n, /must be a uint64/],
  ['string', 5, /must be a string/],
  ['boolean', 1, /must be true or false/],
  ['json', '{a:1}', /must be a JSON text: write it with JSON.stringify/],
  ['json', '', /must be a JSON text/],
  ['json', 5, /must be a JSON text/],
  ['enum', 2, /index into the 2 words/, words],
  ['enum', -1, /index into the 2 words/, words],
  ['enum', 0, /needs its words in config.type.enum.text/],
];

for (const [kind, value, expected, more] of bad) {
  test(`refuses ${kind} ${String(value)}`, () => assert.match(problem(kind, [value], more) ?? '', expected));
}

test('null is refused in every kind that is not nullable, because Grafana would read it as zero', () => {
  const kinds: Array<Field['kind']> = [
    'time',
    'float64',
    'int8',
    'int64',
    'uint64',
    'string',
    'boolean',
    'json',
    'enum',
  ];
  for (const kind of kinds) {
    assert.match(
      problem(kind, [null], words) ?? '',
      /^row 0 is null in a field that is not nullable: set nullable/,
      kind
    );
  }
  assert.match(problem('string', ['a', undefined]) ?? '', /^row 1 is null/);
});

test('the row is named', () => assert.match(problem('json', ['1', '2', 'x']) ?? '', /^row 2 must be a JSON text/));

test('a typed array of another kind is looked through', () => {
  assert.match(problem('uint8', Int16Array.of(1, 300)) ?? '', /^row 1 /);
  assert.match(problem('int32', Float64Array.of(0.5)) ?? '', /^row 0 /);
});

test('texts of more than 2 GiB together are refused', () => {
  const text = '日'.repeat(2 ** 20);
  const column = (rows: number) => Array.from<string>({ length: rows }).fill(text);
  assert.equal(problem('string', column(682)), undefined);
  assert.match(problem('string', column(683)) ?? '', /longer than 2 GiB together: ask for fewer rows/);
});
