import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { pieceBytes } from './pieces.ts';
import { header, lines, recipients, TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
const nodes: TestNode[] = [];
after(() => Promise.all(nodes.map((node) => node.close())));

const columns = 'type,timeLogged,rcpt,dsnDiag\r\n';
const file = 'acct-2026-01-01-0000.csv';
const place = "concat(recipient, ' ', reply)";

/** @param bytes of a piece */
function open(bytes?: number): TestNode {
  const node = new TestNode(engine, directory, ['**/*'], bytes);
  nodes.push(node);
  return node;
}

test('wherever a file is cut while it is written, nothing is stored but whole records', async () => {
  const text = `${columns}b,1700000000,a@x.y,"é ""q""\r\nz"\r\ntype,rcpt,timeLogged,dsnDiag\r\nb,b@x.y,1700000001,"\n"\r\n`;
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 3) {
    const node = open();
    writeFileSync(node.path(file), bytes.subarray(0, cut));
    await node.look();
    appendFileSync(node.path(file), bytes.subarray(cut));
    await node.look();
    assert.deepEqual(await node.stored(place), ['a@x.y é "q"\r\nz', 'b@x.y \n'], `cut at ${cut}`);
    assert.equal((await node.sink()).journal.totals().rejects, 0, `cut at ${cut}`);
  }
});

test('wherever a piece ends, the records are the same', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, n) => `b,${1_700_000_000 + n},r${n}@x.y,"${'""'.repeat(n % 4)},\r\n${'é'.repeat(n)}"\r\n`
  );
  const changed = 'type,dsnDiag,rcpt,timeLogged\r\nb,"a\r\nb",last@x.y,1700000099\r\n';
  const expected = [...rows.map((_, n) => `r${n}@x.y ${'"'.repeat(n % 4)},\r\n${'é'.repeat(n)}`), 'last@x.y a\r\nb'];
  for (let bytes = 1; bytes < 130; bytes += 19) {
    const node = open(bytes);
    writeFileSync(node.path(file), columns + rows.join('') + changed);
    await node.look();
    assert.deepEqual(await node.stored(place), expected, `pieces of ${bytes}`);
  }
});

test('a header in the middle of a file holds from there on, also where a piece ends in front of it', async () => {
  const front = lines(0, 4);
  const behind = 'type,rcpt,timeLogged\r\nd,r4@example.com,1700000004\r\n';
  for (const bytes of [front.length - 1, front.length, front.length + 1, front.length + 4, undefined]) {
    const node = open(bytes);
    writeFileSync(node.path(file), header + front + behind);
    await node.look();
    assert.deepEqual((await node.stored()).sort(), recipients(0, 5), `pieces of ${bytes}`);
  }
});

test('a line that begins like a header and is none is a bad record, and what follows is read', async () => {
  const node = open();
  writeFileSync(node.path(file), `${header}${lines(0, 2)}type,nothing,else\r\n${lines(2, 4)}`);
  await node.look();
  await node.look();
  assert.deepEqual((await node.stored()).sort(), recipients(0, 4));
  assert.equal((await node.sink()).journal.totals().rejects, 1);
});

test('a record of ten megabytes is stored, and one of forty stops nothing', async () => {
  const node = open();
  const long = 'x'.repeat(10_000_000);
  writeFileSync(node.path(file), `${columns}b,1700000000,a@x.y,${long}\r\nb,1700000001,b@x.y,ok\r\n`);
  await node.look();
  assert.deepEqual(await node.stored("concat(recipient, ' ', toString(length(reply)))"), ['a@x.y 10000000', 'b@x.y 2']);
  appendFileSync(node.path(file), `b,1700000002,c@x.y,${long.repeat(4)}\r\nb,1700000003,d@x.y,ok\r\n`);
  await node.look();
  assert.ok((await node.stored()).includes('d@x.y'));
});

test('a quote that is never closed stalls no file that goes on, and none that is closed', async () => {
  const node = open();
  const bad = (name: string) => `b,1700000000,${name}@x.y,"open\r\n`;
  const many = 40_000;
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), columns + bad('first') + lines(many, many + 5));
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), columns + bad('second') + lines(0, many));
  node.nowMs += 11 * 60_000;
  await node.look();
  const stored = new Set(await node.stored());
  assert.equal(recipients(0, many + 5).filter((recipient) => !stored.has(recipient)).length, 0);
});

test('text that is no UTF-8 is kept byte for byte', async () => {
  const node = open();
  const bytes = Buffer.concat([
    Buffer.from(`${columns}b,1700000000,a@x.y,h`),
    Buffer.from([0xe9, 0xff, 0x80]),
    Buffer.from('las\r\n'),
  ]);
  writeFileSync(node.path(file), bytes);
  await node.look();
  assert.deepEqual(await node.stored('hex(reply)'), ['68E9FF806C6173']);
});

test('line ends are CRLF or LF, also mixed, and a byte order mark is none of the header', async () => {
  const node = open(20);
  writeFileSync(
    node.path(file),
    '\ufefftype,timeLogged,rcpt\nd,1700000000,r0@example.com\nd,1700000001,r1@example.com\r\n'
  );
  appendFileSync(node.path(file), lines(2, 4).replaceAll('\r\n', '\n'));
  await node.look();
  assert.deepEqual((await node.stored()).sort(), recipients(0, 4));
});

test('a file of many pieces comes in whole', async () => {
  const node = open();
  const many = Math.ceil((2.5 * pieceBytes) / lines(100_000, 100_001).length);
  writeFileSync(node.path(file), header + lines(100_000, 100_000 + many));
  await node.look();
  assert.equal(await node.count(), many);
});

test('a bad record that speaks of a full disk is a bad record', async () => {
  const node = open();
  const reply = 'smtp;452 4.3.1 errno: 28, No space left on device';
  const bad = [`b,1700000000,a@x.y,"${reply}"x"y\r\n`, `b,${reply},b@x.y,z\r\n`, `b,1700000000,c@x.y,"${reply}\r\n`];
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), columns + lines(0, 2) + bad.join(''));
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(2, 4));
  node.nowMs += 11 * 60_000;
  await node.look();
  assert.ok((await node.sink()).journal.totals().rejects > 0);
  const stored = await node.stored();
  assert.equal(recipients(0, 4).filter((recipient) => !stored.includes(recipient)).length, 0);
});
