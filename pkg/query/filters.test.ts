import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filtersSql } from './filters.ts';
import { type FilterColumn, matcher } from './matches.ts';
import { type Filter, type FilterOperator, filterOperators } from './model.ts';
import { Parameters } from './statement.ts';
import { testStore } from './test-store.ts';

const store = await testStore();

const texts = [
  '',
  ' ',
  'a',
  'A',
  'gmail.com',
  'GMAIL.COM',
  'gmailxcom',
  "o'brien",
  "''",
  '"',
  '`',
  '\\',
  '\\\\',
  "\\'",
  "' OR 1=1 --",
  "') OR ('1'='1",
  '; DROP TABLE d.t',
  '/* x */',
  '*/',
  '--',
  '{p0:String}',
  '{p0:Array(String)}',
  '{',
  '$1',
  '$$',
  '%',
  '_',
  'a\0b',
  '\0',
  'a\nb',
  'a\tb',
  'a\r\nb',
  'é',
  'É',
  'e\u0301',
  'ñandú',
  '日本',
  '🚚',
  'ſ',
  '\u2028',
  '10',
  '9',
  '-1.5',
  '1e3',
  'null',
  'NULL',
  'true',
  '[]',
];
const numbersOfRows = [null, 0, -0.5, 1, 9, 10, 1000, 1e15, -1e15, 0.1];

const columns: FilterColumn[] = [
  { name: 'text', kind: 'string' },
  { name: 'number', kind: 'float64' },
];
const rows = texts.map((text, id) => ({ id, text, number: numbersOfRows[id % numbersOfRows.length] ?? null }));

await store.engine.execute({
  sql: 'CREATE TABLE d.t (id UInt32, text LowCardinality(String), number Nullable(Float64)) ENGINE = MergeTree ORDER BY id',
  params: {},
});
await store.engine.insert('d.t', rows);

async function inStore(filters: Filter[]): Promise<number[]> {
  const parameters = new Parameters();
  const column = (key: string) => (key === 'text' ? 'text' : undefined);
  const number = (key: string) => (key === 'number' ? 'number' : undefined);
  const where = filtersSql(filters, column, number, parameters);
  const found = await store.rows(parameters.statement(`SELECT id FROM d.t WHERE ${where} ORDER BY id`));
  return found.map(([id]) => Number(id));
}

function live(filters: Filter[]): number[] {
  return rows.filter(matcher(filters, columns)).map(({ id }) => id);
}

async function same(filters: Filter[]): Promise<number[]> {
  const expected = live(filters);
  assert.deepEqual(await inStore(filters), expected, JSON.stringify(filters));
  return expected;
}

function on(operator: FilterOperator, ...values: string[]): Filter {
  return { key: 'text', operator, values };
}

test('no filters pass every row', async () => {
  assert.equal((await same([])).length, rows.length);
});

test('each text is found by itself alone, and left out by itself alone', async () => {
  await Promise.all(
    rows.map(async ({ id, text }) => {
      assert.deepEqual(await same([on('=', text)]), [id]);
      assert.equal((await same([on('!=', text)])).length, rows.length - 1);
    })
  );
});

test('several values mean one of them, or none of them', async () => {
  for (const chosen of [texts, texts.slice(0, 20), ["'", '\\', '\0', ','], ["a', 'b", 'a'], ['x']]) {
    const found = await same([on('=|', ...chosen)]);
    assert.deepEqual(await same([on('=', ...chosen)]), found);
    const others = await same([on('!=|', ...chosen)]);
    assert.deepEqual(await same([on('!=', ...chosen)]), others);
    assert.equal(found.length + others.length, rows.length);
  }
});

test('expressions are RE2 over the whole value', async () => {
  const table: Array<[string[], string[] | null]> = [
    [['gmail.com'], ['gmail.com', 'gmailxcom']],
    [['gmail\\.com'], ['gmail.com']],
    [['^gmail\\.com$'], ['gmail.com']],
    [['gmail'], []],
    [['gmail.*'], ['gmail.com', 'gmailxcom']],
    [['(?i)GMAIL\\.com'], ['gmail.com', 'GMAIL.COM']],
    [['a|A'], ['a', 'A']],
    [
      ['a', 'A'],
      ['a', 'A'],
    ],
    [['a', 'gmail|x'], ['a']],
    [[''], ['']],
    [
      ['', 'a'],
      ['', 'a'],
    ],
    [['a.b'], ['a\0b', 'a\nb', 'a\tb']],
    [['(?-s)a.b'], ['a\0b', 'a\tb']],
    [['a\\nb'], ['a\nb']],
    [['a\nb'], ['a\nb']],
    [['a\0b'], ['a\0b']],
    [['a\\x00b'], ['a\0b']],
    [['\\{p0:String\\}'], ['{p0:String}']],
    [['{p0:String}'], ['{p0:String}']],
    [['/\\* x \\*/'], ['/* x */']],
    [['\\\\'], ['\\']],
    [["'+"], ["''"]],
    [['\\pL\\pL'], ['日本']],
    [['\\d+'], ['10', '9']],
    [['[é日本]+'], ['é', '日本']],
    [['(?i)é'], ['é', 'É']],
    [['\\$\\d'], ['$1']],
    [['no such value'], []],
    [['.'], null],
    [['..'], null],
    [['(?s).*'], null],
    [['\\w*'], null],
    [['[^a]*', 'a'], null],
    [['(?m)^a$\nb'], null],
  ];
  for (const [expressions, expected] of table) {
    const found = (await same([on('=~', ...expressions)])).map((id) => texts[id]);
    if (expected) {
      assert.deepEqual(found.toSorted(), expected.toSorted(), JSON.stringify(expressions));
    }
    const others = await same([on('!~', ...expressions)]);
    assert.equal(found.length + others.length, rows.length);
  }
});

