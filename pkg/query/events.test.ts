import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Frame } from '../frames/frame.ts';
import { runEvents } from './events.ts';
import { dimensions, type Measure, measures } from './model.ts';
import { rowsOf, seriesOf } from './test-frames.ts';
import { minute, startMs, testStore } from './test-store.ts';
import { validateQuery } from './validate.ts';
import type { QueryContext } from './context.ts';

const store = await testStore();
const adminDelete = 'x-pmta;deleted by administrator';
const tenMinutes = { fromMs: startMs, toMs: startMs + 10 * minute, intervalMs: minute, maxDataPoints: 1000 };
let position = 0;

/** Records of one second, one a type, of the same domain. */
function records(second: number, types: string, recipient_domain: string, more: Record<string, unknown> = {}) {
  return types
    .split(' ')
    .map((type) => ({ second, type, recipient_domain, source: 's', position: position++, node: 'mta1', ...more }));
}

await store.insert('events', [
  ...records(0, 'd d d b t', 'a.example', { extra: { 'x-campaign': 'spring' } }),
  ...records(1, 'b b', 'a.example', { reply: adminDelete }),
  ...records(2, 'tq r rb rs f', 'a.example'),
  ...records(60, 'd', 'b.example', { node: 'mta2', reply: adminDelete }),
  ...records(120, 't t', 'b.example', { node: 'mta2' }),
  ...records(300, 'b', 'c.example', { reply: `${adminDelete} with a note` }),
  ...records(599, 'b', 'b.example', { reply: 'smtp;550 5.1.1 deleted by administrator', node: 'mta2' }),
  ...records(600, 'd b t', 'late.example'),
]);
// One record in another week, with a value of its own in each column that is a dimension.
const everything = Object.fromEntries(
  dimensions.filter((name) => name !== 'type' && name !== 'action').map((name) => [name, `value of ${name}`])
);
const nextWeek = 7 * 24 * 3600;
await store.insert('events', [
  { ...records(nextWeek, 'd', '')[0], ...everything, second: nextWeek, extra: { "it's {a:String}": 'b\\c' } },
  {
    ...records(nextWeek, 'd', 'x')[0],
    second: nextWeek,
    latency: 5,
    bytes: 1000,
    smtp_code: '250',
    enhanced_code: '250-2.0.0',
  },
]);
const thatWeek = { ...tenMinutes, fromMs: startMs + nextWeek * 1000, toMs: startMs + nextWeek * 1000 + minute };

function ask(fields: Record<string, unknown>, context: Partial<QueryContext> = {}): Promise<Frame[]> {
  const query = validateQuery(fields, 'events');
  assert.ok(query.queryType === 'events');
  return runEvents(query, store.context({ range: tenMinutes, ...context }));
}

/** Points that are not 0, because a count has one for each bucket. */
async function points(fields: Record<string, unknown>, context?: Partial<QueryContext>) {
  const series = seriesOf(await ask(fields, context));
  return Object.fromEntries(Object.entries(series).map(([name, list]) => [name, list.filter(([, value]) => value)]));
}

async function tableOf(fields: Record<string, unknown>, context?: Partial<QueryContext>): Promise<unknown[][]> {
  return rowsOf((await ask({ ...fields, format: 'table' }, context))[0]);
}

/** What each measure is over the ten minutes: by minute, and in one number. */
const formulas: Record<Measure, { series: Array<[number, number]>; whole: number }> = {
  attempts: {
    series: [
      [0, 5],
      [1, 1],
      [2, 2],
      [9, 1],
    ],
    whole: 9,
  },
  delivered: {
    series: [
      [0, 3],
      [1, 1],
    ],
    whole: 4,
  },
  bounced: {
    series: [
      [0, 1],
      [9, 1],
    ],
    whole: 2,
  },
  deferred: {
    series: [
      [0, 1],
      [2, 2],
    ],
    whole: 3,
  },
  delivery_rate: {
    series: [
      [0, 3 / 4],
      [1, 1],
      [9, 0],
    ],
    whole: 4 / 6,
  },
  bounce_rate: {
    series: [
      [0, 1 / 4],
      [1, 0],
      [9, 1],
    ],
    whole: 2 / 6,
  },
  deferral_rate: {
    series: [
      [0, 1 / 5],
      [1, 0],
      [2, 1],
      [9, 0],
    ],
    whole: 3 / 9,
  },
};

