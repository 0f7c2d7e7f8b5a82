import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fullestPercent, memoryCeiling, virtualCeiling } from './ceiling.ts';
import { gigabyte, limits, machine } from './test-proc.ts';

const unified = '0::/system.slice/pmta.service\n';

function ceilingWith(cgroups: Record<string, string>, processCgroups = unified) {
  const { cgroup } = machine({ uptime: 1, processes: [], cgroups });
  return memoryCeiling(processCgroups, cgroup, 8 * gigabyte);
}

test('memory is bound by the machine where nothing bounds it lower', () => {
  const whole = { bytes: 8 * gigabyte, scope: 'machine' };
  assert.deepEqual(ceilingWith({}), whole);
  assert.deepEqual(ceilingWith({ '/system.slice/pmta.service/memory.max': 'max\n' }), whole);
  assert.deepEqual(ceilingWith({ '/system.slice/pmta.service/memory.max': `${9 * gigabyte}\n` }), whole);
  assert.deepEqual(ceilingWith({ '/memory.max': '1\n' }, ''), whole);
});

test('the lowest limit of the groups from the own one to the root counts', () => {
  const slice = { '/system.slice/memory.max': `${2 * gigabyte}\n` };
  assert.deepEqual(ceilingWith({ ...slice, '/system.slice/pmta.service/memory.max': `${4 * gigabyte}\n` }), {
    bytes: 2 * gigabyte,
    scope: '/system.slice',
  });
  assert.deepEqual(ceilingWith({ ...slice, '/system.slice/pmta.service/memory.max': `${gigabyte}\n` }), {
    bytes: gigabyte,
    scope: '/system.slice/pmta.service',
  });
  // Inside a container its own limit stands at the root.
  assert.equal(ceilingWith({ '/memory.max': `${gigabyte}\n` }, '0::/\n').bytes, gigabyte);
});

test('a group outside of what can be seen is not looked for elsewhere', () => {
  assert.equal(ceilingWith({ '/other/memory.max': '1\n' }, '0::/../other\n').scope, 'machine');
});

test('control groups of version 1 count too', () => {
  const legacy = '11:cpu,cpuacct:/x\n4:memory:/system.slice/pmta.service\n1:name=systemd:/y\n0::/\n';
  const file = '/memory/system.slice/pmta.service/memory.limit_in_bytes';
  assert.equal(ceilingWith({ [file]: `${gigabyte}\n` }, legacy).bytes, gigabyte);
  assert.equal(ceilingWith({ [file]: '9223372036854771712\n' }, legacy).scope, 'machine');
  assert.equal(ceilingWith({ '/memory/x/memory.limit_in_bytes': '1\n' }, legacy).scope, 'machine');
});

test('virtual memory is bound by the own limit, else by what the kernel promises, else by memory and swap', () => {
  const meminfo = 'MemTotal: 1000 kB\nSwapTotal: 500 kB\nCommitLimit: 900 kB\n';
  const own = limits(10, 4096);
  assert.deepEqual(virtualCeiling(own, meminfo, '2\n', 7), { bytes: 4096, scope: 'process 7' });
  assert.deepEqual(virtualCeiling(limits(10), meminfo, '2\n', 7), { bytes: 900 * 1024, scope: 'machine' });
  for (const overcommit of ['0\n', '1\n', '']) {
    assert.deepEqual(virtualCeiling('', meminfo, overcommit, 7), { bytes: 1500 * 1024, scope: 'machine' });
  }
});

test('processes below one ceiling fill it together; of several ceilings the fullest counts', () => {
  const shared = { bytes: 1000, scope: 'machine' };
  const own = { bytes: 200, scope: 'process 7' };
  assert.equal(fullestPercent([]), 0);
  assert.equal(
    fullestPercent([
      { bytes: 200, ceiling: shared },
      { bytes: 300, ceiling: shared },
      { bytes: 60, ceiling: own },
    ]),
    50
  );
  assert.equal(
    fullestPercent([
      { bytes: 100, ceiling: shared },
      { bytes: 180, ceiling: own },
    ]),
    90
  );
});
