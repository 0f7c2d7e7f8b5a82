import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import { strings } from '../../store/arrow.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { deriveEvents } from './derive.ts';

const never = new AbortController().signal;
const { engine } = await testEngine();
await migrate(engine, 'd', 3650);
let inserts = 0;

/** Columns of `events` that records with these fields get, each as text; NULL is `NULL`. */
async function derived(columns: string[], fields: string, records: string[][]): Promise<string[][]> {
  const header: Header = parseHeader(fields);
  const source = `s${inserts++}`;
  const { columns: all, select, stages } = deriveEvents(header, 'keep');
  const quoted = records.map((record) => record.map((field) => `"${field.replaceAll('"', '""')}"`).join(','));
  await engine.insertCsv({
    table: 'd.events',
    columns: all,
    select,
    stages,
    params: { node: 'n', source, acct_file: 'acct', position: 0 },
    bytes: Buffer.from(`${quoted.join('\n')}\n`),
    fields: header.length,
    token: source,
  });
  const texts = columns.map((column, index) => `ifNull(toString(${column}), 'NULL') AS v${index}`);
  const sql = `SELECT ${texts.join(', ')} FROM d.events WHERE source = {source:String} ORDER BY position`;
  const result = await engine.query({ sql, params: { source } }, never);
  return records.map((_, row) => columns.map((_, index) => strings(result, `v${index}`)[row] ?? ''));
}

/** One derived column for many values of one field, of a record of a type. */
async function each(column: string, field: string, cases: Record<string, string>, type = 'd'): Promise<void> {
  const records = Object.keys(cases).map((value) => [type, '1790000000', value]);
  const rows = await derived([column], `type,timeLogged,${field}`, records);
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((value, row) => [value, rows[row]?.[0]])), cases);
}

const domains = {
  'joe@example.net': 'example.net',
  'Joe@Example.NET': 'example.net',
  '"a@b"@example.org': 'example.org',
  'user=x.example@y.example@z.example': 'z.example',
  '"quoted \\" @ local"@example.org': 'example.org',
  'joe@example.net.': 'example.net',
  '<joe@example.net>': 'example.net',
  'joe@BÜCHER.example': 'bücher.example',
  'joe@xn--bcher-kva.example': 'xn--bcher-kva.example',
  'joe@[192.0.2.1]': '[192.0.2.1]',
  '...@example.net': 'example.net',
  '<>': '',
  '': '',
  postmaster: '',
  'a@': '',
  '@': '',
};

test('the domain of a recipient stands behind the last @, in lower case', async () => {
  await each('recipient_domain', 'rcpt', domains);
});

test('the domain of a sender likewise; a null sender has none', async () => {
  await each('sender_domain', 'orig', domains);
});

test('without a recipient the queue has the domain; the VMTA is behind its last slash', async () => {
  const rows = await derived(['recipient_domain', 'vmta'], 'type,timeLogged,rcpt,queue,vmta', [
    ['tq', '1790000000', '', 'Example.NET/192.0.2.1', ''],
    ['tq', '1790000000', '', 'bücher.example/{default}', ''],
    ['d', '1790000000', 'x@yahoo.com', 'yahoo.rollup/vmta18', 'vmta19'],
    ['d', '1790000000', 'no at sign', 'noslash', ''],
    ['d', '1790000000', '', '', ''],
  ]);
  assert.deepEqual(rows, [
    ['example.net', '192.0.2.1'],
    ['bücher.example', '{default}'],
    ['yahoo.com', 'vmta19'],
    ['noslash', ''],
    ['', ''],
  ]);
});

test('the mail exchanger is the host of dsnMta', async () => {
  await each('mx', 'dsnMta', {
    'MX1.Example.net (192.0.2.1)': 'mx1.example.net',
    'mx1.example.net. (2001:db8::1)': 'mx1.example.net',
    '[192.0.2.1] (192.0.2.1)': '[192.0.2.1]',
    'mx1.example.net': 'mx1.example.net',
    'dns; mx1.example.net': 'mx1.example.net',
    'mx1.example.net  (192.0.2.1) ': 'mx1.example.net',
    '(192.0.2.1)': '',
    '': '',
  });
});

