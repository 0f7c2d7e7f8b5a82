import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readContext, secretsOf } from './context.ts';
import type { ContextMessage, DataSourceMessage } from './proto/messages.ts';

const dataSource: DataSourceMessage = {
  id: 3,
  uid: 'u',
  name: 'mail',
  url: 'http://mta1',
  jsonData: Buffer.from('{"pollSeconds":15}'),
  decryptedSecureJsonData: { 'apiKey.mta1': 'topsecret' },
  lastUpdatedMS: 1700000000000,
};

function message(changes: Partial<ContextMessage>): ContextMessage {
  return { orgId: 2, user: null, dataSourceInstanceSettings: null, grafanaConfig: { A: 'b' }, ...changes };
}

test('translates user and data source', () => {
  const user = { login: 'jo', name: 'Jo', email: 'jo@example.com', role: 'Editor' };
  assert.deepEqual(readContext(message({ user, dataSourceInstanceSettings: dataSource })), {
    orgId: 2,
    user,
    dataSource: {
      id: 3,
      uid: 'u',
      name: 'mail',
      url: 'http://mta1',
      jsonData: { pollSeconds: 15 },
      secureJsonData: { 'apiKey.mta1': 'topsecret' },
      updatedMs: 1700000000000,
    },
    grafanaConfig: { A: 'b' },
  });
});

test('alerting has no user', () => {
  assert.deepEqual(readContext(message({})), { orgId: 2, grafanaConfig: { A: 'b' } });
  assert.deepEqual(readContext(null), { orgId: 0, grafanaConfig: {} });
});

test('an unknown role is none', () => {
  const user = { login: 'jo', name: '', email: '', role: 'GrafanaAdmin' };
  assert.equal(readContext(message({ user })).user?.role, '');
});

test('empty jsonData is an empty object, broken jsonData an error that names the data source', () => {
  const settings = (text: string) =>
    message({ dataSourceInstanceSettings: { ...dataSource, jsonData: Buffer.from(text) } });
  assert.deepEqual(readContext(settings('')).dataSource?.jsonData, {});
  assert.throws(() => readContext(settings('{')), /jsonData of data source "mail" is not valid JSON/);
});

test('lists the secrets of a call', () => {
  assert.deepEqual(secretsOf(message({ dataSourceInstanceSettings: dataSource })), ['topsecret']);
  assert.deepEqual(secretsOf(null), []);
});
