import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { test } from 'node:test';
import { CERTIFICATE } from '../simulator.ts';
import { monitorFixture, type Tree } from './fixture.ts';

const monitor = monitorFixture();

test('HTTPS on the same port, with the certificate that is shipped', async () => {
  const body = await new Promise<string>((resolve, reject) => {
    const url = `${monitor.pmta.httpsUrl}/status?format=json`;
    const request = httpsRequest(url, { ca: CERTIFICATE }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.end();
  });
  assert.equal((JSON.parse(body) as Tree).data.status.status, 'running');
  assert.equal(new URL(monitor.pmta.httpsUrl).port, new URL(monitor.pmta.url).port);
  assert.deepEqual(
    monitor.pmta.requests.slice(-1).map(({ secure, code }) => [secure, code]),
    [[true, 200]]
  );
  await assert.rejects(fetch(`${monitor.pmta.httpsUrl}/status`), (error) =>
    /self.signed/i.test(String((error as Error).cause))
  );
});

test('POST reads as GET does, and requests are remembered with their parameters and headers', async () => {
  const seen = monitor.pmta.requests.length;
  const response = await monitor.get('/queues', {
    method: 'POST',
    body: 'format=json&maxitems=7',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-api-key': 'k' },
  });
  assert.equal(((await response.json()) as Tree).status, 'success');
  const [entry, ...more] = monitor.pmta.requests.slice(seen);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [entry!.method, entry!.path, entry!.parameters, entry!.headers['x-api-key'], entry!.secure, entry!.code],
    ['POST', '/queues', { format: 'json', maxitems: '7' }, 'k', false, 200]
  );
});
