import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { parseHeader } from '../../pmta/accounting/header.ts';
import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { testEngine } from '../../store/test-engine.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { type Chunk, insertChunk } from './chunk.ts';
import type { Privacy } from './privacy/policy.ts';
import { createRecordReader } from './reader/reader.ts';

const never = new AbortController().signal;
let sources = 0;

const { engine } = await testEngine();
await migrate(engine, 'd', 3650);

beforeEach(() => engine.execute({ sql: 'TRUNCATE TABLE d.events', params: {} }));

function chunkOf(header: string, lines: string[]): Chunk {
  const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
  return {
    node: "mta'1",
    source: `source${sources++}`,
    acctFile: 'acct',
    format: 'csv',
    header: parseHeader(header),
    start: 50,
    bytes,
    token: `token${sources}`,
    eventKey: () => undefined,
  };
}

const reader = createRecordReader();
const privacy: Privacy = { policy: 'keep', key: '' };
const insert = (chunk: Chunk) => insertChunk(chunk, 1, { engine, database: 'd', reader, privacy });

/** Stored rows in file order, as `column=value` of the given columns. */
async function stored(...columns: string[]): Promise<string[][]> {
  const select = columns.map((column, index) => `toString(${column}) AS v${index}`);
  const result = await engine.query(
    { sql: `SELECT ${select.join(', ')} FROM d.events ORDER BY position`, params: {} },
    never
  );
  return Array.from({ length: result.rows }, (_, row) =>
    columns.map((_, index) => strings(result, `v${index}`)[row] ?? 'NULL')
  );
}

const header =
  'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool';

test('a delivered record has every column', async () => {
  await insert(
    chunkOf(`${header},dlvTlsProtocol,dlvTlsCipher,header_X-Campaign`, [
      'd,2026-04-01 14:32:10+0200,2026-04-01 12:32:05+0000,bounce@News.Example.com,Joe@Example.NET,,relayed,2.0.0 (success),"smtp;250 2.0.0 OK  17 ""x"" - gsmtp",aspmx.l.google.com (192.0.2.7),,smtp,app (192.0.2.1),smtp,192.0.2.20,192.0.2.7,"PIPELINING,STARTTLS",1234,mkt-1,job 7,env,example.net/mkt-1,marketing,TLSv1.3,TLS_AES_256_GCM_SHA384,spring',
    ])
  );
  const [row] = await stored(
    'node',
    'time',
    'type',
    'recipient',
    'recipient_domain',
    'sender_domain',
    'provider',
    'vmta',
    'vmta_pool',
    'queue',
    'source_ip',
    'destination_ip',
    'mx',
    'job_id',
    'env_id',
    'bounce_category',
    'status',
    'smtp_code',
    'enhanced_code',
    'reply',
    'tls_protocol',
    'delivery_type',
    'bytes',
    'latency',
    "extra['header_x-campaign']",
    "extra['dlvEsmtpAvailable']",
    "mapContains(extra, 'orcpt')",
    'position'
  );
  assert.deepEqual(row, [
    "mta'1",
    '2026-04-01 12:32:10',
    'd',
    'Joe@Example.NET',
    'example.net',
    'news.example.com',
    'google',
    'mkt-1',
    'marketing',
    'example.net/mkt-1',
    '192.0.2.20',
    '192.0.2.7',
    'aspmx.l.google.com',
    'job 7',
    'env',
    '',
    '2.0.0',
    '250',
    '250-2.0.0',
    'smtp;250 2.0.0 OK  17 "x" - gsmtp',
    'TLSv1.3',
    'smtp',
    '1234',
    '5',
    'spring',
    'PIPELINING,STARTTLS',
    '0',
    '50',
  ]);
});

test('replies give reply code and enhanced code, in every form that receivers write', async () => {
  const replies = {
    'smtp;550-5.7.26 Unauthenticated': ['550', '550-5.7.26'],
    'smtp;421 4.7.0 [TSS04] Messages': ['421', '421-4.7.0'],
    'smtp;554 delivery error: dd': ['554', '554'],
    'smtp; 452 4.2.2 Mailbox full': ['452', '452-4.2.2'],
    'x-pmta;deleted by administrator': ['', ''],
    '': ['', ''],
  };
  await insert(
    chunkOf(
      'type,timeLogged,dsnDiag',
      Object.keys(replies).map((reply) => `b,1700000000,"${reply}"`)
    )
  );
  assert.deepEqual(await stored('smtp_code', 'enhanced_code'), Object.values(replies));
});

test('domains come from the addresses, and from the queue where there is none', async () => {
  await insert(
    chunkOf('type,timeLogged,rcpt,queue,dsnMta', [
      't,1700000000,a@yahoo.com,yahoo.rollup/vmta18,mta7.am0.yahoodns.net (192.0.2.1)',
      'tq,1700000000,,aol.com/192.0.2.1,',
      't,1700000000,"""odd@local""@example.org",example.org/{default},[192.0.2.9] (192.0.2.9)',
      'd,1700000000,...@workspace.example,workspace.example/v,aspmx2.googlemail.com (192.0.2.2)',
      't,1700000000,x@notgoogle.com,notgoogle.com/v,mx.notgoogle.com (192.0.2.3)',
    ])
  );
  assert.deepEqual(await stored('recipient_domain', 'vmta', 'provider'), [
    ['yahoo.com', 'vmta18', 'yahoo'],
    ['aol.com', '192.0.2.1', 'yahoo'],
    ['example.org', '{default}', 'example.org'],
    ['workspace.example', 'v', 'google'],
    ['notgoogle.com', 'v', 'notgoogle.com'],
  ]);
});

