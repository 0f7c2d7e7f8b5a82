import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

import { type Grafana, newRig, startGrafana } from './collectorRig.ts';

const header = 'type,timeLogged,rcpt,dsnDiag\r\n';
const begin = Math.floor(Date.now() / 1000) - 86_400;
const reply = 'smtp;250 2.0.0 OK 1700000000 ffacd0b85a97d-3a8f-si-of-a-usual-length.123 - gsmtp';
const csv = (from: number, to: number) =>
  header +
  Array.from({ length: to - from }, (_, n) => `d,${begin + from + n},c${from + n}@example.com,${reply}\r\n`).join('');
const json = (from: number, to: number) =>
  JSON.stringify(
    Array.from({ length: to - from }, (_, n) => ({
      type: 'b',
      timeLogged: `${begin + from + n}`,
      rcpt: `j${from + n}@example.com`,
      dsnDiag: reply,
    }))
  );

async function receiver(t: TestContext) {
  const grafana = await startGrafana(t, newRig(t));
  const post = async (body: string | Buffer, { token = 'editor-token', node = 'mta1', type = 'text/csv' } = {}) => {
    const response = await fetch(`${grafana.front.url}/api/datasources/uid/pmta/resources/accounting/${node}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': type, 'Content-Encoding': 'gzip' },
      body: new Uint8Array(typeof body === 'string' ? gzipSync(body) : body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { grafana, post };
}

const total = async (grafana: Grafana) => (await grafana.intake()).accounting.records;

for (const [name, batch, type] of [
  ['CSV', csv, 'text/csv'],
  ['JSON', json, 'application/json'],
] as const) {
  test(`a batch of 5 MB of ${name} that comes three times, twice of them at once, counts once`, async (t) => {
    const { grafana, post } = await receiver(t);
    const count = Math.ceil(5_000_000 / (batch(0, 1000).length / 1000));
    const text = batch(0, count);
    assert(text.length > 4_900_000);
    assert.deepEqual(await post(text, { type }), { status: 200, body: { new: count, seen: 0, rejected: 0 } });
    const again = { status: 200, body: { new: 0, seen: count, rejected: 0 } };
    assert.deepEqual(await Promise.all([post(text, { type }), post(text, { type })]), [again, again]);
    assert.equal(await total(grafana), count);
    assert.equal(await grafana.attempts(), count);
  });
}

test('a batch whose answer was lost, and one in which the plugin was killed, count once when they come again', async (t) => {
  const { grafana, post } = await receiver(t);
  grafana.front.loseAnswers(1);
  await assert.rejects(post(csv(0, 20_000)));
  assert.deepEqual((await post(csv(0, 20_000))).body, { new: 0, seen: 20_000, rejected: 0 });
  const dying = post(csv(20_000, 60_000)).catch(() => undefined);
  setTimeout(() => process.kill(grafana.pluginPid(), 'SIGKILL'), 60);
  await dying;
  for (let status = 0; status !== 200;) {
    ({ status } = await post(csv(20_000, 60_000)).catch(() => ({ status: 0 })));
  }
  assert.equal(await grafana.attempts(), 60_000);
});

test('what is not taken is refused with what to do, and changes nothing', async (t) => {
  const { grafana, post } = await receiver(t);
  const refused = async (status: number, message: RegExp, ...given: Parameters<typeof post>) => {
    const answer = await post(...given);
    assert.equal(answer.status, status);
    assert.match(String(answer.body.message), message);
  };
  const batch = csv(0, 10);
  await refused(403, /needs the role Editor or Admin: use the token of such a service account/, batch, {
    token: 'viewer-token',
  });
  await refused(404, /has no node "mta9", only: mta1, off/, batch, { node: 'mta9' });
  await refused(409, /Node off receives nothing: switch "receive" on/, batch, { node: 'off' });
  await refused(413, /unpacks to more than 64 MiB: send smaller ones/, gzipSync(Buffer.alloc(200 * 1024 * 1024)));
  await refused(400, /begins like gzip and cannot be unpacked/, gzipSync(batch).subarray(0, 100));
  await refused(400, /^The batch is no accounting: /, 'name,value\nx,1\n');
  await refused(400, /^The batch is no accounting: /, '<html></html>');
  assert.equal(await total(grafana), 0);
  assert.equal((await post(batch)).status, 200);
});
