import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultNode, defaultSettings } from './model.ts';
import { validateSettings } from './validate.ts';

function refused(jsonData: unknown, message: RegExp): void {
  assert.throws(
    () => validateSettings(jsonData),
    (error: Error) => {
      assert.equal(error.name, 'SettingsError');
      assert.match(error.message, message);
      assert.match(error.message, / \(data source settings\)$/);
      return true;
    }
  );
}

function nodeWith(fields: Record<string, unknown>) {
  return { nodes: [{ name: 'mta1', ...fields }] };
}

test('what is left out has its default', () => {
  for (const jsonData of [{}, null, undefined, [], 'text', { nodes: null, pollSeconds: null, store: null }]) {
    assert.deepEqual(validateSettings(jsonData), defaultSettings);
  }
  assert.deepEqual(validateSettings({ nodes: [{ name: 'mta1' }] }).nodes, [{ ...defaultNode, name: 'mta1' }]);
});

test('what is given is kept; unknown fields are tolerated', () => {
  const settings = {
    nodes: [
      {
        name: 'mta1',
        url: 'https://mta1.example.com:8080/',
        timeZone: 'Europe/Vienna',
        tlsSkipVerify: true,
        tlsCaCert: '-----BEGIN CERTIFICATE-----',
        accounting: { files: ['/var/log/pmta/acct*.csv', '/srv/b.csv'], pull: false, receive: false },
      },
      { ...defaultNode, name: 'mta2' },
    ],
    pollSeconds: 60,
    store: { kind: 'embedded' },
    retentionDays: 7,
    recipients: 'keep',
  };
  assert.deepEqual(validateSettings({ ...settings, fromTheFuture: { a: 1 } }), settings);
});

test('texts lose the blanks that pasting leaves around them', () => {
  const [node] = validateSettings(
    nodeWith({ name: ' mta1 ', url: ' http://192.0.2.1:8080\n', accounting: { files: [' /a.csv '] } })
  ).nodes;
  assert.equal(node?.name, 'mta1');
  assert.equal(node?.url, 'http://192.0.2.1:8080');
  assert.deepEqual(node?.accounting.files, ['/a.csv']);
});

test('a certificate is skipped only where that is said', () => {
  for (const tlsSkipVerify of ['true', 1, 'false', {}, null]) {
    assert.equal(validateSettings(nodeWith({ tlsSkipVerify })).nodes[0]?.tlsSkipVerify, false);
  }
});

test('an empty time zone means auto', () => {
  assert.equal(validateSettings(nodeWith({ timeZone: '' })).nodes[0]?.timeZone, 'auto');
});

test('names of nodes are short and plain, in any script', () => {
  for (const name of ['m', '1', 'mta-1.example.com:8080', 'Größe_7', '東京', 'x'.repeat(63)]) {
    assert.equal(validateSettings({ nodes: [{ name }] }).nodes[0]?.name, name);
  }
  for (const name of ['', ' ', '-x', '.x', 'a b', 'a/b', 'a"b', "a'b", 'a{b}', 'a\nb', '🚚', 'x'.repeat(64)]) {
    refused({ nodes: [{ name: 'ok' }, { name }] }, /^nodes\[1\] needs a name of letters/);
  }
  refused({ nodes: [{}] }, /^nodes\[0\] needs a name/);
  refused({ nodes: ['mta1'] }, /^nodes\[0\] needs a name/);
  refused({ nodes: [{ name: 5 }] }, /^nodes\[0\]\.name must be a text/);
});

test('names of nodes are unique', () => {
  refused({ nodes: [{ name: 'a' }, { name: 'b' }, { name: ' a ' }] }, /^two nodes are named "a"/);
  assert.equal(validateSettings({ nodes: [{ name: 'a' }, { name: 'A' }] }).nodes.length, 2);
});

