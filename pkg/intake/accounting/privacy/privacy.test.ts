import assert from 'node:assert/strict';
import { test } from 'node:test';

import { strings } from '../../../store/arrow.ts';
import type { StoreError } from '../../../store/errors.ts';
import { testEngine } from '../../../store/test-engine.ts';
import { hideAddresses } from './hideAddresses.ts';
import { privacyKey, privacyParams } from './policy.ts';
import { privacySql } from './privacySql.ts';

const never = new AbortController().signal;
const key = privacyKey('a secret of the test');
const { engine } = await testEngine();
await engine.execute({ sql: 'CREATE DATABASE d', params: {} });
const columns = ['rcpt', 'orcpt', 'orig', 'reply', 'header_x-id', 'header_to', 'dsnMta'] as const;
type Row = Partial<Record<(typeof columns)[number], string>>;
await engine.execute({
  sql: `CREATE TABLE d.records (n UInt32, ${columns.map((_, index) => `c${index + 1} String`).join(', ')}) ENGINE = MergeTree ORDER BY n`,
  params: {},
});

const fields = {
  rcpt: 'c1',
  orcpt: 'c2',
  orig: 'c3',
  reply: 'c4',
  other: { 'header_x-id': 'c5', header_to: 'c6', dsnMta: 'c7' },
};

function select(policy: 'hash' | 'redact', from: string): string {
  const { stages, rcpt, orcpt, orig, reply, other } = privacySql(policy, fields);
  const outputs = [rcpt, orcpt, orig, reply, ...Object.values(other)].map((sql, index) => `${sql} AS v${index}`);
  const source = stages.reduce((inner, stage) => `(SELECT *, ${stage.join(', ')} FROM ${inner})`, from);
  return `SELECT ${outputs.join(', ')} FROM ${source}`;
}

async function hidden(policy: 'hash' | 'redact', rows: Row[], secret = key): Promise<Array<Required<Row>>> {
  await engine.execute({ sql: 'TRUNCATE TABLE d.records', params: {} });
  await engine.insert(
    'd.records',
    rows.map((row, n) => ({
      n,
      ...Object.fromEntries(columns.map((name, index) => [`c${index + 1}`, row[name] ?? ''])),
    }))
  );
  const params = privacyParams(policy, secret);
  const result = await engine.query({ sql: `${select(policy, 'd.records')} ORDER BY n`, params }, never);
  assert.equal(result.rows, rows.length);
  return rows.map(
    (_, row) =>
      Object.fromEntries(
        columns.map((name, index) => [name, strings(result, `v${index}`)[row] ?? 'NULL'])
      ) as Required<Row>
  );
}

/** What becomes of one field of records that differ in nothing else. */
async function redactedField(name: keyof Row, rcpt: string, values: string[]): Promise<string[]> {
  const rows = await hidden(
    'redact',
    values.map((value) => ({ rcpt, [name]: value }))
  );
  return rows.map((row) => row[name]);
}

test('kept recipients are the plain fields', () => {
  assert.deepEqual(privacySql('keep', fields), { ...fields, stages: [] });
  assert.deepEqual(privacyParams('keep', key), {});
  assert.equal(hideAddresses('550 joe@example.com', 'keep', key), '550 joe@example.com');
});

test('a recipient keeps its domain, in lower case', async () => {
  const recipients = [
    'Joe@Example.COM',
    '"joe d@e"@example.com',
    '...@example.com',
    'root',
    'joe@',
    'müller@bücher.de',
    '',
  ];
  assert.deepEqual(
    (
      await hidden(
        'redact',
        recipients.map((rcpt) => ({ rcpt }))
      )
    ).map(({ rcpt }) => rcpt),
    [
      'redacted@example.com',
      'redacted@example.com',
      'redacted@example.com',
      'redacted',
      'redacted',
      'redacted@bücher.de',
      '',
    ]
  );
});

test('the original recipient keeps its type', async () => {
  assert.deepEqual(
    await redactedField('orcpt', 'x@example.com', ['rfc822;Joe@Example.com', 'joe@example.com', 'rfc822;joe', '']),
    ['rfc822;redacted@example.com', 'redacted@example.com', 'rfc822;redacted', '']
  );
});

