import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { HeaderError } from '../../pmta/accounting/header.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { receive } from './receive.ts';
import { TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.restart());

const header = 'type,timeLogged,rcpt\r\n';
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `d,${1_700_000_000 + from + n},r${from + n}@example.com\r\n`).join('');
const post = async (text: string, place?: { source: string; start: number }) =>
  receive({ bytes: Buffer.from(text), acctFile: 'webhook', place }, await node.sink());

test('a batch counts once, however often it is sent, also after a restart', async () => {
  const batch = header + rows(0, 10);
  assert.deepEqual(await post(batch), { new: 10, seen: 0, rejected: 0 });
  assert.deepEqual(await post(batch), { new: 0, seen: 10, rejected: 0 });
  await node.restart();
  assert.deepEqual(await post(batch), { new: 0, seen: 10, rejected: 0 });
  assert.equal(await node.count(), 10);
});

test('a batch that has grown until it is sent again adds what is new', async () => {
  await post(header + rows(0, 10));
  assert.deepEqual(await post(header + rows(0, 15)), { new: 5, seen: 10, rejected: 0 });
  assert.equal(await node.count(), 15);
});

test('batches that begin with the same record are told apart', async () => {
  await post(header + rows(0, 1) + rows(5, 9));
  assert.deepEqual(await post(header + rows(0, 1) + rows(20, 29)), { new: 10, seen: 0, rejected: 0 });
});

test('JSON, bad records, an empty batch, a header alone and a last line without end', async () => {
  const record = (n: number) => ({ type: 'd', timeLogged: `${1_700_000_000 + n}`, rcpt: `j${n}@example.com` });
  assert.deepEqual(await post(JSON.stringify([record(1), record(2)])), { new: 2, seen: 0, rejected: 0 });
  assert.deepEqual(await post(`${header}zz,1700000000,x\r\n${rows(50, 52)}`), { new: 2, seen: 0, rejected: 1 });
  assert.deepEqual(await post(''), { new: 0, seen: 0, rejected: 0 });
  assert.deepEqual(await post(header), { new: 0, seen: 0, rejected: 0 });
  assert.deepEqual(await post((header + rows(60, 63)).trimEnd()), { new: 3, seen: 0, rejected: 0 });
  assert.equal(await node.count(), 7);
});

test('what is no accounting is refused', async () => {
  await assert.rejects(post('name,value\nx,1\n'), HeaderError);
  await assert.rejects(post('{"type":"d",'), HeaderError);
});

test('a batch that died between its rows and the journal counts once', async () => {
  const { journal } = await node.sink();
  const write = journal.write.bind(journal);
  journal.write = async (...entries) => {
    if (entries.some(({ records }) => records > 0)) {
      throw new Error('killed');
    }
    await write(...entries);
  };
  await assert.rejects(post(header + rows(0, 10)), /killed/);
  await node.restart();
  assert.deepEqual(await post(header + rows(0, 12)), { new: 12, seen: 0, rejected: 0 });
  assert.equal(await node.count(), 12);
});

test('a sender that numbers its bytes may repeat and overlap, and needs one place in the journal', async () => {
  const first = rows(0, 10);
  const place = (start: number) => ({ source: '77-abc', start });
  assert.deepEqual(await post(header + first, place(100)), { new: 10, seen: 0, rejected: 0 });
  assert.deepEqual(await post(header + first, place(100)), { new: 0, seen: 10, rejected: 0 });
  const second = rows(10, 20);
  assert.deepEqual(await post(header + first + second, place(100)), { new: 10, seen: 10, rejected: 0 });
  const next = place(100 + first.length + second.length);
  assert.deepEqual(await post(`type,rcpt,timeLogged\r\nd,x@example.com,1700000099\r\n`, next), {
    new: 1,
    seen: 0,
    rejected: 0,
  });
  assert.equal((await node.sink()).journal.entries().length, 1);
  assert.equal(await node.count(), 21);
});

test('a batch of which we died in the middle may come again in other parts, and its events count once', async () => {
  for (const isStored of [true, false]) {
    for (const place of [undefined, { source: `77-${isStored}`, start: 0 }]) {
      node = new TestNode(engine, directory);
      const sink = await node.sink();
      const whole = header + rows(0, 20);
      const dying = {
        ...sink,
        store: async (...given: Parameters<typeof sink.store>) => {
          await (isStored ? sink.store(...given) : undefined);
          throw new Error('killed');
        },
      };
      await assert.rejects(receive({ bytes: Buffer.from(whole), acctFile: 'webhook', place }, dying), /killed/);
      await node.restart();
      const parts = [whole.slice(0, (header + rows(0, 5)).length), whole, `${whole}${rows(20, 22)}`];
      let fresh = 0;
      for (const part of parts) {
        fresh += (await post(part, place)).new;
      }
      assert.equal(fresh, isStored ? 2 : 22);
      assert.equal(await node.count(), 22);
      await node.restart();
      assert.deepEqual(await post(parts[2] ?? '', place), { new: 0, seen: 22, rejected: 0 });
    }
  }
});

test('a batch that ends before what was being stored is left alone', async () => {
  const first = rows(0, 10);
  const second = rows(10, 20);
  const place = (start: number) => ({ source: '78-abc', start });
  await post(header + first, place(0));
  const sink = await node.sink();
  const dying = { ...sink, store: async () => Promise.reject(new Error('killed')) };
  const next = { bytes: Buffer.from(header + second), acctFile: 'webhook', place: place(first.length) };
  await assert.rejects(receive(next, dying), /killed/);
  assert.deepEqual(await post(header + first, place(0)), { new: 0, seen: 10, rejected: 0 });
  assert.deepEqual(await post(header + second, place(first.length)), { new: 10, seen: 0, rejected: 0 });
  assert.equal((await node.sink()).journal.entries().length, 1);
});
