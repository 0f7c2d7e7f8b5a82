import assert from 'node:assert/strict';
import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';

import { numbers, strings } from '../../store/arrow.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { TestNode } from './test-follower.ts';

// Every odd form of accounting, from the file to the store.

const never = new AbortController().signal;
const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.close());

/** Reads one file that PMTA has closed; answers an expression over what is stored of it, in its order. */
async function stored(content: string | Buffer, expression = 'recipient', name = 'acct-2026-01-01-0000.csv') {
  writeFileSync(node.path(name), content);
  // PMTA went on in the next file a while ago, so this one is closed.
  const then = Date.now() / 1000 - 3600;
  utimesSync(node.path(name), then, then);
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), 'type,timeLogged\r\ntq,1700000000\r\n');
  assert.deepEqual(await node.look(), []);
  return (await node.stored(`if(type = 'tq', '(next)', ${expression})`)).filter((text) => text !== '(next)');
}

interface StoredReject {
  position: number;
  reason: string;
  raw: string;
}

async function rejects(): Promise<StoredReject[]> {
  const sql =
    'SELECT toFloat64(position) AS position, toString(reason) AS reason, raw, path FROM d.rejects FINAL WHERE node = {node:String} ORDER BY position';
  const result = await engine.query({ sql, params: { node: node.node } }, never);
  return Array.from({ length: result.rows }, (_, row) => {
    assert.equal(strings(result, 'path')[row], node.path(`acct-2026-01-01-0000.${isJson ? 'json' : 'csv'}`));
    return {
      position: numbers(result, 'position')[row] ?? NaN,
      reason: strings(result, 'reason')[row] ?? '',
      raw: strings(result, 'raw')[row] ?? '',
    };
  });
}
let isJson = false;

test('the header changes in the middle, more than once and in any case of letters', async () => {
  const content =
    'type,timeLogged,rcpt\r\nd,1700000000,a\r\n' +
    'TYPE,RCPT,TIMELOGGED,header_X-Job\r\nd,b,1700000001,spring\r\nd,"c\n",1700000002,x\r\n' +
    '"type","timeLogged","rcpt"\nd,1700000003,d\n';
  assert.deepEqual(await stored(content, "concat(trimRight(recipient), ':', extra['header_x-job'])"), [
    'a:',
    'b:spring',
    'c\n:x',
    'd:',
  ]);
  assert.deepEqual(await rejects(), []);
});

test('rows are shorter or longer than the header, lines end in either way, also with nothing', async () => {
  const content =
    'type,timeLogged,rcpt,queue\nd,1700000000\r\nd,1700000001,a\nd,1700000002,b,q,more,"and,more"\r\nd,1700000003,c';
  assert.deepEqual(await stored(content), ['', 'a', 'b', 'c']);
  assert.deepEqual(await rejects(), []);
});

test('line breaks, commas and doubled quotes stand in quotes', async () => {
  const content =
    'type,timeLogged,dsnDiag,rcpt\r\nb,1700000000,"two\r\nlines, ""and"" more\n",a\r\nb,1700000001,"""",b\r\n';
  assert.deepEqual(await stored(content, "concat(recipient, ':', reply)"), ['a:two\r\nlines, "and" more\n', 'b:"']);
});

test('times in seconds, in the form of the guide, and with offsets, side by side', async () => {
  const content =
    'type,timeLogged,timeQueued\r\nd,1790000003,1790000000\r\nd,12/31/2025 23:59:59-0100,12/31/2025 23:59:00-0100\r\n' +
    'd,2026-04-01 14:32:10+0530,2026-04-01 09:02:09+0000\r\n';
  assert.deepEqual(await stored(content, "concat(toString(time), ' ', toString(latency))"), [
    '2026-09-21 14:13:23 3',
    '2026-01-01 00:59:59 59',
    '2026-04-01 09:02:10 1',
  ]);
});

test('bytes that are no text are kept as they are', async () => {
  const content = Buffer.concat([
    Buffer.from('\uFEFFtype,timeLogged,rcpt\r\nd,1700000000,"'),
    Buffer.from([0, 0xff, 0xc3, 0x28, 0x5c]),
    Buffer.from('"\r\nd,1700000001,💌\r\n'),
  ]);
  assert.deepEqual(await stored(content, 'hex(recipient)'), ['00FFC3285C', 'F09F928C']);
});

test('a line of 10 MB goes in whole, and of a bad one only the beginning', async () => {
  const long = 'y'.repeat(10 * 1024 * 1024);
  const content = `type,timeLogged,rcpt\r\nd,1700000000,${long}\r\nx,1700000000,${long}\r\nd,1700000001,z\r\n`;
  assert.deepEqual(await stored(content, 'toString(length(recipient))'), [String(long.length), '1']);
  const bad = await rejects();
  assert.deepEqual(
    bad.map(({ position, raw }) => [position, raw.length]),
    [[content.indexOf('x,17'), 4096]]
  );
});

