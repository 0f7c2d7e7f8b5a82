import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handshakeLine, notStartedByGrafana, refusal } from './handshake.ts';

test('the line has five fields and ends the line', () => {
  assert.equal(handshakeLine({ network: 'unix', address: '/tmp/x/plugin.sock' }), '1|2|unix|/tmp/x/plugin.sock|grpc\n');
  assert.equal(handshakeLine({ network: 'tcp', address: '127.0.0.1:4000' }), '1|2|tcp|127.0.0.1:4000|grpc\n');
});

test('explains itself to who starts it by hand', () => {
  assert.match(notStartedByGrafana({}) ?? '', /Grafana starts it/);
  assert.match(notStartedByGrafana({ grafana_plugin_type: 'app' }) ?? '', /Grafana starts it/);
  assert.equal(notStartedByGrafana({ grafana_plugin_type: 'datasource' }), undefined);
});

test('takes the host that speaks its version', () => {
  for (const offered of [undefined, '', '2', '1,2', '3,2']) {
    assert.equal(refusal({ PLUGIN_PROTOCOL_VERSIONS: offered }), undefined, offered);
  }
});

test('refuses what it cannot speak', () => {
  assert.match(refusal({ PLUGIN_PROTOCOL_VERSIONS: '3,22' }) ?? '', /version 3,22 .* version 2/);
  assert.match(refusal({ PLUGIN_CLIENT_CERT: '-----BEGIN' }) ?? '', /mutual TLS/);
});