test('a reply loses every address and the local part of its recipient', async () => {
  const replies: Array<[reply: string, expected: string]> = [
    ['smtp;550 5.1.1 <Joe.Smith@Example.com>: unknown', 'smtp;550 5.1.1 <redacted@Example.com>: unknown'],
    ['smtp;550 in "RCPT TO:<joe.smith@example.com>"', 'smtp;550 in "RCPT TO:<redacted@example.com>"'],
    ['smtp;550 JOE.SMITH... User unknown', 'smtp;550 redacted... User unknown'],
    ["smtp;550 'joe.smith' /home/joe.smith/ box_joe.smith_2", "smtp;550 'redacted' /home/redacted/ box_redacted_2"],
    ['smtp;550 joe.smith, joe.smith', 'smtp;550 redacted, redacted'],
    ['smtp;550 joe.smithson xjoe.smith', 'smtp;550 joe.smithson xjoe.smith'],
    [
      "smtp;550 'ann@x.org' moved to mailto:bob+tag@y.org.",
      "smtp;550 'redacted@x.org' moved to mailto:redacted@y.org.",
    ],
    ['smtp;550 "john doe"@x.org o\'hara@x.org', 'smtp;550 redacted@x.org redacted@x.org'],
    [
      'smtp;550 ü.ö@x.org «Ä@bücher.de» a@[192.0.2.1]',
      'smtp;550 redacted@x.org «redacted@bücher.de» redacted@[192.0.2.1]',
    ],
    ['smtp;550 http://x.org/?id=ann%40y.org&ip=192.0.2.1', 'smtp;550 http://x.org/?id=redacted%40y.org&ip=192.0.2.1'],
    ['smtp;550 rcpt=joe.smith@example.com a@b', 'smtp;550 redacted@example.com redacted@b'],
    ['smtp;550 ann@x.orgjoe.smith@example.com', 'smtp;550 redacted@example.com'],
    ['smtp;250 2.0.0 OK @ 10:00 @x', 'smtp;250 2.0.0 OK @ 10:00 @x'],
    ['', ''],
  ];
  assert.deepEqual(
    await redactedField(
      'reply',
      'joe.smith@example.com',
      replies.map(([reply]) => reply)
    ),
    replies.map(([, expected]) => expected)
  );
});

test('a short local part is replaced in addresses only', async () => {
  assert.deepEqual(await redactedField('reply', 'a@example.com', ['smtp;550 a@example.com is not a user']), [
    'smtp;550 redacted@example.com is not a user',
  ]);
});

test('a tag goes with the local part', async () => {
  assert.deepEqual(await redactedField('reply', 'joe+News@example.com', ['smtp;550 JOE+news and joe: joe+x']), [
    'smtp;550 redacted and redacted: redacted+x',
  ]);
});

test('the codes of a reply are no local part', async () => {
  assert.deepEqual(await redactedField('reply', '550@example.com', ['smtp;550 5.1.1 user 550 unknown']), [
    'smtp;550 5.1.1 user redacted unknown',
  ]);
});

test('a local part of no letters is not looked for', async () => {
  assert.deepEqual(await redactedField('reply', '...@example.com', ['smtp;550 x... User unknown']), [
    'smtp;550 x... User unknown',
  ]);
});

test('a sender that names the recipient does so no more', async () => {
  const senders: Array<[rcpt: string, sender: string, expected: string]> = [
    ['joe@example.com', 'bounce-123-Joe=example.com@news.com', 'bounce-123-redacted=example.com@news.com'],
    ['joe@example.com', 'joe=example.com@joe.com', 'redacted=example.com@joe.com'],
    ['joe@example.com', 'prefix+joe=example.com@news.com', 'prefix+redacted=example.com@news.com'],
    ['joe+tag@example.com', 'b+joe+2Btag=example.com@news.com', 'b+redacted+2Btag=example.com@news.com'],
    ['a@example.com', 'b-a=example.com@a.com', 'b-redacted=example.com@a.com'],
    ['a@example.com', 'SRS0=hh=tt=example.com=a@a.com', 'SRS0=hh=tt=example.com=redacted@a.com'],
    ['joe@example.com', 'SRS0=hh=tt=example.com=joe@fwd.com', 'SRS0=hh=tt=example.com=redacted@fwd.com'],
    ['joe@example.com', 'JOE@example.com', 'redacted@example.com'],
    ['', 'b-1-joe=example.com@news.com', 'redacted=example.com@news.com'],
    ['', 'SRS1=hh=tt=example.com=joe@fwd.com', 'SRS1=hh=tt=example.com=redacted@fwd.com'],
    ['joe@example.com', 'b+id=123@news.com', 'b+id=123@news.com'],
    ['joe@example.com', 'news@joe.com', 'news@joe.com'],
    ['', 'news@example.com', 'news@example.com'],
    ['joe@example.com', '', ''],
  ];
  const rows = await hidden(
    'redact',
    senders.map(([rcpt, orig]) => ({ rcpt, orig }))
  );
  assert.deepEqual(
    rows.map(({ orig }) => orig),
    senders.map(([, , expected]) => expected)
  );
});

