import type { Field, FieldConfig, Frame, FrameMeta } from '../../pkg/frames/frame.ts';

/** Numbers of 0–1 that are the same for the same seed, so that a failure can be run again. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    // Mulberry32: 32 bits of state are plenty for tests.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

const texts = [
  '',
  'a',
  'gmail.com',
  'smtp;550 5.7.26 Unauthenticated email from [192.0.2.50] is not accepted, see https://example.com/help',
  'größe',
  '日本語のメール',
  '📧 e\u0301 \u202e',
  'tab\t, "quote", back\\slash, <b>&amp;</b>, line\nbreak\r\n',
  'nul\u0000, line separator \u2028',
  'é'.repeat(300),
];
const floats = [0, -0, 1.5, -273.15, 1e-300, 5e-324, 1.7976931348623157e308, 2 ** 53, NaN, Infinity, -Infinity];
const milliseconds = [0, 1, -1, -0.5, 1_743_517_930_000, 1_743_517_930_123.456, -2_208_988_800_000.25, 9e12, -9e12];
const jsonTexts = ['{}', '[]', 'null', 'true', '0', '"text"', '{"a":{"b":[1,2.5,null]},"ü":"é"}', ' [1 , 2] '];

type Random = () => number;
type Make = (random: Random, rows: number, nullable: boolean) => Pick<Field, 'kind' | 'values' | 'config'>;

const enumWords = ['delivered', 'bounced', 'größe'];

const makers: Make[] = [
  (random, rows, nullable) => ({ kind: 'time', values: column(random, rows, nullable, pick(milliseconds)) }),
  (random, rows) => ({
    kind: 'time',
    values: BigInt64Array.from({ length: rows }, () => BigInt(Math.floor((random() - 0.5) * 2 ** 62))),
  }),
  (random, rows, nullable) => ({ kind: 'float64', values: column(random, rows, nullable, pick(floats)) }),
  (random, rows) => ({ kind: 'float64', values: Float64Array.from({ length: rows }, random) }),
  // A view into a larger buffer, as slices of query results are.
  (random, rows) => ({
    kind: 'float64',
    values: Float64Array.from({ length: rows + 3 }, random).subarray(2, rows + 2),
  }),
  (random, rows, nullable) => ({
    kind: 'float32',
    values: column(random, rows, nullable, (random) => Math.fround(random() * 1e6)),
  }),
  ...(
    [
      ['int8', -0x80, 0x7f],
      ['int16', -0x8000, 0x7fff],
      ['int32', -0x80000000, 0x7fffffff],
      ['uint8', 0, 0xff],
      ['uint16', 0, 0xffff],
      ['uint32', 0, 0xffffffff],
    ] as const
  ).map(([kind, min, max]): Make => {
    return (random, rows, nullable) => ({
      kind,
      values: column(random, rows, nullable, pick([min, max, 0, Math.floor(max / 3)])),
    });
  }),
  (random, rows, nullable) => ({
    kind: 'int64',
    values: column<number | bigint>(random, rows, nullable, pick([-(2n ** 63n), 2n ** 63n - 1n, 0n, 12, -7])),
  }),
  (random, rows, nullable) => ({
    kind: 'uint64',
    values: column<number | bigint>(random, rows, nullable, pick([2n ** 64n - 1n, 0n, 12])),
  }),
  (random, rows, nullable) => ({ kind: 'string', values: column(random, rows, nullable, pick(texts)) }),
  (random, rows, nullable) => ({ kind: 'boolean', values: column(random, rows, nullable, pick([true, false])) }),
  (random, rows, nullable) => ({ kind: 'json', values: column(random, rows, nullable, pick(jsonTexts)) }),
  (random, rows, nullable) => ({
    kind: 'enum',
    values: column(random, rows, nullable, pick([0, 1, 2])),
    config: { type: { enum: { text: enumWords, color: ['green', 'red', 'blue'] } } },
  }),
];

const configs: FieldConfig[] = [
  {},
  { displayName: 'größe', displayNameFromDS: 'x, y', description: '"', unit: 'reqps', decimals: 2, filterable: false },
  { min: 0, max: 1e300, interval: 60_000, noValue: '–', decimals: 0xffff },
  {
    links: [
      { title: 't', url: 'https://example.com/?a=${__value.raw}', targetBlank: true },
      { title: 'i', url: '', internal: { query: { refId: 'A' }, datasourceUid: 'u', datasourceName: 'n' } },
    ],
    mappings: [
      { type: 'value', options: { '1': { text: 'up', color: 'green', index: 1 } } },
      { type: 'range', options: { from: 1, to: 2.5, result: { text: 'x' } } },
      { type: 'special', options: { match: 'null+nan', result: { text: 'none' } } },
    ],
    thresholds: {
      mode: 'percentage',
      steps: [
        { value: -5.5, color: 'green' },
        { value: 80, color: 'red' },
      ],
    },
    color: { mode: 'fixed', fixedColor: 'red' },
    custom: { deep: [1, { a: null }] },
  },
];

const metas: FrameMeta[] = [
  {},
  { type: 'table', preferredVisualisationType: 'table', executedQueryString: "SELECT '日本'\nFROM events" },
  {
    notices: [
      { severity: 'info', text: 'é', link: 'https://example.com' },
      { severity: 'warning', text: 'w' },
      { severity: 'error', text: 'e' },
    ],
    stats: [{ displayName: 'rows read', value: 1e9, unit: 'short' }],
    channel: 'ds/uid/queues',
    uniqueRowIdFields: [0, 1],
    custom: { a: [true, null, 'ü'] },
  },
];

/** A frame of up to ten fields of any kind and up to 70 rows that encodeFrame accepts; often with extreme values. */
export function randomFrame(seed: number): Frame {
  const random = randomNumbers(seed);
  const rows = 1 + Math.floor(random() * 70);
  const fields = Array.from({ length: Math.floor(random() * 11) }, (): Field => {
    const nullable = random() < 0.5;
    const made = pick(makers)(random)(random, rows, nullable);
    const config = random() < 0.4 ? pick(configs)(random) : undefined;
    return {
      name: pick(texts)(random),
      ...made,
      ...(nullable && { nullable }),
      ...(random() < 0.4 && { labels: { host: pick(texts)(random), 'ключ "x"': 'ü', '': 'b' } }),
      ...((config || made.config) && { config: { ...config, ...made.config } }),
    } as Field;
  });
  const meta = random() < 0.5 ? pick(metas)(random) : undefined;
  return { name: pick(texts)(random), refId: pick(['A', '', 'größe'])(random), ...(meta && { meta }), fields };
}

function pick<T>(choices: readonly T[]): (random: Random) => T {
  return (random) => choices[Math.floor(random() * choices.length)] as T;
}

function column<T>(random: Random, rows: number, nullable: boolean, value: (random: Random) => T): Array<T | null> {
  const share = nullable ? pick([0, 0.3, 1])(random) : 0;
  return Array.from({ length: rows }, () => (random() < share ? null : value(random)));
}