test('bad records are told with file, offset, reason and text, and all good ones around them are stored', async () => {
  const good = Array.from({ length: 100 }, (_, n) => `d,1700000000,r${n}@example.com\r\n`);
  const lines = [...good];
  lines.splice(10, 0, 'q,1700000000,"unknown\n type"\r\n');
  lines.splice(50, 0, 'd,not a time,x\r\n', '\r\n', 'd\r\n');
  lines.splice(80, 0, 'd,2026-02-30 00:00:00+0000,ü\n');
  const content = Buffer.from(`type,timeLogged,rcpt\r\n${lines.join('')}`);
  assert.equal((await stored(content)).length, 100);
  const bad = [
    { text: 'q,1700000000,"unknown\n type"', reason: 'unknown record type "q"' },
    { text: 'd,not a time,x', reason: 'timeLogged is not a time: "not a time"' },
    { text: 'd\r\n', reason: 'timeLogged is not a time: ""' },
    { text: 'd,2026-02-30 00:00:00+0000,ü', reason: 'timeLogged is not a time: "2026-02-30 00:00:00+0000"' },
  ];
  assert.deepEqual(
    await rejects(),
    bad.map(({ text, reason }) => ({ position: content.indexOf(text), reason, raw: text.trimEnd() }))
  );
});

test('positions are unique and rise with the file, with bad records, headers and many pieces between', async () => {
  await node.close();
  node = new TestNode(engine, directory, undefined, 100);
  const lines = Array.from({ length: 60 }, (_, n) => {
    const record = `d,1700000000,r${String(n).padStart(3, '0')}\r\n`;
    return n % 20 === 7 ? `bad\r\n${record}` : n % 20 === 15 ? `type,timeLogged,rcpt\r\n${record}` : record;
  });
  const recipients = await stored(`type,timeLogged,rcpt\r\n${lines.join('')}`);
  assert.deepEqual(recipients, [...recipients].sort());
  assert.equal(new Set(recipients).size, 60);
  const positions = await node.stored('concat(source, toString(position))');
  assert.equal(new Set(positions).size, 61);
  assert.equal((await rejects()).length, 3);
});

test('a quote that is never closed costs its own line at most', async () => {
  const content =
    'type,timeLogged,rcpt\r\nd,1700000000,a\r\nd,1700000001,"b\r\nd,1700000002,"c"\r\nd,1700000003,5" pipe\r\n' +
    'd,1700000004,"d\r\nd,1700000005,e\r\n';
  assert.deepEqual(await stored(content), ['a', '"b', 'c', '5" pipe', 'd\r\n', 'e']);
});

test('an empty file and a header alone are nothing', async () => {
  assert.deepEqual(await stored(''), []);
  assert.deepEqual(await stored('type,timeLogged,rcpt\r\n', 'recipient', 'other-2026-01-01-0000.csv'), []);
  assert.deepEqual(await rejects(), []);
});

const json = (n: number) =>
  `{"type":"d","timeLogged":"17000000${10 + n}","rcpt":"r${n}","dsnDiag":"smtp;250 {\\"ü\\"} \\ud83d"}`;

for (const [name, [start, between, end]] of Object.entries({
  lines: ['', '\n', '\n'],
  array: ['[\n', ',\n', '\n]\n'],
  'array in one line': ['[', ',', ']'],
  concatenated: ['', '', ''],
})) {
  test(`JSON: ${name}, read while it grows and when it is closed`, async () => {
    isJson = true;
    const file = 'acct-2026-01-01-0000.json';
    const text = `${start}${[0, 1, 2, 3].map(json).join(between)}${end}`;
    const cut = text.indexOf('r2') + 1;
    writeFileSync(node.path(file), text.slice(0, cut));
    assert.deepEqual(await node.look(), []);
    assert.deepEqual(await node.stored(), ['r0', 'r1']);
    appendFileSync(node.path(file), text.slice(cut));
    assert.deepEqual(await node.look(), []);
    assert.deepEqual(await node.stored(), ['r0', 'r1', 'r2', 'r3']);
    assert.deepEqual(await stored(text, 'recipient', file), ['r0', 'r1', 'r2', 'r3']);
    assert.deepEqual(await rejects(), []);
    const entry = (await node.sink()).journal.entries().find(({ path }) => path.endsWith(file));
    assert.equal(entry?.doneEnd, Buffer.byteLength(text));
    isJson = false;
  });
}

test('JSON: bad records are told, and one that never ends holds up nothing', async () => {
  isJson = true;
  const lines = [
    json(0),
    'garbage',
    '{"type":"d","rcpt":"cut off',
    json(1),
    '{"type":"x"}',
    '{"a":{"b":1',
    json(2),
    '{"a":',
  ];
  const text = `${lines.join('\n')}`;
  assert.deepEqual(await stored(text, 'recipient', 'acct-2026-01-01-0000.json'), ['r0', 'r1', 'r2']);
  assert.deepEqual(
    (await rejects()).map(({ position, raw }) => [position, raw]),
    [1, 2, 4, 5, 7].map((line) => [Buffer.from(text).lastIndexOf(`${lines[line]}`), lines[line]])
  );
  isJson = false;
});
