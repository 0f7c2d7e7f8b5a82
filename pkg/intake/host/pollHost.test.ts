import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type DiskReader, createDiskReader } from '../../host/disk.ts';
import { type MadeProcess, machine } from '../../host/test-proc.ts';
import type { Row } from '../snapshots/rows.ts';
import { type HostWatch, pollHost } from './pollHost.ts';

const pmtad: MadeProcess = { pid: 10, name: 'pmtad', userTicks: 100, startTicks: 5, resident: 1024, virtual: 2048 };
const never = new AbortController().signal;

/** Keeps what is inserted, by table. */
function store() {
  const tables = new Map<string, Row[]>();
  return {
    tables,
    insert: (table: string, rows: ReadonlyArray<Record<string, unknown>>) => {
      tables.set(table, [...(tables.get(table) ?? []), ...(rows as Row[])]);
      return Promise.resolve();
    },
  };
}

const disk = { usedPercent: 40, freeBytes: 6, totalBytes: 10, inodesPercent: 1, filesystem: '7' };
const readDisks: DiskReader = (folders) =>
  Promise.resolve({ disks: folders.map((folder) => ({ folder, ...disk })), problems: [] });

const watch: HostWatch = {
  node: 'mta1',
  host: { processes: true, folders: ['/spool', '/log'] },
  readDisks,
  roots: machine({ uptime: 1000, processes: [pmtad] }),
};

test('processes and folders are stored as those of the node, with one time', async () => {
  const engine = store();
  const result = await pollHost(watch, null, engine, 'db', never);
  assert.deepEqual(result.problems, []);
  const processes = engine.tables.get('db.process') ?? [];
  const disks = engine.tables.get('db.disks') ?? [];
  assert.deepEqual(
    processes.map(({ node, process, memory_bytes, cpu_percent }) => [node, process, memory_bytes, cpu_percent]),
    [['mta1', 'pmtad', 1024 * 1024, null]]
  );
  assert.deepEqual(
    disks.map(({ node, folder }) => [node, folder]),
    [
      ['mta1', '/spool'],
      ['mta1', '/log'],
    ]
  );
  assert.equal(new Set([...processes, ...disks].map(({ time }) => time)).size, 1);
});

test('the sample of one poll gives the next its CPU time', async () => {
  const engine = store();
  const { sample } = await pollHost(watch, null, engine, 'db', never);
  const later = machine({ uptime: 1010, processes: [{ ...pmtad, userTicks: 600 }] });
  await pollHost({ ...watch, roots: later }, sample, engine, 'db', never);
  assert.deepEqual(
    engine.tables.get('db.process')?.map(({ cpu_percent }) => cpu_percent),
    [null, 50]
  );
});

test('what cannot be measured is a problem and costs nothing else', async () => {
  const engine = store();
  const roots = machine({ uptime: 1000, processes: [] });
  const host = { processes: true, folders: ['/nowhere/spool', process.cwd()] };
  const result = await pollHost({ ...watch, host, roots, readDisks: createDiskReader() }, null, engine, 'db', never);
  assert.equal(result.problems.length, 2);
  assert.match(result.problems[0] ?? '', /^no process named pmtad/);
  assert.match(result.problems[1] ?? '', /^folder \/nowhere\/spool does not exist/);
  assert.deepEqual(engine.tables.get('db.process'), []);
  assert.deepEqual(
    engine.tables.get('db.disks')?.map(({ folder }) => folder),
    [process.cwd()]
  );
});

test('only what is asked for is measured', async () => {
  const engine = store();
  const folders = await pollHost({ ...watch, host: { processes: false, folders: ['/a'] } }, null, engine, 'db', never);
  assert.equal(folders.sample, null);
  assert.deepEqual([...engine.tables.keys()], ['db.disks']);
  engine.tables.clear();
  await pollHost({ ...watch, host: { processes: true, folders: [] } }, null, engine, 'db', never);
  assert.deepEqual([...engine.tables.keys()], ['db.process']);
});

test('a poll that is stopped while a folder hangs stores no folders and says nothing', async () => {
  const engine = store();
  const stopping = new AbortController();
  const hanging = createDiskReader({ space: () => new Promise(() => undefined), device: () => Promise.resolve(1) });
  const polling = pollHost({ ...watch, readDisks: hanging }, null, engine, 'db', stopping.signal);
  stopping.abort();
  assert.deepEqual((await polling).problems, []);
  assert.deepEqual([...engine.tables.keys()], ['db.process']);
});
