import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine, USAGE, UsageError } from './commandline.ts';

test('without arguments: one node of version 5 on port 8080', () => {
  const line = parseCommandLine([]);
  assert.deepEqual([line.nodes, line.port, line.help], [1, 8080, false]);
  assert.equal(line.options.variant.version, '5.0');
  assert.equal(line.options.historyMs, 0);
  assert.equal(line.options.scenario, 'ordinary');
});

test('every option arrives where it belongs', () => {
  const { directory, nodes, port, options } = parseCommandLine(
    '--port 0 --host ::1 --dir out --nodes 3 --rate 0.5 --steady --history 7d --seed x --scenario incident --version 4 --layout three-files --format json --framing array --compress --extra rcvSmtpUser,header_X-job --max-size 5M --partial-lines --time-zone Asia/Tokyo --max-items 50 --api-key k --domains 9 --vmtas 8'.split(
      ' '
    )
  );
  assert.deepEqual([directory, nodes, port], ['out', 3, 0]);
  assert.deepEqual(options, {
    host: '::1',
    seed: 'x',
    rate: 0.5,
    steady: true,
    historyMs: 7 * 86_400_000,
    scenario: 'incident',
    timeZone: 'Asia/Tokyo',
    smallDomains: 9,
    vmtasPerPool: 8,
    accounting: {
      layout: 'three-files',
      format: 'json',
      framing: 'array',
      compress: true,
      extraFields: ['rcvSmtpUser', 'header_X-job'],
      maxBytes: 5 * 1024 * 1024,
      partialLines: true,
    },
    variant: { version: '4.0', defaultMaxItems: 50, apiKey: 'k' },
  });
});

test('a mistake is told with what to write instead', () => {
  for (const [args, message] of [
    ['--rate 0', /--rate takes a number from 0\.1 to 50000/],
    ['--rate fast', /--rate takes a number/],
    ['--history week', /--history takes a time such as 7d/],
    ['--layout two', /--layout takes one of all, default, three-files, overlapping/],
    ['--framing pretty', /--framing takes one of lines, array, objects/],
    ['--time-zone Nowhere', /--time-zone takes an IANA name/],
    ['--max-size 5', /--max-size takes a size such as 250M/],
    ['--prot 1', /--prot/],
  ] as const) {
    assert.throws(
      () => parseCommandLine(args.split(' ')),
      (error) => error instanceof UsageError && message.test(error.message),
      args
    );
  }
});

test('the usage names options that exist, and asks for help by itself', () => {
  assert.equal(parseCommandLine(['--help']).help, true);
  const named = [...USAGE.matchAll(/^ {2}--([a-z-]+)( [A-Z0-9|]+)?/gm)];
  assert.equal(named.length, 23);
  for (const [, name, value] of named) {
    const isText = value !== undefined;
    assert.throws(
      () => parseCommandLine([isText ? `--${name}` : `--${name}=x`]),
      (error) => error instanceof UsageError && !/unknown/i.test(error.message),
      `--${name} ${isText ? 'takes' : 'does not take'} a value`
    );
  }
});
