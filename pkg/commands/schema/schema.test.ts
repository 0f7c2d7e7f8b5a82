import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { run } from './schema.ts';

async function ran(t: TestContext, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  t.mock.method(process.stdout, 'write', (text: string) => Boolean((said.out += text)));
  t.mock.method(process.stderr, 'write', (text: string) => Boolean((said.err += text)));
  const code = await run(args);
  t.mock.restoreAll();
  return { code, ...said };
}

test('the tables are printed as statements for the database, the days and the cluster that are named', async (t) => {
  const plain = await ran(t);
  assert.equal(plain.code, 0);
  assert.match(plain.out, /CREATE TABLE IF NOT EXISTS pmta\.events/);
  assert.match(plain.out, /;\n$/);
  assert.doesNotMatch(plain.out, /ON CLUSTER/);
  const named = await ran(t, '--database', 'mail', '--days', '17', '--cluster', 'c1');
  assert.match(named.out, /mail\.events/);
  assert.match(named.out, /ON CLUSTER '?c1/);
  assert.match(named.out, /INTERVAL 17 DAY|toIntervalDay\(17\)/);
  assert.doesNotMatch(named.out, /pmta\.events/);
});

test('what cannot be used is named', async (t) => {
  const cases: Array<[string[], RegExp]> = [
    [['--days', '0'], /^--days must be a whole number from 1 to 3650/],
    [['--days', 'many'], /^--days must be/],
    [['--database', 'a b'], /^--database /],
    [['--cluster', "a'b"], /^--cluster /],
    [['--tables'], /^Unknown option '--tables'/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await ran(t, ...args);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.match(err, /usage: gpx_pmta schema/);
  }
});
