import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLogLine, maxLineBytes, type LogFields } from './logLine.ts';

const now = new Date('2026-08-20T10:00:00.123Z');

/** Reads a line as strictly as the host: one JSON object a line, three keys that must be strings, flat values. */
function read(line: string): Record<string, unknown> {
  assert.ok(line.endsWith('\n'));
  assert.equal(line.indexOf('\n'), line.length - 1);
  assert.ok(Buffer.byteLength(line) <= maxLineBytes, `${Buffer.byteLength(line)} bytes`);
  const entry: Record<string, unknown> = JSON.parse(line);
  assert.match(String(entry['@level']), /^(trace|debug|info|warn|error)$/);
  assert.match(String(entry['@timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  for (const [key, value] of Object.entries(entry)) {
    assert.ok(['string', 'number', 'boolean'].includes(typeof value), `${key}: ${typeof value}`);
  }
  for (const key of ['@level', '@message', '@timestamp']) {
    assert.equal(typeof entry[key], 'string');
  }
  return entry;
}

const format = (message: unknown, fields: LogFields = {}) => read(formatLogLine('info', message, fields, now));

test('writes what go-hclog reads', () => {
  assert.equal(
    formatLogLine('warn', 'slow poll', { node: 'mta1', ms: 12.5, stale: true }, now),
    '{"@level":"warn","@message":"slow poll","@timestamp":"2026-08-20T10:00:00.123000Z","node":"mta1","ms":12.5,"stale":true}\n'
  );
});

test('values become flat', () => {
  assert.deepEqual(
    format('m', {
      error: new TypeError('bad'),
      when: now,
      big: 12n,
      list: [1, { a: 'b' }],
      nan: NaN,
      none: undefined,
      nil: null,
      symbol: Symbol('s'),
    }),
    {
      '@level': 'info',
      '@message': 'm',
      '@timestamp': '2026-08-20T10:00:00.123000Z',
      error: 'bad',
      when: '2026-08-20T10:00:00.123Z',
      big: '12',
      list: '[1,{"a":"b"}]',
      nan: 'NaN',
      symbol: 'Symbol(s)',
    }
  );
});

test('keys of the host are not overwritten', () => {
  const entry = format('m', { '@message': 1, '@level': {}, timestamp: 5, level: 'x', msg: 'y', '': 'z' });
  assert.equal(entry['@message'], 'm');
  assert.equal(entry['@level'], 'info');
  assert.deepEqual(Object.keys(entry).slice(3), ['message', 'field_level', 'field_timestamp', 'field_msg', 'field_']);
});

test('two fields that end up with the same key still make one readable line', () => {
  assert.equal(format('m', { a: 1, '@a': 2 }).a, 2);
});

test('a line is cut, and says so', () => {
  const long = 'ü\n\u0000'.repeat(40_000);
  const entry = format(long, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, long])));
  assert.equal(entry.truncated, true);
  assert.ok(String(entry['@message']).startsWith('ü\n\u0000'));
  assert.ok(String(entry.k0).startsWith('ü\n\u0000'));
});

test('what cannot be printed does not throw', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const hostile = {
    toJSON() {
      throw new Error('no');
    },
  };
  const entry = format(hostile, { circular, hostile, bare: Object.create(null), date: new Date(NaN) });
  assert.equal(entry['@message'], '[not printable]');
  assert.equal(entry.circular, '[not printable]');
  assert.equal(entry.bare, '{}');
});

test('any message and fields make a line that the host can read', () => {
  const pieces = ['', 'x', '\n', '\r\n', '\u0000', '\u2028', '\ud800', '"', '\\', '😀', '{"a":1}', 'é'.repeat(9000)];
  const values = [
    ...pieces,
    0,
    -0,
    1e308,
    Infinity,
    true,
    null,
    undefined,
    3n,
    [],
    {},
    () => 1,
    new Error('\n'),
    Symbol(),
  ];
  const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
  let seed = 1;
  const pick = <T>(list: readonly T[]): T => {
    seed = (seed * 48271) % 2147483647;
    return list[seed % list.length] as T;
  };
  for (let round = 0; round < 3000; round++) {
    const fields = Array.from({ length: round % 7 }, () => [
      pick([...pieces, '@level', '@timestamp', 't']),
      pick(values),
    ]);
    read(formatLogLine(pick(levels), pick(values), Object.fromEntries(fields), now));
  }
});
