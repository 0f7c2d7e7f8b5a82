import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { inspect } from 'node:util';

import { numbers } from '../arrow.ts';
import type { Engine } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { as, testServer, testServerEngine } from './test-server.ts';

const never = new AbortController().signal;
const certificate = (name: string) =>
  readFileSync(new URL(`../../../tests/simulator/certificate/${name}.pem`, import.meta.url), 'utf8');
const server = await testServer({ key: certificate('key'), cert: certificate('certificate') });
const ca = certificate('certificate');

const one = async (engine: Engine) => numbers(await engine.query({ sql: 'SELECT 1 AS v', params: {} }, never), 'v')[0];

test('a server with a certificate of its own is used with its authority, or unchecked where that is wanted', async () => {
  assert.equal(
    await one(testServerEngine(as(server, 'pmta', { ca, url: server.url.replace('127.0.0.1', 'localhost') }))),
    1
  );
  assert.equal(await one(testServerEngine(as(server, 'pmta', { skipVerify: true }))), 1);
  await assert.rejects(one(testServerEngine(as(server))), { code: 'tls', message: /certificate of its authority/ });
});

test('a wrong password is said, and stands in no error', async () => {
  const engine = testServerEngine(as(server, 'pmta', { skipVerify: true, password: 'hunter2' }));
  for (const call of [one(engine), engine.execute({ sql: 'SELECT 1', params: {} })]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.code, 'denied');
      const everything = inspect(error, { depth: 9, showHidden: true });
      return !everything.includes('hunter2') && !everything.includes(Buffer.from('pmta:hunter2').toString('base64'));
    });
  }
});

test('queries go through the read-only user where there is one, changes through the other', async () => {
  const split = { skipVerify: true, queryUsername: 'reader', queryPassword: 'read secret' };
  const engine = testServerEngine(as(server, 'pmta', split));
  await engine.execute({ sql: 'CREATE DATABASE IF NOT EXISTS s', params: {} });
  assert.equal(await one(engine), 1);
  const wrong = testServerEngine(as(server, 'pmta', { ...split, queryPassword: 'secret' }));
  await wrong.execute({ sql: 'CREATE DATABASE IF NOT EXISTS s', params: {} });
  await assert.rejects(one(wrong), { code: 'denied' });
  const reversed = testServerEngine(as(server, 'reader', { skipVerify: true }));
  await assert.rejects(reversed.execute({ sql: 'CREATE DATABASE r', params: {} }), {
    code: 'denied',
    message: /necessary to have the grant CREATE DATABASE/,
  });
});

test('a user whose profile forbids settings is told what to change', async () => {
  await assert.rejects(one(testServerEngine(as(server, 'profiled', { skipVerify: true }))), {
    code: 'denied',
    message: /Take `readonly` out of the user's settings profile/,
  });
});

test('something else than ClickHouse is recognised', async () => {
  const web = createServer((request, response) => {
    response.statusCode = request.url?.includes('default') ? 502 : 200;
    response.end('<html>Bad Gateway</html>');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  after(() => web.close());
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  await assert.rejects(one(testServerEngine(as(server, 'pmta', { url }))), {
    code: 'unreachable',
    message: /is not ClickHouse's HTTP interface .*Bad Gateway/,
  });
  await assert.rejects(one(testServerEngine(as(server, 'pmta', { url: `${url}/default` }))), {
    code: 'unreachable',
    message: /is not ClickHouse's HTTP interface .*Bad Gateway/,
  });
});

test('a server that accepts and says nothing does not hold a query for ever', async () => {
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  after(() => silent.close());
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // Five seconds of grace come on top.
  await assert.rejects(one(testServerEngine(as(server, 'pmta', { url }), { maxSeconds: -4 })), {
    code: 'unreachable',
    message: /stopped answering/,
  });
});