test('all eight record types, missing columns, short and long rows are taken', async () => {
  const types = ['d', 'b', 't', 'tq', 'r', 'rb', 'rs', 'f'];
  await insert(
    chunkOf(
      header,
      types.map((type, index) => (index % 2 ? `${type},1700000000` : `${type},1700000000${','.repeat(30)}extra`))
    )
  );
  assert.deepEqual((await stored('type')).flat(), types);
});

test("a feedback report's address is the reporter's, not one of ours; old deliveries have no bounce category", async () => {
  await insert(
    chunkOf('type,timeLogged,dlvSourceIp,bounceCat,feedbackType', [
      'f,1700000000,192.0.2.99,,abuse',
      'd,1700000000,192.0.2.20,success,',
    ])
  );
  assert.deepEqual(await stored('source_ip', "extra['dlvSourceIp']", 'bounce_category', 'feedback_type'), [
    ['', '192.0.2.99', '', 'abuse'],
    ['192.0.2.20', '', '', ''],
  ]);
});

test('a chunk that is sent again counts once', async () => {
  const chunk = chunkOf(
    'type,timeLogged,rcpt',
    Array.from({ length: 100 }, (_, n) => `d,1700000000,r${n}@example.com`)
  );
  await insert(chunk);
  await insert(chunk);
  assert.equal((await stored('position')).length, 100);
});

test('bad records are told and the good ones around them are stored, also when sent again', async () => {
  const lines = Array.from({ length: 50 }, (_, n) => `d,1700000000,r${n}@example.com`);
  lines[10] = 'q,1700000000,unknown type';
  lines[20] = 'd,not a time,x@example.com';
  lines[30] = 'd,2026-13-45 99:99:99+0000,a time only in its form';
  const chunk = chunkOf('type,timeLogged,rcpt', lines);
  const { rejects } = await insert(chunk);
  assert.deepEqual(
    rejects.map(({ raw }) => raw.split(',')[0]),
    ['q', 'd', 'd']
  );
  assert.deepEqual((await insert(chunk)).rejects, rejects);
  assert.equal((await stored('position')).length, 47);
  const result = await engine.query(
    { sql: 'SELECT toFloat64(uniqExact(position)) AS n FROM d.events', params: {} },
    never
  );
  assert.equal(numbers(result, 'n')[0], 47);
});

test('columns change where the file says so', async () => {
  await insert(
    chunkOf('type,timeLogged,rcpt', [
      'd,1700000000,a@example.com',
      'type,rcpt,timeLogged',
      'd,b@example.com,1700000000',
    ])
  );
  assert.deepEqual((await stored('recipient')).flat(), ['a@example.com', 'b@example.com']);
});

test('texts of strangers stay texts', async () => {
  const hostile = `'); DROP TABLE d.events; -- \\' {p0:String} \u0000 "`;
  await insert(
    chunkOf(`type,timeLogged,dsnDiag,header_x'] b`, [
      `b,1700000000,"smtp;550 ${hostile.replace(/"/g, '""')}","${hostile.replace(/"/g, '""')}"`,
    ])
  );
  assert.deepEqual(await stored('reply', `extra['header_x\\'] b']`), [[`smtp;550 ${hostile}`, hostile]]);
});

/** The engine, but for a record that it does not take. */
function refusing(isRefused: (text: string) => boolean): Engine {
  return {
    ...engine,
    insertCsv: async (csv) => {
      if (isRefused(Buffer.from(csv.bytes).toString())) {
        throw new StoreError('query', 'The store refused the query: too odd');
      }
      await engine.insertCsv(csv);
    },
  };
}

test('a record that only the engine knows to be bad is told with its own place and text', async () => {
  const lines = Array.from({ length: 50 }, (_, n) => `d,1700000000,r${n}@example.com`);
  lines[30] = 'd,1700000000,"poison"';
  const chunk = chunkOf('type,timeLogged,rcpt', lines);
  const target = { engine: refusing((text) => text.includes('poison')), database: 'd', reader, privacy };
  const { rejects, records } = await insertChunk(chunk, 50, target);
  assert.deepEqual(rejects, [
    {
      position: chunk.start + chunk.bytes.indexOf('d,1700000000,"poison"'),
      reason: 'The store refused the query: too odd',
      raw: 'd,1700000000,"poison"',
    },
  ]);
  assert.equal(records, 49);
  assert.equal((await stored('position')).length, 49);
});

test('an engine that takes no record at all makes none of them bad', async () => {
  const chunk = chunkOf(
    'type,timeLogged,rcpt',
    Array.from({ length: 1000 }, (_, n) => `d,1700000000,r${n}@example.com`)
  );
  let tries = 0;
  const target = { engine: refusing(() => ++tries > 0), database: 'd', reader, privacy };
  await assert.rejects(insertChunk(chunk, 1000, target), /too odd/);
  assert.ok(tries < 100);
});
