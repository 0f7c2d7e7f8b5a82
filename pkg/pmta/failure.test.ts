import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionFailure, statusFailure } from './failure.ts';

const url = new URL('https://mta1.example.com:8080/status');

function failure(code: string, message = '') {
  return connectionFailure('mta1', url, Object.assign(new Error(message), { code }));
}

test('each way a connection fails names its remedy', () => {
  const cases: Array<[string, string, string, RegExp]> = [
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND', 'unreachable', /cannot be resolved: check the address/],
    ['EAI_AGAIN', '', 'unreachable', /DNS/],
    ['ECONNREFUSED', '', 'unreachable', /http-mgmt-port/],
    ['EHOSTUNREACH', '', 'unreachable', /no route/],
    ['ETIMEDOUT', '', 'timeout', /firewall/],
    ['ECONNRESET', 'socket hang up', 'unreachable', /http:\/\/ or https:\/\//],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'tls', /self-signed: paste PMTA's certificate/],
    ['SELF_SIGNED_CERT_IN_CHAIN', '', 'tls', /self-signed/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'tls', /unknown authority/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '', 'tls', /unknown authority/],
    ['CERT_HAS_EXPIRED', '', 'tls', /expired/],
    ['CERT_NOT_YET_VALID', '', 'tls', /clocks/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'tls', /another name than mta1\.example\.com:8080/],
    ['UNSPECIFIED', 'EE certificate key too weak', 'tls', /2048 bits/],
    ['EPROTO', 'write EPROTO error:0A00018A:SSL routines::dh key too small', 'tls', /2048 bits/],
    ['EPROTO', 'error:0A00010B:SSL routines:tls_validate_record_header:wrong version number', 'tls', /use http:\/\//],
    ['EPROTO', 'ssl3_read_bytes:tlsv1 alert protocol version', 'tls', /TLS 1\.2/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', 'tls', /client certificate/],
    ['EPROTO', 'ssl/tls alert handshake failure', 'tls', /agree on TLS/],
    ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/', 'malformed', /does not answer in HTTP/],
    ['EMFILE', '', 'unreachable', /EMFILE/],
  ];
  for (const [code, message, expected, text] of cases) {
    const error = failure(code, message);
    assert.equal(error.code, expected, code);
    assert.match(error.message, text);
    assert.match(error.message, /mta1/);
  }
});

test('sees through the wrapping of several addresses and bears what is no error', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  assert.match(connectionFailure('mta1', url, new AggregateError([refused])).message, /http-mgmt-port/);
  assert.equal(connectionFailure('mta1', url, 'odd').code, 'unreachable');
});

test('HTTP statuses', () => {
  const cases: Array<[number, boolean, string, RegExp]> = [
    [403, false, 'forbidden', /http-access <address of Grafana> monitor/],
    [403, true, 'forbidden', /http-api-key/],
    [401, false, 'forbidden', /proxy/],
    [404, false, 'not-found', /has no \/status/],
    [400, false, 'http', /HTTP 400/],
    [503, false, 'http', /pmtahttp\.log/],
  ];
  for (const [status, withApiKey, code, text] of cases) {
    const error = statusFailure('mta1', '/status', status, withApiKey);
    assert.equal(error.code, code);
    assert.equal(error.httpStatus, status);
    assert.match(error.message, text);
  }
});

test('a refused file names the access level that takes files away, a refused key the key', () => {
  for (const path of ['/logs', '/getFile']) {
    assert.match(
      statusFailure('mta1', path, 403, false).message,
      /deny-logs.*http-access <address of Grafana> monitor/
    );
    assert.match(statusFailure('mta1', path, 403, true).message, /http-api-key/);
  }
});
