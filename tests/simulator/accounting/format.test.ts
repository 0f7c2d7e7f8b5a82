import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { streams } from '../model/network.ts';
import { recipientDomains } from '../model/providers.ts';
import { Queue } from '../model/queue.ts';
import { Zone } from '../zone.ts';
import { RecordFormatter, type RecordFormat } from './format.ts';
import { fileLayouts, headerOf, type LayoutName } from './layouts.ts';
import type { AccountingEvent } from '../model/events.ts';

/** The columns that files of 5.0 have by default. */
const DEFAULT_HEADER =
  'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool';

const stream = streams(1, 'mta1.example.com').find(({ pool }) => pool === 'marketing')!;
const domain = recipientDomains('1', 1).find(({ name }) => name === 'gmail.com')!;
const queue = new Queue(domain.queueName, domain.provider, stream.vmtas[0]!);
const recipient = {
  message: { stream, jobId: 'promo-1', envId: '', orig: 'bounce@offers.example.com', size: 41_000 },
  domain,
  queue,
  address: 'reader_1_@gmail.com',
  queued: Date.parse('2026-04-01T14:32:05Z') / 1000,
  firstAttempt: Date.parse('2026-04-01T14:32:07Z') / 1000,
  attempts: 1,
  lastDiagnostic: '',
  mailboxFull: false,
  gone: false,
};

const event = (type: AccountingEvent['type'], diagnostic: string): AccountingEvent => ({
  type,
  time: Date.parse('2026-04-01T14:32:10Z') / 1000,
  recipient,
  queue,
  reply: { status: '2.0.0 (success)', diagnostic, category: '' },
  exchanger: { host: 'mx.example.net', ip: '198.51.100.7' },
  report: null,
});

function formatter(format: Partial<RecordFormat> = {}, layout: LayoutName = 'default', extra: string[] = []) {
  const complete: RecordFormat = {
    format: 'csv',
    framing: 'lines',
    lineEnd: '\r\n',
    stamp: (seconds) => new Zone('UTC').stamp(seconds),
    version: '5.0',
    shortRows: false,
    ...format,
  };
  return new RecordFormatter(fileLayouts(layout, complete.version, extra)[0]!, complete);
}

test('the default layout has the columns of 5.0, in their order, and d and b only', () => {
  const made = formatter();
  assert.equal(made.start(), `${DEFAULT_HEADER}\r\n`);
  const types = ['d', 'b', 't', 'tq', 'r', 'rb', 'rs', 'f'] as const;
  assert.deepEqual(
    types.filter((type) => made.holds(type)),
    ['d', 'b']
  );
});

test('a delivery is written as PMTA writes it', () => {
  assert.equal(
    formatter().record(event('d', 'smtp;250 2.0.0 OK')),
    'd,2026-04-01 14:32:10+0000,2026-04-01 14:32:05+0000,bounce@offers.example.com,reader_1_@gmail.com,,relayed,2.0.0 (success),smtp;250 2.0.0 OK,mx.example.net (198.51.100.7),,smtp,campaign-1 (198.51.100.60),smtp,192.0.2.10,198.51.100.7,"SIZE,8BITMIME,STARTTLS,ENHANCEDSTATUSCODES,PIPELINING,CHUNKING,SMTPUTF8",41000,mkt-1,promo-1,,gmail.com/mkt-1,marketing\r\n'
  );
});

test('quotes, commas and line ends in a reply survive', () => {
  for (const diagnostic of ['smtp;550 no "RCPT TO:<x>", sorry', 'smtp;550 one\r\ntwo', '"', ',', '""', 'plain text']) {
    const made = formatter();
    const [row] = parse(made.start() + made.record(event('b', diagnostic)), { columns: true }) as Array<
      Record<string, string>
    >;
    assert.equal(row!.dsnDiag, diagnostic);
    assert.equal(row!.vmtaPool, 'marketing');
  }
  assert.match(formatter().record(event('b', 'smtp;550 no "such" user')), /,"smtp;550 no ""such"" user",/);
});

