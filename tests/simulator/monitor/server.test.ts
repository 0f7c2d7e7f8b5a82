import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { CERTIFICATE, startSimulator, type Simulator } from '../simulator.ts';
import { defaultVariant, type Variant } from './variant.ts';

const START = Date.parse('2026-02-07T12:00:00Z');
const MINUTE = 60_000;
const PATHS = ['status', 'queues', 'domains', 'vmtas', 'jobs'] as const;

type Tree = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are inspected freely

let directory: string;
let pmta: Simulator;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'monitor-'));
  pmta = await startSimulator({ directory, start: START, rate: 100, steady: true });
  pmta.throttle({ provider: 'google', to: START + 60 * MINUTE });
  await pmta.advance(3 * MINUTE);
  pmta.pause('hotmail.com/mkt-1');
});
after(async () => {
  await pmta.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(() => pmta.set({ ...defaultVariant, defaultMaxItems: 100_000 }));

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${pmta.url}${path}`, { redirect: 'manual', ...init });
const json = async (path: string, variant: Partial<Variant> = {}): Promise<Tree> => {
  pmta.set(variant);
  const response = await get(`${path}?format=json`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^application\/json/);
  return (await response.json()) as Tree;
};
const xmlText = async (path: string, variant: Partial<Variant> = {}): Promise<string> => {
  pmta.set(variant);
  const response = await get(`${path}${path.includes('?') ? '&' : '?'}format=xml`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/xml/);
  const text = await response.text();
  assert.equal(XMLValidator.validate(text), true, text.slice(0, 200));
  return text;
};
const parsed = (text: string): Tree => new XMLParser({ parseTagValue: false }).parse(text) as Tree;

describe('JSON of 5.0', () => {
  test('every answer has data, status and message', async () => {
    for (const path of PATHS) {
      const answer = await json(`/${path}`);
      assert.deepEqual(Object.keys(answer), ['data', 'status', 'message'], path);
      assert.deepEqual([answer.status, answer.message], ['success', '']);
    }
  });

  test('members of the status', async () => {
    const { mta, status } = (await json('/status')).data;
    assert.equal(mta.product.name, 'PowerMTA');
    assert.equal(mta.product.version, '5.0r5');
    assert.equal(mta.lak.instances, 1);
    assert.equal(status.timeNow, '2026-02-07 12:03:00');
    assert.equal(status.startupTime, '2026-02-07 12:00:00');
    assert.equal(status.shuttingDown, false);
    assert.equal(status.status, 'running');
    for (const window of ['total', 'lastHr', 'lastMin', 'topPerHr', 'topPerMin']) {
      for (const direction of ['in', 'out']) {
        assert.deepEqual(Object.keys(status.traffic[window][direction]), ['rcp', 'msg', 'kb']);
      }
      assert.equal(typeof status.traffic[window].bounceProcessed, 'number');
    }
    assert.deepEqual(Object.keys(status.conn.smtpOut), ['cur', 'max', 'top']);
    assert.deepEqual(Object.keys(status.queue.smtp), ['rcp', 'dom', 'kb']);
    assert.deepEqual(
      Object.keys(status.queue).sort(),
      ['alias', 'bounceProcessor', 'discard', 'feedbackLoopProcessor', 'file', 'httpDelivery', 'pipe', 'smtp'].sort()
    );
    assert.deepEqual(Object.keys(status.spool.files), ['inUse', 'recycled', 'total']);
  });

  test('members of the lists', async () => {
    const first = async (path: string): Promise<Tree> => {
      const { data } = await json(`/${path}`);
      assert.match(data.title, new RegExp(`^Top ${data[path].length} .* by number of recipients$`));
      const sizes = data[path].map((row: Tree) => row.rcp);
      assert.deepEqual(
        sizes,
        [...sizes].sort((a, b) => b - a),
        `${path}: largest first`
      );
      return data[path][0];
    };
    const queue = await first('queues');
    assert.deepEqual(Object.keys(queue).sort(), ['conn', 'errors', 'kb', 'mode', 'name', 'paused', 'rcp', 'retryTime']);
    assert.deepEqual(Object.keys(queue.errors[0]), ['time', 'text']);
    assert.equal(queue.mode, 'backoff');
    assert.deepEqual(Object.keys(await first('domains')), ['name', 'rcp', 'kb', 'conn', 'errors']);
    assert.deepEqual(Object.keys(await first('vmtas')), ['name', 'rcp', 'kb', 'pctOfTotal', 'conn', 'dom']);
    assert.deepEqual(Object.keys(await first('jobs')), ['name', 'rcp', 'kb', 'conn']);
  });

  test('names of every kind occur', async () => {
    const names = (await json('/queues')).data.queues.map((queue: Tree) => queue.name) as string[];
    for (const pattern of [/^yahoo\.rollup\/mkt-\d$/, /\/\{default\}$/, /\/192\.0\.2\.9$/, /^bücher\.example\//]) {
      assert.ok(
        names.some((name) => pattern.test(name)),
        String(pattern)
      );
    }
  });

  test('variants of the envelope', async () => {
    assert.deepEqual(Object.keys(await json('/queues', { hasMessage: false })), ['data', 'status']);
    const token = await json('/queues', { hasMessage: true, hasCsrfToken: true });
    assert.match(token.CSRFToken, /^[0-9a-f]{32}$/);
    const text = await json('/queues', { hasCsrfToken: false, data: 'string' });
    assert.equal(typeof text.data, 'string');
    assert.ok(Array.isArray(JSON.parse(text.data).queues));
  });

  test('variants of the values', async () => {
    const strings = await json('/status', { numbers: 'string' });
    assert.match(strings.data.status.traffic.total.out.rcp, /^\d+$/);
    assert.match(strings.data.status.queue.smtp.kb, /^\d+(\.\d)?$/);
    pmta.set({ numbers: 'number' });
    for (const [paused, yes, no] of [
      ['boolean', true, false],
      ['yes-no', 'yes', 'no'],
      ['number', 1, 0],
      ['digit-string', '1', '0'],
    ] as const) {
      const queues = (await json('/queues', { paused })).data.queues as Tree[];
      assert.equal(queues.find(({ name }) => name === 'hotmail.com/mkt-1')!.paused, yes);
      assert.equal(queues.find(({ name }) => name === 'hotmail.com/mkt-2')!.paused, no);
    }
  });

  test('members can be missing', async () => {
    const { queues } = (await json('/queues', { omit: ['paused', 'mode', 'retryTime'] })).data;
    assert.deepEqual(Object.keys(queues[0]), ['name', 'rcp', 'kb', 'conn', 'errors']);
    const { status } = (await json('/status', { omit: ['perf'] })).data;
    assert.equal('perf' in status.traffic, false);
  });

  test('the status can be nested otherwise', async () => {
    const nested = await json('/status', { statusNesting: 'data.mta.status' });
    assert.equal(nested.data.mta.status.status, 'running');
    assert.equal('status' in nested.data, false);
    const outside = await json('/status', { statusNesting: 'mta.status' });
    assert.equal(outside.mta.status.status, 'running');
    assert.equal('data' in outside, false);
    assert.equal(outside.status, 'success');
  });
});

describe('lists', () => {
  test('show the top ten of all by default, with the totals of all', async () => {
    const all = (await json('/queues')).data;
    const top = (await json('/queues', { defaultMaxItems: 10 })).data;
    assert.equal(top.queues.length, 10);
    assert.equal(top.title, 'Top 10 queues by number of recipients');
    assert.equal(top.totalRcp, all.totalRcp);
    assert.equal(top.totalQueuesWithRcp, all.totalQueuesWithRcp);
    assert.ok(all.totalQueuesWithRcp > 10);
    assert.deepEqual(
      top.queues.map(({ name }: Tree) => name),
      all.queues.slice(0, 10).map(({ name }: Tree) => name)
    );
  });

  test('maxitems counts only where it is honoured', async () => {
    const rows = async (variant: Partial<Variant>): Promise<number> => {
      pmta.set(variant);
      const answer = (await (await get('/queues?format=json&maxitems=25')).json()) as Tree;
      return answer.data.queues.length;
    };
    assert.equal(await rows({ defaultMaxItems: 10, honoursMaxItems: false }), 10);
    assert.equal(await rows({ honoursMaxItems: true }), 25);
  });

  test('a queue can be asked for by pattern', async () => {
    const answer = (await (await get('/queues?format=json&queue=*/mkt-2')).json()) as Tree;
    assert.ok(answer.data.queues.length > 3);
    assert.ok(answer.data.queues.every(({ name }: Tree) => name.endsWith('/mkt-2')));
  });

  test('old errors stand behind new ones', async () => {
    const { queues } = (await json('/queues', { oldErrors: true })).data;
    for (const { errors } of queues.slice(0, 5) as Tree[]) {
      assert.ok(errors.length > 1 && errors.length <= 10);
      assert.match(errors[0].time, /^2026-02-07 12:0/);
      assert.equal(errors.at(-1).time, '2026-02-04 12:03:00');
    }
  });

  test('one queue in detail, and none', async () => {
    const detail = (await (await get('/queueDetail?format=json&queue=gmail.com/mkt-1')).json()) as Tree;
    assert.equal(detail.data.name, 'gmail.com/mkt-1');
    assert.match(detail.data.backoffReason, /421 4\.7\./);
    assert.match(detail.data.modeEvents[0].text, /^backoff: /);
    const none = (await (await get('/queueDetail?format=json&queue=none/none')).json()) as Tree;
    assert.deepEqual(none, { status: 'fail', message: 'no such queue: none/none' });
  });
});

describe('XML of 4.0', () => {
  test('a request for JSON is answered by a page, with 200', async () => {
    pmta.set({ version: '4.0' });
    const response = await get('/status?format=json');
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
      const text = await xmlText(`/${path}`, { version: '4.0' });
      assert.match(text, new RegExp(`^<rsp><data><title>Top \\d+ .*</title><${element}><(name|id)>`));
      assert.match(text, /<\/data><succ\/><\/rsp>$/);
      assert.equal(text.includes(`<${path}>`), false);
      const rows = parsed(text).rsp.data[element] as Tree[];
      assert.ok(rows.every(({ kb }) => /^\d+\.\d$/.test(kb)));
    }
    const status = await xmlText('/status');
    assert.match(status, /<shuttingDown>0<\/shuttingDown>/);
    assert.match(status, /<userString\/>/);
    assert.match(status, /<gmImprinter><rcp>0<\/rcp><dom>0<\/dom><kb>0\.0<\/kb><\/gmImprinter>/);
    assert.equal(/perf|variant|httpDelivery/.test(status), false);
  });

  test('jobs have an id, queues have events with a type, and a word for paused', async () => {
    const jobs = parsed(await xmlText('/jobs', { version: '4.0' })).rsp.data.job as Tree[];
    assert.deepEqual(Object.keys(jobs[0]!), ['id', 'rcp', 'kb', 'conn']);
    const queues = parsed(await xmlText('/queues')).rsp.data.queue as Tree[];
    const paused = queues.find(({ name }) => name === 'hotmail.com/mkt-1')!;
    assert.equal(paused.paused, 'yes');
    const throttled = queues.find(({ name }) => name === 'gmail.com/mkt-1')!;
    assert.deepEqual([throttled.paused, throttled.mode], ['no', 'backoff']);
    assert.equal(throttled.event[0].type, 'error');
    assert.match(throttled.event[0].text, /^Error: "421 /);
    const digits = parsed(await xmlText('/queues', { paused: 'digit-string' })).rsp.data.queue as Tree[];
    assert.equal(digits.find(({ name }) => name === 'hotmail.com/mkt-1')!.paused, '1');
  });

  test('XML and JSON of 5.0 tell the same', async () => {
    const { data } = await json('/vmtas');
    const { vmta, ...rest } = parsed(await xmlText('/vmtas')).rsp.data as Tree;
    const plain = (row: Tree): Tree => ({ ...row, kb: Number(row.kb).toFixed(1) });
    assert.deepEqual(
      (vmta as Tree[]).map((row) => Object.values(row)),
      (data.vmtas as Tree[]).map((row) => Object.values(plain(row)).map(String))
    );
    assert.equal(rest.totalRcp, String(data.totalRcp));
  });

  test('the status can be missing a queue, and one queue is one element', async () => {
    const one = parsed(await xmlText('/queues?queue=hotmail.com/mkt-1')).rsp.data;
    assert.equal(Array.isArray(one.queue), false);
    const none = parsed(await xmlText('/queues?queue=none')).rsp.data;
    assert.equal('queue' in none, false);
  });
});

describe('access and faults', () => {
  test('the API key', async () => {
    pmta.set({ apiKey: 'secret_key' });
    const refused = await get('/status?format=json');
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /Access Forbidden/);
    assert.equal((await get('/status?format=json', { headers: { 'X-API-Key': 'other' } })).status, 403);
    assert.equal((await get('/status?format=json', { headers: { 'X-API-Key': 'secret_key' } })).status, 200);
  });

  test('redirects', async () => {
    const location = async (variant: Partial<Variant>, path: string): Promise<string | null> => {
      pmta.set({ fault: 'none', redirectToHttps: false, ...variant });
      const response = await get(path);
      assert.equal(response.status, 302);
      return response.headers.get('location');
    };
    assert.equal(await location({}, '/'), '/ui');
    assert.equal(
      await location({ fault: 'redirect-https' }, '/queues?format=json'),
      `${pmta.httpsUrl}/queues?format=json`
    );
    assert.equal(
      await location({ redirectToHttps: true }, '/queues?format=json'),
      `${pmta.httpsUrl}/queues?format=json`
    );
    assert.equal(await location({ fault: 'redirect-ui' }, '/queues?format=json'), '/ui/queues');
    assert.equal(
      await location({ fault: 'redirect-host' }, '/queues?format=json'),
      'http://monitor.example.com/queues?format=json'
    );
    pmta.set({ fault: 'redirect-ui' });
    const followed = await get('/queues?format=json', { redirect: 'follow' });
    assert.equal(followed.status, 200);
    assert.match(await followed.text(), /^<!DOCTYPE html>/);
  });

  test('pages, refusals and failures in place of data', async () => {
    pmta.set({ fault: 'html' });
    const page = await get('/queues?format=json');
    assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
    pmta.set({ fault: 'forbidden' });
    assert.equal((await get('/queues?format=json')).status, 403);
    pmta.set({ fault: 'server-error' });
    assert.equal((await get('/queues?format=json')).status, 500);
    const fail = await json('/queues', { fault: 'fail' });
    assert.deepEqual(fail, { status: 'fail', message: 'internal error: cannot contact pmtad' });
    assert.equal(await xmlText('/queues'), '<rsp><error>internal error: cannot contact pmtad</error></rsp>');
  });

  test('half a body: as a whole answer, and as a broken one', async () => {
    pmta.set({ fault: 'cut' });
    const cut = await (await get('/queues?format=json')).text();
    assert.match(cut, /^\{"data":/);
    assert.throws(() => JSON.parse(cut), SyntaxError);
    pmta.set({ fault: 'truncated' });
    const truncated = await get('/queues?format=json');
    assert.equal(truncated.status, 200);
    await assert.rejects(truncated.text());
  });

  test('ten megabytes, well-formed', async () => {
    pmta.set({ fault: 'huge' });
    const text = await (await get('/queues?format=json')).text();
    assert.ok(text.length >= 10_000_000);
    assert.ok((JSON.parse(text) as Tree).data.queues.length > 10);
    const xml = await (await get('/queues?format=xml')).text();
    assert.ok(xml.length >= 10_000_000);
    assert.equal(XMLValidator.validate(xml), true);
  });

  test('silence, until the client gives up', async () => {
    pmta.set({ fault: 'hang' });
    await assert.rejects(get('/queues?format=json', { signal: AbortSignal.timeout(150) }), { name: 'TimeoutError' });
    assert.equal(pmta.requests.at(-1)!.code, 0);
  });

  test('a slow answer comes after its delay', async () => {
    pmta.set({ delayMs: 300 });
    await assert.rejects(get('/queues?format=json', { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
    pmta.set({ delayMs: 30 });
    assert.equal((await get('/queues?format=json')).status, 200);
  });

  test('a fault can be that of one path', async () => {
    pmta.set({ fault: 'server-error', faultPaths: ['/queues'] });
    assert.equal((await get('/queues?format=json')).status, 500);
    assert.equal((await get('/domains?format=json')).status, 200);
  });

  test('a stopped monitor refuses connections, and comes back at the same address', async () => {
    const { url } = pmta;
    await pmta.closeMonitor();
    const connecting = once(connect(Number(new URL(url).port), '127.0.0.1'), 'connect');
    await assert.rejects(connecting, { code: 'ECONNREFUSED' });
    await pmta.openMonitor();
    assert.equal(pmta.url, url);
    assert.equal((await get('/status?format=json')).status, 200);
  });

  test('unknown paths are 404, commands are refused', async () => {
    assert.equal((await get('/topQueues?format=json')).status, 404);
    assert.equal((await get('/command', { method: 'POST', body: 'command=show status' })).status, 403);
    assert.equal((await get('/configFile?op=read&filename=config')).status, 403);
  });
});

test('times are local ones, of a clock that may be wrong', async () => {
  const { status } = (await json('/status', { timeZone: 'America/New_York', clockSkewMs: 90_000 })).data;
  assert.equal(status.timeNow, '2026-02-07 07:04:30');
  assert.equal(status.startupTime, '2026-02-07 07:01:30');
  const { queues } = (await json('/queues')).data;
  assert.match(queues[0].errors[0].time, /^2026-02-07 07:0/);
});

test('HTTPS on the same port, with the certificate that is shipped', async () => {
  const body = await new Promise<string>((resolve, reject) => {
    const url = `${pmta.httpsUrl}/status?format=json`;
    const request = httpsRequest(url, { ca: CERTIFICATE }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.end();
  });
  assert.equal((JSON.parse(body) as Tree).data.status.status, 'running');
  assert.equal(new URL(pmta.httpsUrl).port, new URL(pmta.url).port);
  assert.deepEqual(
    pmta.requests.slice(-1).map(({ secure, code }) => [secure, code]),
    [[true, 200]]
  );
  await assert.rejects(fetch(`${pmta.httpsUrl}/status`), (error) =>
    /self.signed/i.test(String((error as Error).cause))
  );
});

test('POST reads as GET does, and requests are remembered with their parameters and headers', async () => {
  const seen = pmta.requests.length;
  const response = await get('/queues', {
    method: 'POST',
    body: 'format=json&maxitems=7',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-api-key': 'k' },
  });
  assert.equal(((await response.json()) as Tree).status, 'success');
  const [entry, ...more] = pmta.requests.slice(seen);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [entry!.method, entry!.path, entry!.parameters, entry!.headers['x-api-key'], entry!.secure, entry!.code],
    ['POST', '/queues', { format: 'json', maxitems: '7' }, 'k', false, 200]
  );
});

describe('accounting files over HTTP', () => {
  const name = 'acct-2026-02-07-0000.csv';

  test('are listed with local times and rounded sizes', async () => {
    const { files } = (await json('/logs')).data.log;
    assert.equal(files.length, 1);
    assert.equal(files[0].name, name);
    assert.match(files[0].date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.match(files[0].size, /^\d+[KM]$/);
    assert.equal(parsed(await xmlText('/logs')).rsp.data.log.file.name, name);
  });

  test('are sent whole, or in the part that was asked for where that is honoured', async () => {
    const whole = readFileSync(join(directory, name));
    const response = await get(`/getFile?file=${name}`, { headers: { range: 'bytes=5-14' } });
    assert.equal(response.status, 200);
    assert.ok(whole.equals(Buffer.from(await response.arrayBuffer())));
    pmta.set({ honoursRange: true });
    const part = await get(`/getFile?file=${name}`, { headers: { range: 'bytes=5-14' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 5-14/${whole.length}`);
    assert.equal(await part.text(), whole.toString('utf8', 5, 15));
    const tail = await get(`/getFile?file=${name}`, { headers: { range: `bytes=${whole.length - 30}-` } });
    assert.equal(await tail.text(), whole.toString('utf8', whole.length - 30));
    const beyond = await get(`/getFile?file=${name}`, { headers: { range: `bytes=${whole.length}-` } });
    assert.equal(beyond.status, 416);
  });

  test('names outside of the folder, unknown ones and none are refused', async () => {
    for (const file of ['nothing.csv', '..%2F..%2Fetc%2Fpasswd', '%2Fetc%2Fpasswd', '..', '.']) {
      const response = await get(`/getFile?file=${file}`);
      assert.equal(response.status, 404, file);
      assert.equal(await response.text(), 'File not found');
    }
    assert.equal((await get('/getFile')).status, 400);
  });

  test('are kept from clients that may not see logs', async () => {
    pmta.set({ denyLogs: true });
    assert.equal((await get('/logs?format=json')).status, 403);
    assert.equal((await get(`/getFile?file=${name}`)).status, 403);
    assert.equal((await get('/status?format=json')).status, 200);
  });
});