test('its address is that of dsnMta where the file has no column of its own for it', async () => {
  await each('destination_ip', 'dsnMta', {
    'mx1.example.net (192.0.2.1)': '192.0.2.1',
    'mx1.example.net (2001:db8::1)': '2001:db8::1',
    '[192.0.2.1] (192.0.2.1)': '192.0.2.1',
    'mx1.example.net (unknown)': '',
    'mx1.example.net': '',
    '': '',
  });
  const rows = await derived(['destination_ip'], 'type,timeLogged,dsnMta,dlvDestinationIp', [
    ['d', '1790000000', 'mx1.example.net (192.0.2.1)', '192.0.2.2'],
    ['b', '1790000000', 'mx1.example.net (192.0.2.1)', ''],
  ]);
  assert.deepEqual(rows.flat(), ['192.0.2.2', '']);
});

test('a provider is known by its mail exchangers', async () => {
  await each('provider', 'dsnMta', {
    'aspmx.l.google.com (192.0.2.1)': 'google',
    'mta7.am0.yahoodns.net (192.0.2.1)': 'yahoo',
    'hotmail-com.olc.protection.outlook.com (192.0.2.1)': 'outlook',
    'firm-example.mail.protection.outlook.com (192.0.2.1)': 'microsoft365',
    'firm-example.r-v1.mx.microsoft (192.0.2.1)': 'microsoft365',
    'inbound-smtp.eu-west-1.amazonaws.com (192.0.2.1)': 'amazon',
    'ec2-192-0-2-1.eu-west-1.compute.amazonaws.com (192.0.2.1)': '',
    'route1.mx.cloudflare.net (192.0.2.1)': 'cloudflare',
    'mx1.emailsrvr.com (192.0.2.1)': 'rackspace',
    'cust1-s.out.mailcontrol.com (192.0.2.1)': 'forcepoint',
    'smtpin.rzone.de (192.0.2.1)': 'strato',
    'mx.tb.ukmail.iss.as9143.net (192.0.2.1)': 'virgin',
    'mx.tb.mail.iss.as9143.net (192.0.2.1)': 'ziggo',
    'mx00.mail.com (192.0.2.1)': 'mail.com',
    'gmail.com (192.0.2.1)': 'google',
    'mx.notgmail.com (192.0.2.1)': '',
    'google.com.attacker.example (192.0.2.1)': '',
    'googlexcom (192.0.2.1)': '',
  });
});

test('and by the domain where no mail exchanger tells; else the domain stands for itself', async () => {
  await each('provider', 'rcpt', {
    'a@GoogleMail.com': 'google',
    'a@verizon.net': 'yahoo',
    'a@btinternet.com': 'bt',
    'a@example.net': 'example.net',
    'a@mail.gmail.com': 'mail.gmail.com',
    '': '',
  });
});

const reply = {
  'smtp;250 2.0.0 OK  17 - gsmtp': ['250', '250-2.0.0'],
  'smtp;550 5.7.26 This mail': ['550', '550-5.7.26'],
  'smtp;550-5.7.26 This mail': ['550', '550-5.7.26'],
  'smtp; 452 4.2.2 Mailbox full': ['452', '452-4.2.2'],
  'SMTP; 550 5.1.1': ['550', '550-5.1.1'],
  'smtp;550 5.1.1: no such user': ['550', '550-5.1.1'],
  'smtp;550 5.1.1. Sorry': ['550', '550-5.1.1'],
  'smtp;550-No such user here 550-Look it up 550 5.1.1 gone': ['550', '550-5.1.1'],
  'smtp;550-No such user here\n550 5.1.10 gone': ['550', '550-5.1.10'],
  'smtp;550 said: 421 4.7.0 earlier': ['550', '550'],
  'smtp;421 192.0.2.26 Throttled': ['421', '421'],
  'smtp;421 4.16.55.1 is no code': ['421', '421'],
  'smtp;554 delivery error: dd': ['554', '554'],
  'smtp;550': ['550', '550'],
  'x-pmta;bounce-queue;reply:550 5.7.1': ['', ''],
  'x-pmta;deleted by administrator': ['', ''],
  'said smtp;550 5.1.1': ['', ''],
  '': ['', ''],
};

