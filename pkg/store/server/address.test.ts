import assert from 'node:assert/strict';
import { test } from 'node:test';

import { databaseProblem, urlProblem } from './address.ts';

test('a URL of host, port and path is taken, one with more is not', () => {
  for (const url of ['http://ch:8123', 'https://ch.example.com:8443/', 'https://proxy/clickhouse']) {
    assert.equal(urlProblem(url), undefined);
  }
  for (const url of [
    '',
    'ch:8123',
    'tcp://ch:9000',
    'https://a:b@ch',
    'https://a@ch',
    'https://ch/?x=1',
    'https://ch/#x',
  ]) {
    assert.ok(urlProblem(url), url);
  }
});

test('a database is named without anything that would need quotes', () => {
  assert.equal(databaseProblem('pmta_2'), undefined);
  for (const name of ['', '2pmta', 'a-b', 'a.b', 'a`b', 'a b', 'é']) {
    assert.ok(databaseProblem(name), name);
  }
});
