import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, type StatsFs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { createDiskReader, diskUsage, type DiskSource } from './disk.ts';

const space: StatsFs = {
  type: 0xef53,
  bsize: 1024,
  frsize: 4096,
  blocks: 1000,
  bfree: 300,
  // 5 % are kept for root.
  bavail: 250,
  files: 200,
  ffree: 150,
};

const never = new AbortController().signal;

const source: DiskSource = { space: () => Promise.resolve(space), device: () => Promise.resolve(7) };

test('used is what df says: of the space that users can have', () => {
  assert.deepEqual(diskUsage('/spool', space, 7), {
    folder: '/spool',
    usedPercent: (700 / 950) * 100,
    freeBytes: 250 * 4096,
    totalBytes: 1000 * 4096,
    inodesPercent: 25,
    filesystem: '7',
  });
  assert.equal(diskUsage('/spool', { ...space, bavail: 0, bfree: 50 }, 7)?.usedPercent, 100);
  assert.equal(diskUsage('/spool', { ...space, files: 0, ffree: 0 }, 7)?.inodesPercent, null);
});

test('real folders have the figures of df, and those of one file system say so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pmta-disk-'));
  try {
    mkdirSync(join(folder, 'a'));
    const { disks, problems } = await createDiskReader()([folder, join(folder, 'a')], never);
    assert.deepEqual(problems, []);
    const [first, second] = disks;
    assert(first && second);
    assert.equal(first.filesystem, second.filesystem);
    const output = execFileSync('df', ['-Pk', folder], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    const [, total, , free, percent] = (output.split('\n')[1] ?? '').split(/\s+/);
    assert.equal(first.totalBytes, Number(total) * 1024);
    // Others write to this disk meanwhile.
    assert(Math.abs(first.freeBytes - Number(free) * 1024) < 1e9, `${first.freeBytes}, df: ${output}`);
    // df rounds up.
    assert(
      Math.abs(first.usedPercent + 0.5 - Number.parseInt(percent ?? '', 10)) < 2,
      `${first.usedPercent}: ${output}`
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder that is missing is explained and keeps no other from its figures', async () => {
  const { disks, problems } = await createDiskReader()(['/nowhere/spool', tmpdir(), `${process.execPath}/x`], never);
  assert.deepEqual(
    disks.map((disk) => disk.folder),
    [tmpdir()]
  );
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? '', /^folder \/nowhere\/spool does not exist on this machine: /);
  assert.match(problems[1] ?? '', /does not exist/);
});

test('each way to fail has its own text', async () => {
  const failing = (error: Error) =>
    createDiskReader({ ...source, space: () => Promise.reject(error) })(['/spool'], never);
  const denied = await failing(Object.assign(new Error('denied'), { code: 'EACCES' }));
  assert.match(denied.problems[0] ?? '', /^folder \/spool may not be looked at: let /);
  const other = await failing(new Error('EIO: i/o error'));
  assert.deepEqual(other, { disks: [], problems: ['folder /spool cannot be looked at: EIO: i/o error'] });
  const none = { ...space, blocks: 0, bfree: 0, bavail: 0 };
  const pseudo = await createDiskReader({ ...source, space: () => Promise.resolve(none) })(['/proc'], never);
  assert.deepEqual(pseudo, { disks: [], problems: ['folder /proc is on a file system without space of its own'] });
});

test('a folder that hangs is given up, not asked twice, and asked anew after it has answered', async () => {
  const asked: string[] = [];
  let answer: (value: StatsFs) => void = () => assert.fail('not asked');
  const read = createDiskReader(
    {
      ...source,
      space: (folder) => {
        asked.push(folder);
        return folder === '/nfs' ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(space);
      },
    },
    20
  );
  for (let round = 0; round < 2; round++) {
    const { disks, problems } = await read(['/nfs', '/spool'], never);
    assert.deepEqual(
      disks.map(({ folder }) => folder),
      ['/spool']
    );
    assert.match(problems[0] ?? '', /^folder \/nfs does not answer: /);
  }
  assert.deepEqual(asked, ['/nfs', '/spool', '/spool']);

  const next = read(['/nfs'], never);
  answer(space);
  assert.deepEqual((await next).disks[0]?.folder, '/nfs');
  const anew = read(['/nfs'], never);
  answer(space);
  assert.deepEqual((await anew).problems, []);
  assert.deepEqual(asked, ['/nfs', '/spool', '/spool', '/nfs']);
});

test('stopping ends the wait', async () => {
  const read = createDiskReader({ ...source, space: () => new Promise(() => undefined) }, 3_600_000);
  const stopping = new AbortController();
  const reading = read(['/nfs'], stopping.signal);
  stopping.abort();
  assert.equal((await reading).problems.length, 1);
  assert.equal((await read(['/nfs'], stopping.signal)).problems.length, 1);
});
