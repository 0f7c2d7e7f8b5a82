import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope } from '../envelope.ts';
import { readLogFiles } from './list.ts';

const acct = { name: 'acct-2026-02-07-0000.csv', size: { min: 957_000, max: 982_016 }, time_ms: 1 };
const log = { name: 'pmta.log', size: { min: 12, max: 12 }, time_ms: 2 };

const toUtc = (time: unknown) => ({ 'day 1': 1, 'day 2': 2 })[String(time)] ?? null;
const read = (text: string) =>
  readLogFiles(openEnvelope('mta1', 'logs', { contentType: 'application/json', text }), toUtc);
const json = (data: unknown) => read(JSON.stringify({ data, status: 'success' }));
const xml = (data: string) => read(`<rsp><data>${data}</data><succ/></rsp>`);

test('the list of 5.0, by each name that its members may have', () => {
  for (const name of ['name', 'file']) {
    for (const time of ['date', 'time', 'modified']) {
      const files = [
        { [name]: acct.name, [time]: 'day 1', size: '958K' },
        { [name]: log.name, [time]: 'day 2', size: 12 },
      ];
      assert.deepEqual(json({ log: { files } }), { files: [acct, log], notices: [] }, `${name} ${time}`);
      assert.deepEqual(json({ files }).files, [acct, log], 'without log');
    }
  }
});

test('XML with one element, many and none, wrapped or not, by either name', () => {
  const row = (name: string, time: string, size: string, element = 'name') =>
    `<file><${element}>${name}</${element}><date>${time}</date><size>${size}</size></file>`;
  for (const element of ['name', 'file']) {
    const one = row(acct.name, 'day 1', '958K', element);
    const two = one + row(log.name, 'day 2', '12', element);
    for (const wrap of [
      (text: string) => text,
      (text: string) => `<log>${text}</log>`,
      (text: string) => `<log><files>${text}</files></log>`,
    ]) {
      assert.deepEqual(xml(wrap(one)).files, [acct], wrap(one));
      assert.deepEqual(xml(wrap(two)).files, [acct, log], wrap(two));
    }
  }
  for (const empty of ['', '<log/>', '<log><files/></log>']) {
    assert.deepEqual(xml(empty).files, [], empty);
  }
});

test('what a file does not tell is not known', () => {
  assert.deepEqual(
    json({ log: { files: [{ name: 'a.csv' }, 'b.csv', { name: 7, date: 'soon', size: 'big' }] } }).files,
    [
      { name: 'a.csv', size: { min: 0, max: null }, time_ms: null },
      { name: 'b.csv', size: { min: 0, max: null }, time_ms: null },
      { name: '7', size: { min: 0, max: null }, time_ms: null },
    ]
  );
});

test('names that lead elsewhere are left out and told', () => {
  const files = ['../../etc/passwd', '/etc/passwd', 'a\\b', '', acct.name].map((name) => ({ name }));
  const list = json({ log: { files } });
  assert.deepEqual(
    list.files.map(({ name }) => name),
    [acct.name]
  );
  assert.match(list.notices.join(), /4 names that are no plain file names \("\.\.\/\.\.\/etc\/passwd"\)/);
});

test('an answer of another shape is no empty list', () => {
  for (const data of [{ entries: [] }, { log: { entries: [{}] } }, 'text', 5]) {
    assert.throws(
      () => json(data),
      { code: 'malformed', message: /\/logs has no data\.log\.files/ },
      JSON.stringify(data)
    );
  }
});