test('measures count what their formulas say, without admin deletes', async () => {
  for (const measure of measures) {
    const { series, whole } = formulas[measure];
    const isRate = measure.endsWith('_rate');
    const answer = seriesOf(await ask({ measure }));
    const shown = (answer[''] ?? []).filter(([, value]) => isRate || value > 0);
    assert.deepEqual(shown, series, measure);
    assert.deepEqual(await tableOf({ measure }), [[whole]], measure);
  }
});

test('a count has a point in each bucket that has begun, a rate only where there is something to divide by', async () => {
  const count = seriesOf(await ask({ measure: 'bounced' }, { nowMs: startMs + 4 * minute }));
  assert.deepEqual(
    count['']?.map(([at]) => at),
    [0, 1, 2, 3, 4]
  );
  const rate = seriesOf(await ask({ measure: 'bounce_rate', filters: [is('recipient_domain', 'c.example')] }));
  assert.deepEqual(rate, {});
});

test('the range holds its beginning and not its end', async () => {
  const at = (fromMs: number, toMs: number) =>
    tableOf({ measure: 'attempts' }, { range: { ...tenMinutes, fromMs: startMs + fromMs, toMs: startMs + toMs } });
  assert.deepEqual(await at(0, 1), [[5]]);
  assert.deepEqual(await at(0, 60_000), [[5]]);
  assert.deepEqual(await at(0, 60_001), [[6]]);
  assert.deepEqual(await at(1, 60_001), [[1]]);
  assert.deepEqual(await at(600_000, 601_000), [[3]]);
});

test('a group is there where the measure counted something, in its own series', async () => {
  assert.deepEqual(await points({ measure: 'bounced', groupBy: ['recipient_domain'] }), {
    'a.example': [[0, 1]],
    'b.example': [[9, 1]],
  });
  const frames = await ask({ measure: 'attempts', groupBy: ['node', 'recipient_domain'] });
  assert.deepEqual(
    frames.map(({ fields }) => fields[1]?.labels),
    [
      { node: 'mta1', recipient_domain: 'a.example' },
      { node: 'mta2', recipient_domain: 'b.example' },
    ]
  );
});

test('only the groups with the highest measure over the whole range are shown', async () => {
  const fields = { groupBy: ['recipient_domain'], limit: 1 };
  assert.deepEqual(Object.keys(await points({ ...fields, measure: 'attempts' })), ['a.example']);
  assert.deepEqual(Object.keys(await points({ ...fields, measure: 'deferred' })), ['b.example']);
  assert.deepEqual(Object.keys(seriesOf(await ask({ ...fields, measure: 'bounce_rate' }))), ['b.example']);
  assert.deepEqual(await tableOf({ ...fields, measure: 'deferral_rate' }), [['b.example', 0.5]]);
});

test('a table has a row a group, the highest first, equal ones by name', async () => {
  assert.deepEqual(await tableOf({ measure: 'attempts', groupBy: ['recipient_domain'] }), [
    ['a.example', 5],
    ['b.example', 4],
  ]);
  assert.deepEqual(await tableOf({ measure: 'bounced', groupBy: ['recipient_domain', 'node'] }), [
    ['a.example', 'mta1', 1],
    ['b.example', 'mta2', 1],
  ]);
});

test('each dimension groups and filters', async () => {
  for (const dimension of dimensions) {
    const expected = { type: 'd', action: 'delivered' }[dimension as string] ?? `value of ${dimension}`;
    const context = { range: thatWeek, nowMs: thatWeek.toMs };
    const rows = await tableOf({ groupBy: [dimension], filters: [is('node', 'value of node')] }, context);
    assert.deepEqual(rows, [[expected, 1]], dimension);
    const found = await tableOf({ filters: [is(dimension, expected), is('node', 'value of node')] }, context);
    assert.deepEqual(found, [[1]], dimension);
    const others = await tableOf({ filters: [{ ...is(dimension, expected), operator: '!=' }] }, context);
    const same = dimension === 'type' || dimension === 'action';
    assert.deepEqual(others, [[same ? 0 : 1]], dimension);
  }
});

