import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { PmtaError } from '../../pkg/pmta/error.ts';
import { createMonitor, type Monitor, type MonitorOptions } from '../../pkg/pmta/monitor.ts';
import { probe } from '../../pkg/pmta/probe.ts';
import { trafficRates } from '../../pkg/pmta/rates.ts';
import type { MonitorSecrets } from '../../pkg/pmta/endpoint.ts';
import type { QueueRow, Snapshot, SnapshotResource } from '../../pkg/pmta/snapshot.ts';
import { defaultNode, type NodeSettings } from '../../pkg/settings/model.ts';
import { CERTIFICATE, startSimulator, type Simulator, type StartOptions } from '../simulator/simulator.ts';
import type { Variant } from '../simulator/monitor/variant.ts';

const resources: SnapshotResource[] = ['status', 'queues', 'domains', 'vmtas', 'jobs'];
const apiKey = 'example_key_'.repeat(4);

async function simulate(t: TestContext, options: Partial<StartOptions> = {}): Promise<Simulator> {
  const directory = await mkdtemp(join(tmpdir(), 'pmta-monitor-'));
  const pmta = await startSimulator({ directory, start: Date.UTC(2026, 1, 7, 12), rate: 100, ...options });
  t.after(async () => {
    await pmta.stop();
    await rm(directory, { recursive: true });
  });
  return pmta;
}

interface Connect {
  node?: Partial<NodeSettings>;
  secrets?: MonitorSecrets;
  options?: MonitorOptions;
}

function connect(t: TestContext, pmta: Simulator, { node, secrets = {}, options }: Connect = {}): Monitor {
  const settings = { ...defaultNode, name: 'mta1', url: pmta.url, ...node };
  const monitor = createMonitor(settings, secrets, { now: () => pmta.now, ...options });
  t.after(() => monitor.close());
  return monitor;
}

/** A backlog with backoff, errors and a paused queue. */
async function withBacklog(t: TestContext, options: Partial<StartOptions> = {}): Promise<Simulator> {
  const pmta = await simulate(t, { variant: { defaultMaxItems: 5000 }, ...options });
  pmta.throttle({ provider: 'yahoo' });
  await pmta.advance(5 * 60_000);
  const longest = pmta.queues().toSorted((a, b) => b.recipients - a.recipients)[0];
  assert.ok(longest !== undefined);
  pmta.pause(longest.queue);
  return pmta;
}

async function everything(monitor: Monitor): Promise<unknown[]> {
  return Promise.all(resources.map(async (resource) => (await monitor.get(resource)).data));
}

function assertTruth(rows: QueueRow[], pmta: Simulator): void {
  const byName = <T extends { queue: string }>(list: T[]) => list.toSorted((a, b) => (a.queue < b.queue ? -1 : 1));
  const listed = pmta.queues().filter(({ recipients, mode, paused }) => recipients > 0 || mode === 'backoff' || paused);
  assert.deepEqual(
    byName(rows).map(({ queue, recipients, mode, paused }) => ({ queue, recipients, mode, paused })),
    byName(listed).map(({ queue, recipients, mode, paused }) => ({ queue, recipients, mode, paused }))
  );
}

test('the lists are the truth of the simulated PMTA', async (t) => {
  const pmta = await withBacklog(t);
  const monitor = connect(t, pmta);
  const { data } = await monitor.get('queues');
  assertTruth(data.rows, pmta);
  assert.equal(data.total_recipients, pmta.queued);
  assert.equal(data.truncated, null);
  assert.ok(data.rows.some(({ mode, errors }) => mode === 'backoff' && errors.length > 0));
  assert.ok(data.rows.some(({ recipient_domain }) => recipient_domain === 'yahoo.rollup'));
  for (const { errors, retry_ms } of data.rows) {
    assert.ok(errors.every(({ time_ms, text }) => time_ms !== null && time_ms <= pmta.now && text !== ''));
    assert.ok(retry_ms === null || Math.abs(retry_ms - pmta.now) < 86_400_000);
  }
  const { data: status } = await monitor.get('status');
  assert.equal(status.now_ms, pmta.now);
  assert.equal(status.queues.smtp?.recipients, pmta.queued);
  assert.equal(status.traffic.total.out.recipients, pmta.counts.byType.d);
  assert.equal(status.traffic.total.in.recipients, pmta.counts.byType.r);
  const sum = (rows: Array<{ recipients: number }>) => rows.reduce((total, row) => total + row.recipients, 0);
  assert.equal(sum((await monitor.get('domains')).data.rows), pmta.queued);
  assert.equal(sum((await monitor.get('vmtas')).data.rows), pmta.queued);
  assert.ok((await monitor.get('jobs')).data.rows.every(({ job_id }) => job_id !== ''));
});