test('another column is treated when it mentions the recipient', async () => {
  assert.deepEqual(
    await redactedField('header_x-id', 'joe@example.com', [
      'for Joe@Example.com, ann@x.org',
      'b-joe=example.com',
      '?a=joe%40example.com',
      '<2026.joe@mta.news.com>',
    ]),
    [
      'for redacted@Example.com, redacted@x.org',
      'b-redacted=example.com',
      '?a=redacted%40example.com',
      '<2026.joe@mta.news.com>',
    ]
  );
});

test('another column is treated when it mentions a recipient in quotes', async () => {
  assert.deepEqual(await redactedField('header_x-id', '"joe d"@example.com', ['<"Joe d"@example.com>']), [
    '<redacted@example.com>',
  ]);
});

test('fields that a file does not have are empty', async () => {
  const absent = { rcpt: "''", orcpt: "''", orig: "''", reply: "'smtp;421 a@b.c'", other: {} };
  for (const policy of ['hash', 'redact'] as const) {
    const { stages, rcpt, orcpt, orig } = privacySql(policy, absent);
    const source = stages.reduce((inner, stage) => `(SELECT *, ${stage.join(', ')} FROM ${inner})`, 'numbers(2)');
    const sql = `SELECT concat(${rcpt}, ${orcpt}, ${orig}) AS v0 FROM ${source}`;
    const result = await engine.query({ sql, params: privacyParams(policy, key) }, never);
    assert.deepEqual(Array.from(strings(result, 'v0')), ['', '']);
  }
});

test('a column of recipients is treated without a recipient, and one of PMTA that holds none never', async () => {
  const [row] = await hidden('redact', [{ header_to: 'Ann <ann@x.org>', dsnMta: 'a@x.org' }]);
  assert.deepEqual([row?.header_to, row?.dsnMta], ['Ann <redacted@x.org>', 'a@x.org']);
});

test('an address has one hash everywhere', async () => {
  const [row] = await hidden('hash', [
    {
      rcpt: 'Joe+a@Example.com',
      orcpt: 'rfc822;joe+2Ba@example.com',
      orig: 'b-joe+a=example.com@news.com',
      reply: '<joe+A@EXAMPLE.com> joe',
      'header_x-id': 'joe+a@example.com',
      header_to: 'JOE+A@example.com',
    },
  ]);
  const hash = row?.rcpt.split('@', 1)[0] ?? '';
  assert.match(hash, /^[0-9a-f]{20}$/);
  assert.deepEqual(row, {
    rcpt: `${hash}@example.com`,
    orcpt: `rfc822;${hash}@example.com`,
    orig: `b-${hash}=example.com@news.com`,
    reply: `<${hash}@EXAMPLE.com> ${hash}`,
    'header_x-id': `${hash}@example.com`,
    header_to: `${hash}@example.com`,
    dsnMta: '',
  });
  assert.equal(hideAddresses('joe+a@example.com', 'hash', key), `${hash}@example.com`);
});

test('hashes differ by domain and by key', async () => {
  const rows = [{ rcpt: 'joe@example.com' }, { rcpt: 'joe@example.org' }];
  const hashes = [...(await hidden('hash', rows)), ...(await hidden('hash', rows, privacyKey('another')))];
  assert.equal(new Set(hashes.map(({ rcpt }) => rcpt.split('@', 1)[0])).size, 4);
});

test('bytes that are not UTF-8 hide nothing', async () => {
  const from = `(SELECT unhex(hex('j') || 'FC' || hex('rg@x.org')) AS c1, '' AS c2, '' AS c3, concat('<', c1, '> ann', unhex('FC'), '@y.org') AS c4, '' AS c5, '' AS c6, '' AS c7)`;
  const result = await engine.query({ sql: select('redact', from), params: {} }, never);
  assert.deepEqual(
    ['v0', 'v3'].map((name) => strings(result, name)[0]),
    ['redacted@x.org', '<redacted@x.org> redacted@y.org']
  );
});