test('replies give reply code and enhanced code, in every form that receivers write, and stay as they are', async () => {
  const records = Object.keys(reply).map((text) => ['b', '1790000000', text]);
  const rows = await derived(['reply', 'smtp_code', 'enhanced_code'], 'type,timeLogged,dsnDiag', records);
  assert.deepEqual(Object.fromEntries(rows.map(([text = '', ...codes]) => [text, codes])), reply);
});

test('the status is the number in front of its text', async () => {
  await each('status', 'dsnStatus', {
    '5.1.1 (bad destination mailbox address)': '5.1.1',
    '4.4.7': '4.4.7',
    '5.1.10 (x)': '5.1.10',
    undefined: '',
    '': '',
  });
});

test('the time in the queue comes from the times, else from what PMTA counted, and is never negative', async () => {
  const rows = await derived(['latency'], 'type,timeLogged,timeQueued,totalSecondsQueued', [
    ['d', '2026-04-01 14:32:10+0200', '2026-04-01 12:32:05+0000', '99'],
    ['d', '1790000000', '1790000007', '99'],
    ['d', '1790000000', '', '99'],
    ['d', '1790000000', 'never', '99'],
    ['d', '1790000000', '', '-99'],
    ['d', '1790000000', '', ''],
    ['b', '1790000000', '1789999990', '10'],
  ]);
  assert.deepEqual(rows.flat(), ['5', '0', '99', '99', 'NULL', 'NULL', '10']);
});

test('the class of a bounce is derived like that of the rows that were there before', async () => {
  const rows = await derived(['bounce_class'], 'type,timeLogged,dsnStatus,bounceCat,dsnDiag', [
    ['b', '1790000000', '5.0.0 (undefined status)', 'other', 'smtp;550 5.1.1 unknown'],
    ['b', '1790000000', '5.1.1 (x)', 'bad-mailbox', 'smtp;550 5.1.1 unknown'],
    ['b', '1790000000', '5.0.0', 'other', 'x-pmta;deleted by administrator'],
    ['b', '1790000000', '4.4.7 (delivery time expired)', 'message-expired', ''],
    ['d', '1790000000', '2.0.0', 'success', 'smtp;250 OK'],
  ]);
  assert.deepEqual(rows.flat(), ['hard', 'hard', 'admin', 'soft', '']);
});

test('a 4.x file: sizes on bounces, a category on deliveries, no queue', async () => {
  const fields =
    'type,timeLogged,timeQueued,timeImprinted,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId';
  const rest = ['relayed', '2.0.0 (success)', 'smtp;250 OK', 'mx.example.net (192.0.2.1)'];
  const end = ['smtp', 'app (192.0.2.9)', 'smtp', '192.0.2.20', '192.0.2.1', 'SIZE', '1234', 'v1', 'j', 'e'];
  const time = '2026-04-01 12:00:00+0000';
  const rows = await derived(
    ['type', 'bounce_category', 'bytes', 'vmta', 'queue', "extra['timeImprinted']", 'bounce_class'],
    fields,
    [
      ['d', time, time, time, 'a@b.example', 'c@d.example', '', ...rest, 'success', ...end],
      ['b', time, time, '', 'a@b.example', 'c@d.example', '', ...rest, 'bad-mailbox', ...end],
    ]
  );
  assert.deepEqual(rows, [
    ['d', '', '1234', 'v1', '', time, ''],
    ['b', 'bad-mailbox', '1234', 'v1', '', '', 'soft'],
  ]);
});
