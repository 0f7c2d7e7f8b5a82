import assert from 'node:assert/strict';
import { test } from 'node:test';
import { header } from './headers.ts';

test('finds a header in any case, with and without prefix', () => {
  const headers = { 'http_X-Panel-Id': '7', FromAlert: 'true' };
  assert.equal(header(headers, 'x-panel-id'), '7');
  assert.equal(header(headers, 'X-PANEL-ID'), '7');
  assert.equal(header(headers, 'fromalert'), 'true');
  assert.equal(header(headers, 'X-Panel'), undefined);
});

test('prefers what Grafana set itself to what it forwarded', () => {
  assert.equal(header({ http_FromAlert: 'forwarded', FromAlert: 'own' }, 'FromAlert'), 'own');
});

test('takes the first of several values', () => {
  assert.equal(header({ Accept: ['a', 'b'], Empty: [] }, 'accept'), 'a');
  assert.equal(header({ Accept: ['a', 'b'], Empty: [] }, 'empty'), undefined);
});
