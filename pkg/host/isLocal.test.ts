import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isLocal, type Machine, thisMachine } from './isLocal.ts';

const names: Readonly<Record<string, string[]>> = {
  'mta1.example.com': ['192.0.2.10'],
  'both.example.com': ['192.0.2.10', '2001:db8::10'],
  'shared.example.com': ['192.0.2.10', '192.0.2.99'],
  'mta2.example.com': ['192.0.2.99'],
  'hosts-file': ['127.0.1.1'],
};

const machine: Machine = {
  hostName: 'MTA1',
  addresses: ['127.0.0.1', '192.0.2.10', '::1', '2001:db8::10', 'fe80::1%eth0'],
  resolve: (name) => (names[name] ? Promise.resolve(names[name]) : Promise.reject(new Error('ENOTFOUND'))),
};

test('addresses of this machine, however written', async () => {
  for (const host of [
    'localhost',
    'LOCALHOST.',
    'pmta.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '127.1',
    '0.0.0.0',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '192.0.2.10',
    '[2001:db8:0::10]',
    '[fe80::1]',
    'mta1',
    'Mta1',
    'mta1.example.com',
    'both.example.com',
    'hosts-file',
  ]) {
    assert.equal(await isLocal(`https://${host}:8080/x`, false, machine), true, host);
  }
});

test('other machines are not this one, though their name begins as ours', async () => {
  for (const host of [
    '192.0.2.99',
    '[2001:db8::99]',
    '128.0.0.1',
    'mta1.example.net',
    'mta2.example.com',
    'shared.example.com',
    'localhost.example.com',
    'unknown',
  ]) {
    assert.equal(await isLocal(`https://${host}:8080`, true, machine), false, host);
  }
  assert.equal(await isLocal('no address', true, machine), false);
  assert.equal(await isLocal('file:///x', true, machine), false);
});

test('without a monitor it depends on pmtad', async () => {
  assert.equal(await isLocal('', true, machine), true);
  assert.equal(await isLocal('', false, machine), false);
});

test('the real machine knows itself', async () => {
  const real = thisMachine();
  assert.equal(await isLocal(`http://${real.hostName}:8080`, false, real), true);
  const { addresses } = real;
  assert(addresses.length > 0);
  for (const address of addresses) {
    const host = address.includes(':') ? `[${address.split('%')[0]}]` : address;
    assert.equal(await isLocal(`http://${host}:8080`, false, real), true, address);
  }
  assert.equal(await isLocal('http://name.invalid:8080', false, real), false);
});
