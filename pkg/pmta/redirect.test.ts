import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRedirect } from './redirect.ts';

const from = new URL('http://mta1.example.com:8080/status?format=json');

test('follows to https and to other ports of the same host, keeping nothing but the origin', () => {
  const cases = {
    'https://mta1.example.com:8080/status?format=json': 'https://mta1.example.com:8080',
    'https://mta1.example.com/status': 'https://mta1.example.com',
    'http://mta1.example.com:8081/status?format=html&command=stop': 'http://mta1.example.com:8081',
    'HTTPS://MTA1.EXAMPLE.COM:8443/status': 'https://mta1.example.com:8443',
    '//mta1.example.com:8443/status': 'http://mta1.example.com:8443',
  };
  for (const [location, origin] of Object.entries(cases)) {
    assert.deepEqual(judgeRedirect(from, location), { kind: 'follow', origin }, location);
  }
});

test('recognises the web pages', () => {
  for (const location of ['/ui', '/ui/', '/ui/status', 'https://mta1.example.com:8080/ui/status', 'ui']) {
    assert.equal(judgeRedirect(from, location).kind, 'web-page', location);
  }
});

test('refuses other hosts however they are written', () => {
  const locations = [
    'https://attacker.example.net/status',
    '//attacker.example.net/status',
    '///attacker.example.net/status',
    '\\\\attacker.example.net\\status',
    '/\\attacker.example.net/status',
    'https:attacker.example.net/status',
    'https:\\\\attacker.example.net/status',
    'http:///attacker.example.net/status',
    'ht\ttps://attacker.example.net/status',
    ' https://attacker.example.net/status ',
    'https://mta1.example.com@attacker.example.net/status',
    'https://mta1.example.com:8080@attacker.example.net/status',
    'https://mta1.example.com%40attacker.example.net/status',
    'https://attacker.example.net/mta1.example.com/status',
    'https://attacker.example.net/status#mta1.example.com',
    'https://attacker.example.net/status?mta1.example.com',
    'https://attacker.example.net\\@mta1.example.com/status',
    'https://mta1.example.com.attacker.example.net/status',
    'https://mta1.example.comattacker.example.net/status',
    'https://attackermta1.example.com/status',
    'https://attacker.mta1.example.com/status',
    'https://example.com/status',
    'https://mta1.example.com./status',
    'https://mta1.example.com%00.attacker.example.net/status',
    'https://mta1.example.com%2eattacker.example.net/status',
    'https://mta1.example.com\u3002attacker.example.net/status',
    'https://mta1.example\uff0ecom.attacker.example.net/status',
    'https://mt\u04301.example.com/status',
    'https://attacker.example.net/ui/status',
    'https://127.0.0.1/status',
    'https://2130706433/status',
    'https://0x7f.1/status',
    'https://[::1]/status',
    'https://169.254.169.254/status',
  ];
  for (const location of locations) {
    assert.equal(judgeRedirect(from, location).kind, 'refuse', location);
  }
});

test('refuses other schemes, credentials, other pages, loops and what is no address', () => {
  const locations = [
    'ftp://mta1.example.com/status',
    'file://mta1.example.com/status',
    'javascript:alert(1)',
    'data:application/json,{}',
    'blob:http://mta1.example.com/status',
    'ws://mta1.example.com/status',
    'https://user@mta1.example.com/status',
    'https://user:word@mta1.example.com/status',
    'https://:word@mta1.example.com/status',
    '/command?command=shutdown',
    'https://mta1.example.com:8080/command?command=shutdown',
    'https://mta1.example.com:8080/status/../configFile?op=read',
    'https://mta1.example.com:8080/status%2f..%2fcommand',
    'https://mta1.example.com:8080/queues',
    'https://mta1.example.com:8080/uistatus',
    '/login',
    'http://mta1.example.com:8080/status?format=json',
    '',
    'http://',
    'https://mta1.example.com:99999/status',
    undefined,
  ];
  for (const location of locations) {
    assert.equal(judgeRedirect(from, location).kind, 'refuse', String(location));
  }
});

test('refuses to go from https back to http', () => {
  const secure = new URL('https://mta1.example.com:8080/status');
  assert.deepEqual(judgeRedirect(secure, 'http://mta1.example.com:8080/status'), {
    kind: 'refuse',
    reason: 'from https to http',
  });
});

test('follows within a path that a proxy put before PMTA', () => {
  const proxied = new URL('http://proxy.example.com/pmta1/status');
  assert.equal(judgeRedirect(proxied, 'https://proxy.example.com/pmta1/status').kind, 'follow');
  assert.equal(judgeRedirect(proxied, 'https://proxy.example.com/pmta2/status').kind, 'refuse');
  assert.equal(judgeRedirect(proxied, '/pmta1/ui/status').kind, 'web-page');
});