test('every way of answering gives the same snapshots', async (t) => {
  const pmta = await withBacklog(t);
  const expected = await everything(connect(t, pmta));
  const variants: Array<Partial<Variant>> = [
    { hasMessage: false },
    { hasCsrfToken: true },
    { data: 'string' },
    { numbers: 'string' },
    { paused: 'yes-no' },
    { paused: 'number' },
    { paused: 'digit-string' },
    { statusNesting: 'data.mta.status' },
    { statusNesting: 'mta.status' },
    { omit: ['perf', 'lak', 'webUI', 'title'] },
    { timeZone: 'Asia/Kathmandu' },
    { timeZone: 'America/New_York' },
    { redirectToHttps: true },
    { fault: 'huge' },
    { apiKey },
    {
      numbers: 'string',
      paused: 'yes-no',
      data: 'string',
      hasMessage: false,
      hasCsrfToken: true,
      timeZone: 'Asia/Kolkata',
    },
  ];
  for (const variant of variants) {
    pmta.set(variant);
    const monitor = connect(t, pmta, { node: { tlsSkipVerify: true }, secrets: { apiKey } });
    assert.deepEqual(await everything(monitor), expected, JSON.stringify(variant));
    pmta.set({
      hasMessage: true,
      hasCsrfToken: false,
      data: 'object',
      numbers: 'number',
      paused: 'boolean',
      statusNesting: 'data.status',
      omit: [],
      timeZone: 'UTC',
      redirectToHttps: false,
      fault: 'none',
      apiKey: '',
    });
  }
});

test('PMTA 4 in XML gives the same lists', async (t) => {
  const pmta = await withBacklog(t);
  const modern = connect(t, pmta);
  const lists = async (monitor: Monitor) => (await everything(monitor)).slice(1);
  const expected = await lists(modern);
  const { data: expectedStatus } = await modern.get('status');
  for (const variant of [{}, { timeZone: 'Europe/Berlin' }, { paused: 'number' }, { redirectToHttps: true }] as const) {
    pmta.set({ version: '4.0', timeZone: 'UTC', paused: 'boolean', redirectToHttps: false, ...variant });
    const old = connect(t, pmta, { node: { tlsSkipVerify: true } });
    assert.deepEqual(await lists(old), expected, JSON.stringify(variant));
    const { data } = await old.get('status');
    assert.deepEqual(
      { ...data, product: null, queues: null },
      { ...expectedStatus, product: null, queues: null },
      JSON.stringify(variant)
    );
    assert.equal(data.product.version, '4.0r12');
    assert.equal(old.format(), 'xml');
  }
});

test('members that a PMTA leaves out are unknown', async (t) => {
  const pmta = await withBacklog(t, { variant: { omit: ['paused', 'mode', 'retryTime', 'errors'] } });
  const { data } = await connect(t, pmta).get('queues');
  assert.ok(data.rows.length > 0);
  for (const row of data.rows) {
    assert.deepEqual([row.paused, row.mode, row.retry_ms, row.errors], [null, '', null, []]);
  }
});