test('an accounting column without a dimension of its own groups and filters, whatever its name', async () => {
  const context = { range: thatWeek, nowMs: thatWeek.toMs };
  assert.deepEqual(await tableOf({ groupBy: ["extra.it's {a:String}"], limit: 5 }, context), [
    ['', 1],
    ['b\\c', 1],
  ]);
  const series = await points(
    { groupBy: ["extra.it's {a:String}"], filters: [is("extra.it's {a:String}", 'b\\c')] },
    context
  );
  assert.deepEqual(Object.keys(series), ['b\\c']);
  assert.deepEqual(await points({ filters: [is('extra.x-campaign', 'spring')] }), { '': [[0, 3]] });
  assert.deepEqual(await tableOf({ filters: [is('extra.no such', '')] }), [[4]], 'a column that is not there is empty');
});

test('latency, bytes and reply codes compare as numbers', async () => {
  const context = { range: thatWeek, nowMs: thatWeek.toMs };
  const count = async (key: string, operator: string, value: string) =>
    (await tableOf({ filters: [{ key, operator, values: [value] }] }, context))[0]?.[0];
  assert.equal(await count('latency', '>', '4.5'), 1);
  assert.equal(await count('latency', '<', '5'), 0, 'a record without latency is neither above nor below');
  assert.equal(await count('bytes', '>', '999'), 1);
  assert.equal(await count('bytes', '<', '1'), 1);
  assert.equal(await count('smtp_code', '<', '300'), 1);
  assert.equal(await count('smtp_code', '>', '300'), 0);
});

test('a filter by what is no dimension is refused with the list of them', async () => {
  const wrong = { name: 'QueryError', message: /filter key is "colour", which is not one of: node, recipient_domain/ };
  await assert.rejects(ask({ filters: [is('colour', 'red')] }), wrong);
  await assert.rejects(ask({ filters: [{ key: 'vmta', operator: '>', values: ['1'] }] }), {
    name: 'QueryError',
    message: /vmta is not a number/,
  });
});

test('an alert rule does not see the bucket that is still filling', async () => {
  const context = { nowMs: startMs + 2 * minute + 30_000, fromAlert: true };
  const last = async (more: Partial<QueryContext>) => seriesOf(await ask({}, { ...context, ...more }))['']?.at(-1)?.[0];
  assert.equal(await last({}), 1);
  assert.equal(await last({ fromAlert: false }), 2);
  assert.equal(await last({ nowMs: startMs + 60 * minute }), 9, 'a range that has ended is whole');
  assert.equal(await last({ nowMs: startMs + 30_000 }), 0, 'rather the open bucket than none');
});

test('units and the scale of rates are told', async () => {
  const config = async (measure: string) => (await ask({ measure }))[0]?.fields[1]?.config;
  assert.deepEqual(await config('delivered'), { unit: 'short' });
  assert.deepEqual(await config('bounce_rate'), { unit: 'percentunit', min: 0, max: 1 });
});

function is(key: string, ...values: string[]) {
  return { key, operator: '=', values };
}

test('series that cannot be drawn together are refused, and times beyond what is stored match nothing', async () => {
  await store.insert(
    'events',
    Array.from({ length: 60 }, (_, n) => ({
      second: 5 + n,
      type: 'd',
      node: 'many',
      recipient_domain: `d${n}`,
      position: 10_000 + n,
    }))
  );
  const many = {
    measure: 'delivered',
    groupBy: ['recipient_domain'],
    limit: 60,
    filters: [{ key: 'node', operator: '=', values: ['many'] }],
  };
  const seconds = { fromMs: startMs, toMs: startMs + 40_000_000, intervalMs: 1, maxDataPoints: 1e12 };
  const later = { range: seconds, nowMs: seconds.toMs };
  await assert.rejects(ask(many, later), { name: 'QueryError', status: 422 });
  const beyond = { ...seconds, fromMs: 5e12, toMs: 8e15 };
  assert.deepEqual((await ask(many, { range: beyond }))[0]?.fields, []);
  const before = { ...seconds, fromMs: -8e15, toMs: -1 };
  assert.deepEqual((await ask(many, { range: before }))[0]?.fields, []);
});
