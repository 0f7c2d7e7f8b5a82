import assert from 'node:assert/strict';
import { test } from 'node:test';

import { machine, type MadeProcess } from '../../host/test-proc.ts';
import { defaultNode, type NodeSettings } from '../../settings/model.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { StoreWrites } from '../health/storeWrites.ts';
import { watchHosts } from './watchHosts.ts';

const pmtad: MadeProcess = { pid: 10, name: 'pmtad', resident: 1024, virtual: 2048 };
const here = { hostName: 'mta1', addresses: [], resolve: () => Promise.reject(new Error('not asked')) };
const nodes: NodeSettings[] = [
  { ...defaultNode, name: 'mta1', url: 'http://localhost:8080' },
  { ...defaultNode, name: 'mta2', url: 'http://192.0.2.9:8080' },
];

interface Watched {
  rows: Array<[table: string, node: unknown]>;
  problems: Array<[node: string, problems: readonly string[]]>;
  writes: StoreWrites;
}

/** Watches until so many polls were told of, or for a moment where none is to be. */
async function watch(processes: MadeProcess[], polls: number, insert?: Engine['insert']): Promise<Watched> {
  const watched: Watched = { rows: [], problems: [], writes: new StoreWrites() };
  const stopping = new AbortController();
  const keep: Engine['insert'] = async (table, rows) => {
    watched.rows.push(...rows.map((row): [string, unknown] => [table, row.node]));
  };
  const timer = setTimeout(() => stopping.abort(), polls === 0 ? 100 : 10_000);
  await watchHosts(
    {
      nodes,
      roots: [],
      spool: process.cwd(),
      pollSeconds: 0.01,
      database: 'd',
      engine: async () => ({ insert: insert ?? keep }) as Engine,
      writes: watched.writes,
      onPolled: (node, problems) => {
        watched.problems.push([node, problems]);
        if (watched.problems.length === polls) {
          stopping.abort();
        }
      },
      machine: here,
      hostRoots: machine({ uptime: 1000, processes }),
    },
    stopping.signal
  );
  clearTimeout(timer);
  return watched;
}

test('the node that is this machine is measured at every poll, the other never', async () => {
  const { rows, problems, writes } = await watch([pmtad], 3);
  assert.deepEqual(problems, Array(3).fill(['mta1', []]));
  assert.deepEqual(
    new Set(rows.map(([table, node]) => `${table} ${String(node)}`)),
    new Set(['d.process mta1', 'd.disks mta1'])
  );
  assert.equal(writes.failure, null);
});

test('where no pmtad runs nothing is measured', async () => {
  const { rows, problems } = await watch([{ ...pmtad, name: 'other' }], 0);
  assert.deepEqual([rows, problems], [[], []]);
});

test('a store that takes nothing is remembered and ends nothing', async () => {
  let tries = 0;
  const full = async () => {
    if (++tries < 3) {
      throw new StoreError('disk-full', 'full');
    }
  };
  const { problems } = await watch([pmtad], 1, full);
  assert.equal(problems.length, 1);
  assert.ok(tries >= 3);
});