test('missing totals and names are told by their path', async (t) => {
  const pmta = await withBacklog(t, { variant: { omit: ['traffic'] } });
  const monitor = connect(t, pmta);
  await assert.rejects(monitor.get('status'), { code: 'malformed', message: /data\.status\.traffic\.total\.in\.rcp/ });
  pmta.set({ omit: ['name'] });
  await assert.rejects(monitor.get('queues'), { code: 'malformed', message: /data\.queues\[0\]\.name/ });
  pmta.set({ omit: ['queues'] });
  await assert.rejects(monitor.get('queues'), { code: 'malformed', message: /has no data\.queues/ });
});

test('errors that are days old come last, with their time', async (t) => {
  const pmta = await withBacklog(t, { variant: { oldErrors: true, defaultMaxItems: 5000 } });
  for (const variant of [{}, { version: '4.0' }] as const) {
    pmta.set(variant);
    const { data } = await connect(t, pmta).get('domains');
    const { errors } = data.rows.find((row) => row.errors.length > 1) ?? { errors: [] };
    assert.ok(errors.length > 1);
    const times = errors.map(({ time_ms }) => time_ms ?? 0);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a)
    );
    assert.ok((times.at(-1) ?? 0) < pmta.now - 2 * 86_400_000);
  }
});

test('a list that is not whole says so, a PMTA that heeds maxitems is read whole', async (t) => {
  const pmta = await withBacklog(t, { variant: { defaultMaxItems: 10 } });
  const monitor = connect(t, pmta);
  const { data, notices } = await monitor.get('queues');
  const withRecipients = pmta.queues().filter(({ recipients }) => recipients > 0).length;
  assert.ok(withRecipients > 10);
  assert.equal(data.rows.length, 10);
  assert.equal(data.total_rows, withRecipients);
  assert.match(data.truncated ?? '', new RegExp(`^top 10 of ${withRecipients} queues: raise http-default-max-items`));
  assert.deepEqual(notices, [data.truncated]);
  pmta.set({ honoursMaxItems: true });
  const whole = await monitor.get('queues');
  assert.equal(whole.data.truncated, null);
  assertTruth(whole.data.rows, pmta);
});