test('a file of all types has the union of their columns, each once', () => {
  const [layout] = fileLayouts('all', '5.0', []);
  const header = headerOf(layout!);
  assert.deepEqual(header.slice(0, 23), DEFAULT_HEADER.split(','));
  assert.equal(new Set(header.map((name) => name.toLowerCase())).size, header.length);
  for (const fields of Object.values(layout!.fields)) {
    assert.ok(fields.every((name) => header.includes(name)));
  }
  assert.deepEqual(
    [...new Set(Object.values(layout!.fields).flat())].sort(),
    [...header].sort(),
    'the union has nothing more'
  );
});

test('three files: each type in one of them', () => {
  assert.deepEqual(
    fileLayouts('three-files', '5.0', []).map(({ name, fields }) => [name, Object.keys(fields).sort().join()]),
    [
      ['acct-main', 'd,f,r,rb,rs'],
      ['acct-tempfail', 't,tq'],
      ['acct-permfail', 'b'],
    ]
  );
});

test('4.0 has timeImprinted, neither queue nor pool, success as a category, and a size on bounces', () => {
  const made = formatter({ version: '4.0' });
  assert.equal(
    made.start().trimEnd(),
    DEFAULT_HEADER.replace('timeQueued,', 'timeQueued,timeImprinted,').replace(',queue,vmtaPool', '')
  );
  const read = (type: 'd' | 'b'): Record<string, string> =>
    (
      parse(made.start() + made.record(event(type, 'smtp;250 ok')), { columns: true }) as Array<Record<string, string>>
    )[0]!;
  assert.equal(read('d').bounceCat, 'success');
  assert.equal(read('d').timeImprinted, '');
  assert.equal(read('b').bounceCat, '');
  assert.equal(read('b').dlvSize, '41000');
});

test('extra fields follow the others, written as they were asked for', () => {
  const made = formatter({}, 'default', ['header_x-JOB', 'rcvSmtpUser', 'timeFirstAttempt']);
  assert.equal(made.start().trimEnd(), `${DEFAULT_HEADER},header_x-JOB,rcvSmtpUser,timeFirstAttempt`);
  assert.match(made.record(event('d', 'x')), /,marketing,promo-1,campaign-1,2026-04-01 14:32:07\+0000\r\n$/);
  const all = formatter({}, 'all', ['header_x-job']).header;
  assert.deepEqual(
    all.filter((name) => name.toLowerCase() === 'header_x-job'),
    ['header_x-job']
  );
  assert.throws(() => formatter({}, 'default', ['noSuchField']), /unknown accounting field "noSuchField"/);
});

test('unix times, and line feeds alone', () => {
  const made = formatter({ stamp: String, lineEnd: '\n' });
  assert.match(made.record(event('d', 'x')), /^d,1775053930,1775053925,.*[^\r]\n$/);
});

test('short rows end before the pool', () => {
  const full = formatter().record(event('d', 'x'));
  const short = formatter({ shortRows: true }).record(event('d', 'x'));
  assert.equal(short, full.replace(',marketing\r\n', '\r\n'));
  assert.equal(short.trimEnd().split('/mkt-1').at(-1), '', 'the queue is the last value');
});

test('JSON is one flat object a line, and every value a string', () => {
  const made = formatter({ format: 'json', lineEnd: '\n' }, 'all');
  assert.equal(made.start(), '');
  const line = made.record(event('d', 'smtp;250 "ok"'));
  assert.equal(line.split('\n').length, 2);
  const record = JSON.parse(line) as Record<string, unknown>;
  assert.ok(Object.values(record).every((value) => typeof value === 'string'));
  assert.equal(record.type, 'd');
  assert.equal(record.dsnDiag, 'smtp;250 "ok"');
  assert.equal(record.timeLogged, '2026-04-01 14:32:10+0000');
  assert.equal('feedbackType' in record, false, 'fields of other types are left out');
});

test('objects of JSON stand in lines, in an array, or one behind the other', () => {
  for (const [framing, begin, between, end] of [
    ['lines', '', '', ''],
    ['array', '[\n', ',\n', '\n]\n'],
    ['objects', '', '', ''],
  ] as const) {
    const made = formatter({ format: 'json', lineEnd: '\n', framing });
    assert.deepEqual([made.start(), made.separator(), made.end()], [begin, between, end], framing);
    assert.match(made.record(event('d', 'x')), framing === 'lines' ? /^\{.*\}\n$/ : /^\{.*\}$/);
    const csv = formatter({ framing });
    assert.deepEqual([csv.separator(), csv.end()], ['', ''], 'CSV has no framing');
  }
});
