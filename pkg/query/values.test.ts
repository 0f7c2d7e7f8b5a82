import assert from 'node:assert/strict';
import { test } from 'node:test';

import { extraColumns } from './extraColumns.ts';
import { minute, startMs, testStore } from './test-store.ts';
import { valuesOf } from './values.ts';

const store = await testStore();
const source = { database: 'd', engine: async () => store.engine };
const never = new AbortController().signal;

const domains = ['b.example', 'b.example', 'b.example', 'a.example', 'a.example', 'C.example', '', "it's.example"];
await store.insert(
  'events',
  domains.map((recipient_domain, position) => ({
    second: position * 60,
    position,
    type: position % 2 === 0 ? 'd' : 'b',
    recipient_domain,
    vmta: `vmta${position % 3}`,
    extra: { "a'b": `x${position}` },
  }))
);

function ask(query: Record<string, string>): Promise<string[]> {
  const range = { from: String(startMs), to: String(startMs + 60 * minute) };
  return valuesOf(new URLSearchParams({ ...range, ...query }), source, never);
}

test('values come by frequency, then by name, without the empty one', async () => {
  assert.deepEqual(await ask({ key: 'recipient_domain' }), ['b.example', 'a.example', 'C.example', "it's.example"]);
  assert.deepEqual(await ask({ key: 'action' }), ['delivered', 'perm-fail']);
  assert.equal((await ask({ key: "extra.a'b" })).length, domains.length);
  assert.deepEqual(await ask({ key: 'job_id' }), []);
});

test('columns without a dimension of their own are found', async () => {
  assert.deepEqual(await extraColumns(source, never), ["extra.a'b"]);
});

test('search is for a part of the value, in upper or lower case', async () => {
  assert.deepEqual(await ask({ key: 'recipient_domain', search: 'c.EX' }), ['C.example']);
  assert.deepEqual(await ask({ key: 'recipient_domain', search: "it's" }), ["it's.example"]);
  assert.deepEqual(await ask({ key: 'recipient_domain', search: '%' }), []);
  assert.deepEqual(await ask({ key: 'recipient_domain', search: "' OR 1 --" }), []);
});

test('the filters that are already chosen narrow the values', async () => {
  const filters = JSON.stringify([{ key: 'vmta', operator: '=', values: ['vmta0'] }]);
  assert.deepEqual(await ask({ key: 'recipient_domain', filters }), ['a.example', 'b.example']);
  assert.deepEqual(await ask({ key: 'recipient_domain', filters: '' }), await ask({ key: 'recipient_domain' }));
});

test('the range is what is asked for, else the last day', async () => {
  const to = String(startMs + 2 * minute);
  assert.deepEqual(await ask({ key: 'recipient_domain', to }), ['b.example']);
  assert.deepEqual(await ask({ key: 'recipient_domain', from: '', to: String(startMs + 1440 * minute) }), [
    'b.example',
    'a.example',
    'C.example',
    "it's.example",
  ]);
  assert.deepEqual(await valuesOf(new URLSearchParams({ key: 'recipient_domain' }), source, never), []);
  assert.equal((await ask({ key: 'recipient_domain', from: '-8.64e15', to: '8.64e15' })).length, 4);
});

test('a wrong parameter is named', async () => {
  const wrong: Array<[Record<string, string>, RegExp]> = [
    [{}, /^key is null, .*node,/],
    [{ key: 'colour' }, /^key is "colour"/],
    [{ key: 'vmta', from: 'yesterday' }, /^from must be UTC milliseconds/],
    [{ key: 'vmta', to: 'Infinity' }, /^to must be UTC milliseconds/],
    [{ key: 'vmta', to: '1e21' }, /^to must be UTC milliseconds/],
    [{ key: 'vmta', filters: '{' }, /^filters must be a JSON list/],
    [{ key: 'vmta', filters: '{}' }, /^filters must be a list/],
    [{ key: 'vmta', filters: '[{"key":"x"}]' }, /^filters\[0\]\.values/],
    [{ key: 'vmta', filters: '[{"key":"x","operator":"=","values":["1"]}]' }, /^filter key is "x"/],
  ];
  for (const [query, message] of wrong) {
    await assert.rejects(ask(query), { name: 'QueryError', message }, JSON.stringify(query));
  }
});