test('an expression that is not RE2 is refused by both, as such', async () => {
  for (const expression of [
    '(',
    '[',
    'a)',
    '*',
    '(?=x)',
    '(?!x)',
    '(?<=x)a',
    '(a)\\1',
    '\\',
    'a\\Z',
    'a{1001}',
    '(?z)',
  ]) {
    for (const operator of ['=~', '!~'] as const) {
      const filters = [on(operator, expression)];
      await assert.rejects(inStore(filters), { name: 'StoreError', code: 'regex' }, expression);
      assert.throws(() => live(filters), { name: 'QueryError', message: /text is not valid RE2/ }, expression);
    }
  }
});

test('numbers are compared as numbers, and what is not there passes neither way', async () => {
  for (const bound of ['0', '1', ' 9.5 ', '-0', '-1e15', '1e15', '1e3', '0.1', '1e-7', '1e300', '0x10', '.5']) {
    const below = await same([{ key: 'number', operator: '<', values: [bound] }]);
    const above = await same([{ key: 'number', operator: '>', values: [bound] }]);
    assert.ok([...below, ...above].every((id) => rows[id]?.number !== null));
  }
  const below = live([{ key: 'number', operator: '<', values: ['10'] }]);
  assert.ok(below.every((id) => Number(rows[id]?.number) < 10) && below.length > 10);
});

test('all filters must hold', async () => {
  const found = await same([
    on('=~', '.*a.*'),
    on('!=', 'a'),
    on('!=|', 'gmailxcom', 'null'),
    { key: 'number', operator: '>', values: ['-1'] },
    { key: 'number', operator: '<', values: ['1e12'] },
  ]);
  assert.ok(found.length > 0 && found.length < 20);
});

test('a filter that cannot be meant is refused by both', async () => {
  const wrong: Array<[Filter, RegExp]> = [
    ...filterOperators.map((operator): [Filter, RegExp] => [
      { key: 'colour', operator, values: ['1'] },
      operator === '<' || operator === '>' ? /colour/ : /there is no colour to filter by here/,
    ]),
    ...(['=', '!=', '=|', '!=|', '=~', '!~'] as const).map((operator): [Filter, RegExp] => [
      on(operator),
      /the filter text .* needs a value/,
    ]),
    ...[[], [''], [' '], ['x'], ['1', '2'], ['NaN'], ['Infinity'], ['1e400'], ['1,5']].flatMap((values) =>
      (['<', '>'] as const).map((operator): [Filter, RegExp] => [
        { key: 'number', operator, values },
        /the filter number [<>] needs/,
      ])
    ),
    [on('<', '5'), /text is not a number here, so it cannot be compared with </],
    [on('>', '5'), /text is not a number here, so it cannot be compared with >/],
  ];
  for (const [filter, message] of wrong) {
    await assert.rejects(inStore([filter]), { name: 'QueryError', message }, JSON.stringify(filter));
    assert.throws(() => live([filter]), { name: 'QueryError', message }, JSON.stringify(filter));
  }
});

test('no value stands in the text of the SQL', () => {
  const column = () => 'text';
  for (const [index, text] of texts.entries()) {
    const marked = `${text}<${index}>`;
    for (const operator of filterOperators.filter((each) => each !== '<' && each !== '>')) {
      const parameters = new Parameters();
      const sql = filtersSql([on(operator, marked, 'second value')], column, column, parameters);
      assert.match(sql, /^\((?:text (?:NOT )?IN \{p0:Array\(String\)\}|(?:NOT )?match\(text, \{p0:String\}\))\)$/);
      assert.ok(JSON.stringify(parameters.values).includes(JSON.stringify(marked).slice(1, -1)));
    }
  }
});