test('a record that cannot be read loses its addresses and their local parts', () => {
  const raw =
    'q,2026,b-7-joe=example.com@news.com,Joe@example.com,"smtp;550 joe... unknown",al@x.org,al,joe.smith@x.org joe.smith';
  assert.equal(
    hideAddresses(raw, 'redact', ''),
    'q,2026,redacted@news.com,redacted@example.com,"smtp;550 redacted... unknown",redacted@x.org,al,redacted@x.org redacted'
  );
  assert.equal(hideAddresses('no address', 'redact', ''), 'no address');
});

test('engine and backend hide alike', async () => {
  const rows = generated(1500);
  for (const policy of ['hash', 'redact'] as const) {
    const result = await hidden(policy, rows);
    for (const [index, { rcpt, reply }] of rows.entries()) {
      assert.equal(result[index]?.reply, hideAddresses(reply, policy, key, [rcpt]), `${rcpt}: ${reply}`);
    }
    // Of a local part in hexadecimal, the end of a hash may be one.
    const recognisable = (rcpt: string) => /[g-z]/i.test(rcpt.split('@', 1)[0] ?? '') && !rcpt.startsWith('redacted');
    const left = rows.filter(
      ({ rcpt }, index) => recognisable(rcpt) && result[index]?.reply.toLowerCase().includes(rcpt.toLowerCase())
    );
    assert.deepEqual(left, []);
  }
});

/** Replies made of what is difficult; the same ones each time. */
function generated(count: number): Array<{ rcpt: string; reply: string }> {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = (list: readonly string[]) => list[below(list.length)] ?? '';
  const locals = [
    'joe',
    'Joe',
    'joe.smith',
    'a',
    'ab',
    'joe+tag',
    '"john doe"',
    'müller',
    'İz',
    "o'hara",
    '550',
    'smtp',
    '_x_',
    '...',
    'j=x',
    '日本',
    'ſmith',
    '5f3a9c',
    'a.b.c+d+e',
    'x{y}',
    '$1',
    'a\\b',
    'redacted',
  ];
  const domains = ['example.com', 'EXAMPLE.com', 'bücher.de', 'joe.org', '[192.0.2.1]', 'x'];
  const glue = [
    ' ',
    '<',
    '>',
    '... ',
    '"',
    "'",
    ',',
    '/',
    '=',
    '+',
    '-',
    '_',
    '.',
    ':',
    '%40',
    '@',
    '\\',
    '«',
    '»',
    '\u00a0',
    'é',
    'unknown',
    'smtp;550 5.1.1 ',
    'http://q.org/?a=',
    '&',
  ];
  return Array.from({ length: count }, () => {
    const local = pick(locals);
    const name = pick(domains);
    const part = [
      () => pick(glue),
      () => pick(glue),
      () => local,
      () => local.toUpperCase(),
      () => `${local}@${name}`,
      () => `${pick(locals)}@${pick(domains)}`,
      () => `${local}%40${name}`,
    ];
    const reply = Array.from({ length: below(14) }, () => part[below(part.length)]?.() ?? '').join('');
    return { rcpt: `${local}@${name}`, reply: below(2) === 0 ? reply : `smtp;550 5.1.1 ${reply}` };
  });
}

test('the key stands neither in the statement nor in an error that quotes it', async () => {
  const params = privacyParams('hash', key);
  const sql = select('hash', 'd.records');
  assert.ok(sql.includes('recipientKey') && !sql.includes(key));
  await hidden('hash', [{ rcpt: 'joe@example.com' }]);
  const failing = sql.replace(
    /(lower\(hex\(substring\(HMAC\([^{]*\{recipientKey:String\}\), 1, \d+\)\)\))( AS rcpt_hidden)/,
    "toString(throwIf($1 != '', 'stopped'))$2"
  );
  await assert.rejects(engine.query({ sql: failing, params }, never), (error: StoreError) => {
    const told = `${error.message} ${String(error.cause)}`;
    assert.match(told, /stopped.*HMAC/s);
    return !told.includes(key) && !told.includes(key.slice(0, 16));
  });
});

test('a hash needs a secret', () => {
  assert.throws(() => privacyKey(''), /hashKey/);
  assert.notEqual(privacyKey('a'), privacyKey('b'));
});