test('each fault is told by its code, with the next step, and passes', async (t) => {
  const pmta = await simulate(t);
  const monitor = connect(t, pmta, { options: { timeoutMs: 300 } });
  const faults: Array<[Variant['fault'], PmtaError['code'], RegExp]> = [
    ['html', 'html', /web page instead of data/],
    ['forbidden', 'forbidden', /http-access <address of Grafana> monitor/],
    ['redirect-ui', 'html', /web page instead of data/],
    ['redirect-host', 'redirect', /another host \(monitor\.example\.com\)/],
    ['redirect-https', 'tls', /self-signed: paste PMTA's certificate/],
    ['fail', 'fail', /cannot contact pmtad/],
    ['server-error', 'http', /HTTP 500/],
    ['hang', 'timeout', /within 0\.3 s/],
    ['cut', 'malformed', /not whole/],
    ['truncated', 'unreachable', /closed the connection/],
  ];
  for (const version of ['5.0', '4.0'] as const) {
    for (const [fault, code, message] of faults) {
      pmta.set({ version, fault });
      for (const resource of ['status', 'queues'] as const) {
        await assert.rejects(
          monitor.get(resource),
          { name: 'PmtaError', code, node: 'mta1', message },
          `${version} ${fault}`
        );
      }
      pmta.set({ fault: 'none' });
      assert.equal((await monitor.get('status')).data.state, 'running', `after ${fault}`);
    }
  }
  const small = connect(t, pmta, { options: { maxBytes: 1_000_000 } });
  pmta.set({ fault: 'huge' });
  await assert.rejects(small.get('status'), { code: 'too-large' });
});

test('one resource that fails leaves the others alone', async (t) => {
  const pmta = await simulate(t, { variant: { fault: 'fail', faultPaths: ['/vmtas'] } });
  const monitor = connect(t, pmta);
  const results = await Promise.allSettled(resources.map((resource) => monitor.get(resource)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']
  );
});

test('only the fixed paths are asked, by GET, with the key, and never anything else', async (t) => {
  const pmta = await simulate(t, { variant: { apiKey } });
  const wrong = connect(t, pmta, { secrets: { apiKey: apiKey.toUpperCase() } });
  await assert.rejects(wrong.get('status'), (error) => {
    assert.ok(error instanceof PmtaError && error.code === 'forbidden');
    assert.match(error.message, /refused the API key/);
    return !error.message.includes(apiKey.toUpperCase());
  });
  const monitor = connect(t, pmta, { secrets: { apiKey } });
  const result = await probe(monitor);
  assert.ok(result.ok);
  assert.match(
    result.message,
    /^mta1: PowerMTA 5\.0r5 enterprise-plus on mta1\.example\.com is running, answers in JSON$/
  );
  await monitor.raw('queues');
  const paths = new Set(resources.map((resource) => `/${resource}`));
  for (const { method, path, parameters } of pmta.requests) {
    assert.equal(method, 'GET');
    assert.ok(paths.has(path), path);
    assert.ok(Object.keys(parameters).every((name) => name === 'format' || name === 'maxitems'));
  }
});

test('panels share one request', async (t) => {
  const pmta = await simulate(t, { variant: { delayMs: 30 } });
  const monitor = connect(t, pmta);
  const snapshots = await Promise.all(Array.from({ length: 20 }, () => monitor.get('status')));
  assert.equal(new Set(snapshots).size, 1);
  assert.equal(pmta.requests.length, 1);
});

test('a pasted certificate is trusted, none is not, and another is not', async (t) => {
  const pmta = await simulate(t);
  const url = pmta.httpsUrl;
  const trusting = connect(t, pmta, { node: { url, tlsCaCert: CERTIFICATE } });
  assert.equal((await trusting.get('status')).data.state, 'running');
  const skipping = connect(t, pmta, { node: { url, tlsSkipVerify: true } });
  assert.equal((await skipping.get('status')).data.state, 'running');
  await assert.rejects(connect(t, pmta, { node: { url } }).get('status'), { code: 'tls', message: /is self-signed/ });
});

const skip = process.platform !== 'linux' && 'needs a second loopback address';

test('the very certificate that was pasted is trusted whatever its name is', { skip }, async (t) => {
  const pmta = await simulate(t);
  const { port } = new URL(pmta.url);
  // 127.0.0.2 reaches no simulator, but the server below, whose certificate is for localhost and 127.0.0.1.
  const key = await readFile(new URL('../simulator/certificate/key.pem', import.meta.url));
  const server = createServer({ key, cert: CERTIFICATE }, (_request, response) => {
    void fetch(`http://127.0.0.1:${port}/status?format=json`)
      .then((answer) => answer.text())
      .then((text) => response.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  t.after(() => void server.close());
  const url = `https://127.0.0.2:${(server.address() as AddressInfo).port}`;
  const pinned = connect(t, pmta, { node: { url, tlsCaCert: CERTIFICATE } });
  assert.equal((await pinned.get('status')).data.state, 'running');
  pinned.close();
});

test('a client certificate is shown where PMTA asks for one', async (t) => {
  const pmta = await simulate(t);
  const body = (await connect(t, pmta).raw('status')).text;
  const key = await readFile(new URL('../simulator/certificate/key.pem', import.meta.url), 'utf8');
  const tls = { key, cert: CERTIFICATE, ca: CERTIFICATE, requestCert: true };
  const server = createServer(tls, (_request, response) => response.end(body));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => void server.close());
  const node = { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, tlsCaCert: CERTIFICATE };
  const known = connect(t, pmta, { node, secrets: { tlsClientCert: CERTIFICATE, tlsClientKey: key } });
  assert.equal((await known.get('status')).data.state, 'running');
  known.close();
  await assert.rejects(connect(t, pmta, { node }).get('status'), { code: 'tls', message: /client certificate/ });
});

test('a monitor that is down is told, and read again when it is back', async (t) => {
  const pmta = await simulate(t);
  const monitor = connect(t, pmta);
  await monitor.get('status');
  await pmta.closeMonitor();
  await assert.rejects(monitor.get('status'), { code: 'unreachable', message: /http-mgmt-port/ });
  await pmta.openMonitor();
  assert.equal((await monitor.get('status')).data.state, 'running');
});

test('an upgrade from 4 to 5 is noticed', async (t) => {
  const pmta = await simulate(t, { variant: { version: '4.0' } });
  const monitor = connect(t, pmta);
  await monitor.get('status');
  assert.equal(monitor.format(), 'xml');
  await pmta.advance(60_000);
  pmta.set({ version: '5.0' });
  pmta.restart();
  await monitor.get('status');
  await monitor.get('status');
  assert.equal(monitor.format(), 'json');
});

test('a clock that is wrong is told, and its times are still placed', async (t) => {
  const pmta = await withBacklog(t);
  pmta.set({ clockSkewMs: 4 * 60_000, timeZone: 'Europe/Berlin' });
  const { data, notices } = await connect(t, pmta).get('status');
  assert.equal(data.now_ms, pmta.now + 4 * 60_000);
  assert.deepEqual(notices, ["clock of mta1 is 4 min ahead of Grafana's: synchronise both clocks (NTP)"]);
  const named = connect(t, pmta, { node: { timeZone: 'Europe/London' } });
  pmta.set({ clockSkewMs: 0 });
  assert.match((await named.get('status')).notices.join(), /60 min ahead.*check the time zone/);
});

test('summer time begins: times stay right, with auto and with the zone', async (t) => {
  const start = Date.UTC(2026, 2, 29, 0, 50);
  const pmta = await simulate(t, { start, timeZone: 'Europe/Berlin', rate: 20 });
  const monitors = ['auto', 'Europe/Berlin'].map((timeZone) => connect(t, pmta, { node: { timeZone } }));
  const previous: Array<Snapshot<'status'> | null> = monitors.map(() => null);
  for (let minutes = 0; minutes < 30; minutes += 5) {
    for (const [index, monitor] of monitors.entries()) {
      const current = await monitor.get('status');
      assert.equal(current.data.now_ms, pmta.now);
      assert.equal(current.data.started_ms, start);
      assert.deepEqual(current.notices, []);
      assert.equal(trafficRates(previous[index] ?? null, current).event, null);
      previous[index] = current;
    }
    // Only a named zone knows the offset of the errors from before the change.
    const queues = await monitors[1]?.get('queues');
    const times = queues?.data.rows.flatMap(({ errors }) => errors.map(({ time_ms }) => time_ms ?? 0)) ?? [];
    assert.ok(times.every((time) => time >= start && time <= pmta.now));
    await pmta.advance(5 * 60_000);
  }
});

test('rates times intervals add up to what PMTA delivered, over a reset and a restart', async (t) => {
  const pmta = await simulate(t, { steady: true });
  const monitor = connect(t, pmta);
  let previous = await monitor.get('status');
  let delivered = 0;
  const events: Array<string | null> = [];
  const before = pmta.counts.byType.d;
  for (let step = 0; step < 8; step++) {
    // Reset and restart right after a sample: nothing is lost between them.
    if (step === 3) {
      pmta.resetCounters();
    }
    if (step === 6) {
      pmta.restart();
    }
    await pmta.advance(15_000);
    const current = await monitor.get('status');
    const { rates, event } = trafficRates(previous, current);
    assert.ok(rates !== null);
    delivered += rates.out.recipients * 15;
    events.push(event);
    previous = current;
  }
  assert.deepEqual(events, [null, null, null, 'counter-reset', null, null, 'restart', null]);
  assert.equal(Math.round(delivered), pmta.counts.byType.d - before);
});

test('a slow node does not hold up another', async (t) => {
  const [slow, quick] = [await simulate(t, { variant: { fault: 'hang' } }), await simulate(t)];
  const waiting = connect(t, slow, { options: { timeoutMs: 2000 } })
    .get('status')
    .then(
      () => 'answered',
      () => 'failed'
    );
  const first = await Promise.race([
    waiting,
    connect(t, quick)
      .get('status')
      .then(() => 'quick'),
  ]);
  assert.equal(first, 'quick');
  assert.equal(await waiting, 'failed');
});
