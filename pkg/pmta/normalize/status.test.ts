import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope } from '../envelope.ts';
import { statusContent } from '../test-server.ts';
import { findStatus, normalizeStatus } from './status.ts';

const times = { now_ms: Date.UTC(2026, 1, 7, 17, 6, 2), started_ms: Date.UTC(2026, 1, 7, 17, 0, 0) };
const open = (text: string) => openEnvelope('mta1', 'status', { contentType: '', text });
const read = (text: string) => normalizeStatus(open(text), times);

function count(rcp: number): string {
  return `<rcp>${rcp}</rcp><msg>${rcp - 1}</msg><kb>${rcp}.5</kb>`;
}

const mta =
  '<mta><product><name>PowerMTA</name><version>5.0</version><variant>enterprise-plus</variant></product><cpu><count>8</count></cpu>' +
  '<ram><real>32750628</real></ram><fullHostName>mta1.example.com</fullHostName><userString/></mta>';
const windows = ['total', 'lastHr', 'lastMin', 'topPerHr', 'topPerMin']
  .map((window, index) => `<${window}><out>${count(100 + index)}</out><in>${count(200 + index)}</in></${window}>`)
  .join('');
const status =
  `<status><timeNow>2026-02-07 17:06:02</timeNow><startupTime>2026-02-07 17:00:00</startupTime><shuttingDown>1</shuttingDown>` +
  `<traffic>${windows}</traffic><conn><smtpIn><cur>1</cur><max>5</max><top>2</top></smtpIn>` +
  '<smtpOut><cur>11</cur><max>1000</max><top>76</top></smtpOut></conn>' +
  '<resolver><namesCached>81</namesCached><queriesPending>1</queriesPending></resolver>' +
  '<queue><smtp><rcp>132</rcp><dom>92</dom><kb>7944.7</kb></smtp><httpDelivery><rcp>0</rcp><dom>0</dom><kb>0.0</kb></httpDelivery></queue>' +
  '<spool><initPct>100</initPct><dirs>3</dirs><files><inUse>134</inUse><recycled>0</recycled><total>12288</total></files>' +
  '<totalRcp>134</totalRcp><maxRcp>2880000</maxRcp></spool><status>running</status></status>';

test('reads every value', () => {
  const window = (index: number) => ({
    in: { recipients: 200 + index, messages: 199 + index, kilobytes: 200.5 + index },
    out: { recipients: 100 + index, messages: 99 + index, kilobytes: 100.5 + index },
  });
  assert.deepEqual(read(`<rsp><data>${mta}${status}</data><succ/></rsp>`), {
    product: { name: 'PowerMTA', version: '5.0', variant: 'enterprise-plus' },
    host_name: 'mta1.example.com',
    state: 'running',
    shutting_down: true,
    ...times,
    uptime_seconds: 362,
    traffic: {
      total: window(0),
      last_hour: window(1),
      last_minute: window(2),
      top_per_hour: window(3),
      top_per_minute: window(4),
    },
    connections: { in: { current: 1, max: 5, top: 2 }, out: { current: 11, max: 1000, top: 76 } },
    resolver: { names_cached: 81, queries_pending: 1 },
    queues: {
      smtp: { recipients: 132, domains: 92, kilobytes: 7944.7 },
      httpDelivery: { recipients: 0, domains: 0, kilobytes: 0 },
    },
    spool: {
      recipients: 134,
      recipients_max: 2880000,
      files_in_use: 134,
      files_recycled: 0,
      files_total: 12288,
      directories: 3,
      initialized_percent: 100,
    },
    ram_kilobytes: 32750628,
    cpu_count: 8,
  });
});

test('status may be nested in three ways', () => {
  const content = statusContent();
  const shapes = [
    { data: { mta: {}, status: content }, status: 'success' },
    { data: { mta: { status: content } }, status: 'success' },
    { mta: { status: content }, status: 'success' },
  ];
  for (const shape of shapes) {
    assert.equal(read(JSON.stringify(shape)).state, 'running', JSON.stringify(shape).slice(0, 40));
  }
  assert.equal(read(`<rsp><data><mta>${status}</mta></data><succ/></rsp>`).state, 'running');
  assert.equal(read(`<mta>${status}</mta>`).state, 'running');
});

test('what this PMTA does not say is unknown', () => {
  const minimal = read(JSON.stringify({ data: { status: statusContent() }, status: 'success' }));
  assert.deepEqual(minimal.product, { name: '', version: '', variant: '' });
  assert.equal(minimal.ram_kilobytes, null);
  assert.equal(minimal.spool.recipients, null);
  assert.equal(minimal.resolver.names_cached, null);
  assert.deepEqual(minimal.queues, {});
  assert.equal(minimal.shutting_down, false);
});

test('a start after now gives no uptime', () => {
  const envelope = open(JSON.stringify({ data: { status: statusContent() }, status: 'success' }));
  assert.equal(normalizeStatus(envelope, { now_ms: 0, started_ms: 1000 }).uptime_seconds, null);
  assert.equal(normalizeStatus(envelope, { now_ms: null, started_ms: 1000 }).uptime_seconds, null);
});

test('missing parts are named', () => {
  const { traffic: _traffic, ...untracked } = statusContent();
  const { conn: _conn, ...unconnected } = statusContent();
  const cases: Array<[unknown, RegExp]> = [
    [{ data: {}, status: 'success' }, /has no data\.status: .*resources\/raw\?node=mta1&resource=status/],
    [{ data: 'Traffic', status: 'success' }, /has no data\.status/],
    [{ data: { status: 'running' }, status: 'success' }, /has no data\.status/],
    [{ data: { status: untracked }, status: 'success' }, /has no number in data\.status\.traffic\.total\.in\.rcp/],
    [{ data: { status: unconnected }, status: 'success' }, /has no number in data\.status\.conn\.smtpIn\.cur/],
  ];
  for (const [answer, message] of cases) {
    assert.throws(() => read(JSON.stringify(answer)), { code: 'malformed', message });
  }
  assert.equal(findStatus(open('{"data":{},"status":"success"}')), undefined);
});
