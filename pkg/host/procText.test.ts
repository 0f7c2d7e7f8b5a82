import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bytesOf, hidesProcesses, parseBootTime, parseStat, parseUptime, softLimit } from './procText.ts';
import { limits, statLine } from './test-proc.ts';

test('a name may hold whatever separates the fields', () => {
  for (const name of ['pmtad', 'a b', 'a) S 1 (b', '(sd-pam)', ')', '((', '']) {
    const made = { pid: 12, name, userTicks: 150, systemTicks: 50, threads: 9, startTicks: 12_345 };
    assert.deepEqual(
      parseStat(statLine(made)),
      { name, state: 'S', cpuSeconds: 2, threads: 9, startSeconds: 123.45 },
      name
    );
  }
});

test('what is not a line of a process is none', () => {
  for (const text of ['', '12', '12 (pmtad)', '12 (pmtad) S 1 2', 'cpu  1 2 3\n', '12 )pmtad( S']) {
    assert.equal(parseStat(text), undefined, text);
  }
});

test('sizes are read from their own line', () => {
  const status = 'VmHWM:\t    9 kB\nVmRSS:\t    1744 kB\nRssVmRSS: 5 kB\n';
  assert.equal(bytesOf(status, 'VmRSS'), 1744 * 1024);
  assert.equal(bytesOf(status, 'VmSize'), undefined);
});

test('a limit is the soft one; unlimited is none', () => {
  assert.equal(softLimit(limits(4096), 'Max open files'), 4096);
  assert.equal(softLimit(limits('unlimited'), 'Max open files'), null);
  assert.equal(softLimit('', 'Max open files'), null);
});

test('the clock of the machine', () => {
  assert.equal(parseUptime('1234.56 99.00\n'), 1234.56);
  assert.equal(parseUptime(''), undefined);
  assert.equal(parseBootTime('cpu 1\nbtime 1700000000\n'), 1_700_000_000_000);
  assert.equal(parseBootTime('cpu 1\n'), undefined);
});

test('hidden processes are told from the options of the mount', () => {
  for (const options of ['rw,hidepid=2', 'rw,relatime,gid=4,hidepid=1', 'hidepid=invisible', 'rw,hidepid=ptraceable']) {
    assert.equal(hidesProcesses(`sysfs /sys sysfs rw 0 0\nproc /proc proc ${options} 0 0\n`), true, options);
  }
  for (const options of ['rw', 'rw,hidepid=0', 'rw,hidepid=off']) {
    assert.equal(hidesProcesses(`proc /proc proc ${options} 0 0\n`), false, options);
  }
  assert.equal(hidesProcesses('tmpfs /x tmpfs hidepid=2 0 0\n'), false);
});
