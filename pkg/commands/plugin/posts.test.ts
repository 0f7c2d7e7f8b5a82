import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { ResourceRequest, Role } from '../../grafana/handlers.ts';
import type { Batch } from '../../intake/accounting/receive.ts';
import { HeaderError } from '../../pmta/accounting/header.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import type { DataSource } from './dataSource.ts';
import { callResource } from './resources.ts';
import { dataSourceWith, never, nodeSettings } from './test-dataSource.ts';

const receiving = nodeSettings('mta1', { accounting: { files: [], pull: false, receive: true } });

/** A data source with a node that receives and one that does not, and what came to it. */
function receiver(answer: () => Promise<{ new: number; seen: number; rejected: number }>) {
  const batches: Batch[] = [];
  const inserts: unknown[][] = [];
  const engine = async () => ({ insert: async (...given: unknown[]) => void inserts.push(given) }) as unknown as Engine;
  const dataSource = dataSourceWith({ nodes: [receiving, nodeSettings('off')], engine });
  dataSource.intake.receive = (_, batch) => {
    batches.push(batch);
    return answer();
  };
  return { batches, inserts, dataSource };
}

async function post(target: string, dataSource: DataSource, body: string | Buffer = '', role: Role = 'Editor') {
  const [path = '', query = ''] = target.split('?');
  const request: ResourceRequest = {
    context: { orgId: 1, grafanaConfig: {}, user: { login: '', name: '', email: '', role } },
    method: 'POST',
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.from(body),
  };
  const answer = await callResource(request, async () => dataSource, { signal: never });
  return { status: answer.status, body: JSON.parse(String(answer.body)) as Record<string, unknown> };
}

const taken = async () => ({ new: 2, seen: 1, rejected: 0 });

test('a batch comes through plain and packed, with the place that its sender names', async () => {
  const { batches, dataSource } = receiver(taken);
  assert.deepEqual(await post('accounting/mta1', dataSource, 'type\nd\n', 'Admin'), {
    status: 200,
    body: await taken(),
  });
  await post('accounting/mta1?acctFile=acct~2', dataSource, gzipSync('type\nb\n'));
  await post('accounting/mta1?acctFile=acct&source=7-ab.c~2&start=42', dataSource, 'type\nt\n');
  assert.deepEqual(
    batches.map(({ bytes, ...rest }) => ({ ...rest, text: bytes.toString() })),
    [
      { acctFile: 'webhook', place: undefined, text: 'type\nd\n' },
      { acctFile: 'acct~2', place: undefined, text: 'type\nb\n' },
      { acctFile: 'acct', place: { source: '7-ab.c~2', start: 42 }, text: 'type\nt\n' },
    ]
  );
});

test('names and places that are none are refused, and nothing is taken in', async () => {
  const { batches, dataSource } = receiver(taken);
  const queries = [
    'acctFile=',
    'acctFile=a/b',
    'acctFile=a%0Ab',
    `acctFile=${'a'.repeat(101)}`,
    'source=7',
    'start=5',
    'source=a b&start=5',
    'source=a&start=-1',
    'source=a&start=1e3',
    'source=a&start=',
    'source=&start=1',
  ];
  for (const query of queries) {
    assert.equal((await post(`accounting/mta1?${query}`, dataSource)).status, 400, query);
  }
  assert.deepEqual(batches, []);
});

test('who may not post, for whom nothing is received and what cannot be unpacked is told apart', async () => {
  const { batches, inserts, dataSource } = receiver(taken);
  for (const kind of ['accounting', 'snapshots']) {
    const status = async (target: string, body: string | Buffer = '{}', role: Role = 'Editor') =>
      (await post(`${kind}/${target}?id=1`, dataSource, body, role)).status;
    assert.equal(await status('mta1', '{}', 'Viewer'), 403);
    assert.equal(await status('mta9'), 404);
    assert.equal(await status('off'), 409);
    assert.equal(await status('mta1', gzipSync(Buffer.alloc(65 * 1024 * 1024))), 413);
    assert.equal(await status('mta1', gzipSync('{}').subarray(0, 12)), 400);
  }
  assert.deepEqual([batches, inserts], [[], []]);
});

test('what is no accounting is 400, and a store that is away is not', async () => {
  const refused = (error: Error) => post('accounting/mta1', receiver(() => Promise.reject(error)).dataSource);
  const { status, body } = await refused(new HeaderError('no type'));
  assert.deepEqual([status, body.message], [400, 'The batch is no accounting: no type']);
  assert.equal((await refused(new StoreError('unavailable', 'away'))).status, 503);
});

test('snapshots go in under the id of their batch', async () => {
  const { inserts, dataSource } = receiver(taken);
  const batch = JSON.stringify({ polls: [{ up: 1 }], queues: [{ queue: 'a' }, { queue: 'b' }] });
  assert.deepEqual(await post('snapshots/mta1?id=0017', dataSource, gzipSync(batch)), {
    status: 200,
    body: { rows: 3 },
  });
  assert.deepEqual(
    inserts.map(([table, , token]) => [table, token]),
    [
      ['org1_test.polls', 'mta1:0017:polls'],
      ['org1_test.queues', 'mta1:0017:queues'],
    ]
  );
  assert.deepEqual(await post('snapshots/mta1?id=check', dataSource, '{}'), { status: 200, body: { rows: 0 } });
  for (const id of ['', 'a b', 'a/b', '1'.repeat(101)]) {
    assert.equal((await post(`snapshots/mta1?id=${id}`, dataSource, '{}')).status, 400);
  }
  const wrong = await post('snapshots/mta1?id=1', dataSource, '{"events":[]}');
  assert.deepEqual([wrong.status, wrong.body.message], [400, 'there is no table of snapshots named "events"']);
});
