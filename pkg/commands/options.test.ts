import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { OptionError, readOptions, withUsage } from './options.ts';

function captured(t: TestContext): { out: string[]; err: string[] } {
  const said = { out: [] as string[], err: [] as string[] };
  const keep = (lines: string[]) => (text: string | Uint8Array) => lines.push(String(text)) > 0;
  t.mock.method(process.stdout, 'write', keep(said.out));
  t.mock.method(process.stderr, 'write', keep(said.err));
  return said;
}

test('options are read; what is not known or lacks its value is an OptionError', () => {
  const known = { config: { type: 'string' }, check: { type: 'boolean', default: false } } as const;
  assert.deepEqual({ ...readOptions(['--config', 'a', '--check'], known) }, { config: 'a', check: true });
  assert.deepEqual({ ...readOptions([], known) }, { check: false });
  for (const args of [['--colour'], ['--config'], ['a'], ['--check=5']]) {
    assert.throws(() => readOptions(args, known), OptionError);
  }
});

test('wrong options print the usage and give 2; --help prints it and runs nothing', async (t) => {
  const said = captured(t);
  const wrong = await withUsage('usage: x\n', [], async () => {
    throw new OptionError('--a is missing');
  });
  const help = await withUsage('usage: x\n', ['--help'], () => assert.fail('it ran'));
  const right = await withUsage('usage: x\n', [], async () => 3);
  t.mock.restoreAll();
  assert.deepEqual([wrong, help, right], [2, 0, 3]);
  assert.deepEqual(said, { out: ['usage: x\n'], err: ['--a is missing\n\nusage: x\n'] });
  const broken = async () => {
    throw new Error('broken');
  };
  await assert.rejects(withUsage('', [], broken), /broken/);
});
