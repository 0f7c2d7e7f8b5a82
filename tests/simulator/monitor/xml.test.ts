import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitorFixture, parsed, type Tree } from './fixture.ts';

const monitor = monitorFixture();

test('a request for JSON is answered by a page, with 200', async () => {
  monitor.pmta.set({ version: '4.0' });
  const response = await monitor.get('/status?format=json');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/html/);
  assert.match(await response.text(), /^<!DOCTYPE html>/);
});

test('lists are repeated singular elements, booleans 0 and 1, kilobytes have one decimal', async () => {
  for (const [path, element] of [
    ['queues', 'queue'],
    ['domains', 'domain'],
    ['vmtas', 'vmta'],
    ['jobs', 'job'],
  ] as const) {
    const text = await monitor.xmlText(`/${path}`, { version: '4.0' });
    assert.match(text, new RegExp(`^<rsp><data><title>Top \\d+ .*</title><${element}><(name|id)>`));
    assert.match(text, /<\/data><succ\/><\/rsp>$/);
    assert.equal(text.includes(`<${path}>`), false);
    const rows = parsed(text).rsp.data[element] as Tree[];
    assert.ok(rows.every(({ kb }) => /^\d+\.\d$/.test(kb)));
  }
  const status = await monitor.xmlText('/status');
  assert.match(status, /<shuttingDown>0<\/shuttingDown>/);
  assert.match(status, /<userString\/>/);
  assert.match(status, /<gmImprinter><rcp>0<\/rcp><dom>0<\/dom><kb>0\.0<\/kb><\/gmImprinter>/);
  assert.equal(/perf|variant|httpDelivery/.test(status), false);
});

test('jobs have an id, queues have events with a type, and a word for paused', async () => {
  const jobs = parsed(await monitor.xmlText('/jobs', { version: '4.0' })).rsp.data.job as Tree[];
  assert.deepEqual(Object.keys(jobs[0]!), ['id', 'rcp', 'kb', 'conn']);
  const queues = parsed(await monitor.xmlText('/queues')).rsp.data.queue as Tree[];
  const paused = queues.find(({ name }) => name === 'hotmail.com/mkt-1')!;
  assert.equal(paused.paused, 'yes');
  const throttled = queues.find(({ name }) => name === 'gmail.com/mkt-1')!;
  assert.deepEqual([throttled.paused, throttled.mode], ['no', 'backoff']);
  assert.equal(throttled.event[0].type, 'error');
  assert.match(throttled.event[0].text, /^Error: "421 /);
  const digits = parsed(await monitor.xmlText('/queues', { paused: 'digit-string' })).rsp.data.queue as Tree[];
  assert.equal(digits.find(({ name }) => name === 'hotmail.com/mkt-1')!.paused, '1');
});

test('XML and JSON of 5.0 tell the same', async () => {
  const { data } = await monitor.json('/vmtas');
  const { vmta, ...rest } = parsed(await monitor.xmlText('/vmtas')).rsp.data as Tree;
  const plain = (row: Tree): Tree => ({ ...row, kb: Number(row.kb).toFixed(1) });
  assert.deepEqual(
    (vmta as Tree[]).map((row) => Object.values(row)),
    (data.vmtas as Tree[]).map((row) => Object.values(plain(row)).map(String))
  );
  assert.equal(rest.totalRcp, String(data.totalRcp));
});

test('the status can be missing a queue, and one queue is one element', async () => {
  const one = parsed(await monitor.xmlText('/queues?queue=hotmail.com/mkt-1')).rsp.data;
  assert.equal(Array.isArray(one.queue), false);
  const none = parsed(await monitor.xmlText('/queues?queue=none')).rsp.data;
  assert.equal('queue' in none, false);
});
