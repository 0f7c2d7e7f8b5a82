import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { createEndpoint } from './endpoint.ts';
import { PmtaError } from './error.ts';
import { nodeAt } from './test-server.ts';

/** Of a throw-away key, for the name pmta.internal. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIDETCCAfmgAwIBAgIUY0NPzcOBcU5eUchIBRMiARkF8q4wDQYJKoZIhvcNAQEL
BQAwGDEWMBQGA1UEAwwNcG10YS5pbnRlcm5hbDAeFw0yNjExMjMxOTMyMDdaFw0y
NjEyMjMxOTMyMDdaMBgxFjAUBgNVBAMMDXBtdGEuaW50ZXJuYWwwggEiMA0GCSqG
SIb3DQEBAQUAA4IBDwAwggEKAoIBAQCYZE5Y8g3xCzBzLhtlqXmWuF26Y7JCcMc0
ksfPhP2wlgWXHmJXCZi0UmtdpuCJbxlP5kmaLVLjiEckQrI/6jWUCTTjZZHScEeB
aYCDo4leOPhLZrblBYsR3QvzJCw4WGiR6qWT2zbokLFojW+hkXZt9T9M6ldiDfLP
HhswbJMQdODzjsSYdqyZRXcu1FTUduy4mz4BL9ssAZ9i63z56s70/r5LVTihE8Qw
BJ4Hiq+1tPF4xpr0hbSmsPo/cdWduWZYXucUugTOaLG9rsr6ZZ+srNOtCXNj/nMh
+txzBt1RepkCdpmNH5vi96VqkyUPiteCyxXAs4IiSTK/Opr05u3bAgMBAAGjUzBR
MB0GA1UdDgQWBBRGTdNz7HMpydaVEidBqFNEtjKFSjAfBgNVHSMEGDAWgBRGTdNz
7HMpydaVEidBqFNEtjKFSjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUA
A4IBAQCRRhcw36lzUXKd45LViGIh9QD0fXHqM3jSbZ+1898CzCPDA9jMj2EOePl+
F9/G6rvYQkeJ9Xc1OYES3liZQQDY8gTl2EIylxxlyKo+UKiojvg0aqgF8qnW6QlP
prXGl8/vKnQTzXGtvZspqQ14jv6QKHwZECBc/u0wMk2v2E6jz/3tGhKrYeQM+pGt
TH7GT53x5g4bincJkQiiJMoi6OKrs/8Ka/09h2MHjZGHsShbHTYTYmdf1YFdBSeI
C4IP5VVBrrujntJGi2v6+IIsSgh3gLWs7rXgRUNKaY4nwqcTCfkSJeCmUGeKnjKh
Tn6rm/scrcUbhljx2919F7DUbdi7
-----END CERTIFICATE-----
`;

const base = (url: string) => createEndpoint(nodeAt(url), {}).base.href;

test('takes addresses as people enter them', () => {
  const cases = {
    'https://mta1.example.com:8080': 'https://mta1.example.com:8080/',
    ' https://mta1.example.com:8080/ ': 'https://mta1.example.com:8080/',
    'https://mta1.example.com:8080/ui/status?x=1#top': 'https://mta1.example.com:8080/',
    'https://proxy.example.com/pmta1/': 'https://proxy.example.com/pmta1',
    'https://proxy.example.com/pmta1/ui/': 'https://proxy.example.com/pmta1',
    'http://[2001:db8::1]:8080': 'http://[2001:db8::1]:8080/',
  };
  for (const [entered, used] of Object.entries(cases)) {
    assert.equal(base(entered), used);
  }
});

test('says which setting is wrong and how it should look', () => {
  const cases: Array<[string, RegExp]> = [
    ['', /is empty/],
    ['mta1.example.com:8080', /does not begin with http/],
    ['mta1', /cannot be read/],
    ['ftp://mta1.example.com', /does not begin with http/],
    ['file:///etc/passwd', /does not begin with http/],
    ['https://user:word@mta1.example.com', /holds a user name/],
  ];
  for (const [url, message] of cases) {
    assert.throws(() => base(url), { name: 'PmtaError', code: 'settings', node: 'mta1', message }, url);
  }
});

test('never shows the API key, and takes blanks off that came with pasting', () => {
  const apiKey = 'k'.repeat(40);
  assert.equal(createEndpoint(nodeAt('http://mta1'), { apiKey: `${apiKey}\n` }).apiKey, apiKey);
  assert.throws(
    () => createEndpoint(nodeAt('http://mta1'), { apiKey: `${apiKey}\r\nX-Other: 1` }),
    (error) => error instanceof PmtaError && error.code === 'settings' && !error.message.includes(apiKey)
  );
});

test('refuses certificates that are none instead of trusting nothing', () => {
  for (const tlsCaCert of ['garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
    assert.throws(() => createEndpoint(nodeAt('https://mta1', { tlsCaCert }), {}), {
      code: 'settings',
      message: /CA certificate of mta1 is not PEM/,
    });
  }
});

test('refuses half a pair of client certificate and key, and pairs that do not fit', () => {
  const node = nodeAt('https://mta1');
  assert.throws(() => createEndpoint(node, { tlsClientCert: certificate }), {
    message: /client key of mta1 is missing/,
  });
  assert.throws(() => createEndpoint(node, { tlsClientKey: 'x' }), {
    message: /client certificate of mta1 is missing/,
  });
  assert.throws(
    () => createEndpoint(node, { tlsClientCert: certificate, tlsClientKey: 'secret key text' }),
    (error) => {
      return error instanceof PmtaError && error.code === 'settings' && !error.message.includes('secret key text');
    }
  );
});

test('the pasted certificate itself proves the host, another must fit its name', () => {
  const { tls } = createEndpoint(nodeAt('https://mta1', { tlsCaCert: certificate }), {});
  const { fingerprint256 } = new X509Certificate(certificate);
  const peer = { fingerprint256, subject: { CN: 'pmta.internal' } } as PeerCertificate;
  assert.equal(tls.checkServerIdentity?.('mta1', peer), undefined);
  assert.ok(tls.checkServerIdentity?.('mta1', { ...peer, fingerprint256: '00' }) instanceof Error);
  assert.equal(tls.rejectUnauthorized, true);
});

test('verification is off only where it was switched off', () => {
  assert.equal(createEndpoint(nodeAt('https://mta1'), {}).tls.rejectUnauthorized, true);
  assert.equal(createEndpoint(nodeAt('https://mta1', { tlsSkipVerify: true }), {}).tls.rejectUnauthorized, false);
});