test('a monitor has an http or https address, or none', () => {
  for (const url of ['', 'http://mta1:8080', 'HTTPS://[2001:db8::1]:8080/x']) {
    assert.equal(validateSettings(nodeWith({ url })).nodes[0]?.url, url);
  }
  for (const url of [
    'mta1:8080',
    'mta1',
    'ftp://mta1',
    'file:///etc/passwd',
    'http://',
    'javascript:alert(1)',
    '//mta1',
  ]) {
    refused(nodeWith({ url }), /^node mta1: the monitor's URL must begin with http:\/\/ or https:\/\//);
  }
});

test('accounting files are named by absolute paths', () => {
  for (const glob of ['acct.csv', './acct.csv', '', ' ', '~/acct.csv', '*.csv']) {
    refused(nodeWith({ accounting: { files: [glob] } }), /^node mta1: accounting files must be absolute paths/);
  }
});

test('the store is the embedded one or a ClickHouse server', () => {
  const store = { kind: 'clickhouse', url: 'https://ch.example.com:8443', cluster: 'main' };
  assert.deepEqual(validateSettings({ store }).store, {
    ...store,
    database: 'pmta',
    username: 'pmta',
    queryUsername: '',
    tlsSkipVerify: false,
    tlsCaCert: '',
  });
  refused({ store: {} }, /^store\.kind must be embedded or clickhouse, got undefined/);
  refused({ store: 'embedded' }, /^store\.kind must be embedded or clickhouse, got undefined/);
  refused({ store: { kind: 'clickhouse' } }, /^store\.url is not a URL/);
  refused({ store: { ...store, database: 'a-b' } }, /^store\.database must begin with a letter/);
  refused({ store: { ...store, cluster: "x'" } }, /^store\.cluster must begin with a letter/);
});

test('a password in the URL of the store is refused and not repeated', () => {
  assert.throws(
    () => validateSettings({ store: { kind: 'clickhouse', url: 'https://me:secret@ch.example.com' } }),
    (error: Error) => /store\.url holds a user or password/.test(error.message) && !error.message.includes('secret')
  );
});

test('recipients are kept, hashed or redacted', () => {
  for (const recipients of ['keep', 'hash', 'redact'] as const) {
    assert.equal(validateSettings({ recipients }).recipients, recipients);
  }
  for (const recipients of ['', false, 'HASH']) {
    refused({ recipients }, /^recipients must be keep, hash or redact/);
  }
});

test('accounting is pulled from a monitor, and received without one', () => {
  refused(nodeWith({ url: '', accounting: { pull: true } }), /^node mta1: accounting is pulled from the monitor/);
  const { nodes } = validateSettings(nodeWith({ url: '', accounting: { receive: true } }));
  assert.deepEqual(nodes[0]?.accounting, { files: [], pull: false, receive: true });
});

test('what this version does not serve is refused, not ignored', () => {
  refused({ ignore: [{}] }, /^ignore is not served by this version/);
});

test('numbers are whole and within bounds; quoted ones are read', () => {
  const bounds: Array<['pollSeconds' | 'retentionDays', number]> = [
    ['pollSeconds', 3600],
    ['retentionDays', 3650],
  ];
  for (const [key, most] of bounds) {
    for (const value of [1, most, '30']) {
      assert.equal(validateSettings({ [key]: value })[key], Number(value));
    }
    for (const value of [0, -1, 1.5, most + 1, '', 'x', '1.5', NaN, Infinity, true, [5], {}]) {
      refused({ [key]: value }, new RegExp(`^${key} must be a whole number from 1 to ${most}, got`));
    }
  }
});

test('a field of the wrong type is named by its place', () => {
  const wrong: Array<[unknown, RegExp]> = [
    [{ nodes: {} }, /^nodes must be a list/],
    [{ nodes: 'mta1' }, /^nodes must be a list/],
    [nodeWith({ url: 5 }), /^nodes\[0\]\.url must be a text/],
    [nodeWith({ timeZone: 5 }), /^nodes\[0\]\.timeZone must be a text/],
    [nodeWith({ tlsCaCert: ['x'] }), /^nodes\[0\]\.tlsCaCert must be a text/],
    [nodeWith({ accounting: { files: '/a.csv' } }), /^nodes\[0\]\.accounting\.files must be a list/],
    [nodeWith({ accounting: { files: [5] } }), /^accounting file of mta1 must be a text/],
  ];
  for (const [jsonData, message] of wrong) {
    refused(jsonData, message);
  }
});
