import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaults, dimensions, queryTypes } from './model.ts';
import { validateDimension, validateQuery } from './validate.ts';

function refused(json: unknown, message: RegExp, queryType = 'events'): void {
  assert.throws(() => validateQuery(json, queryType), { name: 'QueryError', status: 400, message });
}

function filter(values: unknown, key: unknown = 'vmta', operator: unknown = '=') {
  return { filters: [{ key, operator, values }] };
}

test('a query that says nothing but its type has the defaults of the type', () => {
  for (const type of queryTypes) {
    assert.deepEqual(validateQuery({ queryType: type }, ''), defaults[type]);
    assert.deepEqual(validateQuery({}, type), defaults[type], 'the type that Grafana sends beside the JSON');
  }
  assert.deepEqual(validateQuery(null, 'events'), defaults.events);
  assert.deepEqual(validateQuery({ measure: null, groupBy: null, limit: null }, 'events'), defaults.events);
});

test('the JSON decides the type where Grafana says another', () => {
  assert.equal(validateQuery({ queryType: 'live' }, 'events').queryType, 'live');
});

test('all fields of a query are kept, and unknown ones are tolerated', () => {
  const filters = [{ key: 'vmta', operator: '=|' as const, values: ['a', 'b'] }];
  const queries = [
    {
      queryType: 'events',
      measure: 'bounce_rate',
      groupBy: ['vmta', 'extra.x-campaign'],
      filters,
      format: 'table',
      limit: 7,
    },
    {
      queryType: 'history',
      metric: 'up',
      groupBy: ['node'],
      filters,
      aggregate: 'min',
      format: 'timeseries',
      limit: 50000,
    },
    { queryType: 'logs', filters, search: 'a $5 bill', limit: 1, direction: 'forward' },
    { queryType: 'live', resource: 'jobs', filters, limit: 3 },
  ];
  for (const query of queries) {
    assert.deepEqual(validateQuery({ ...query, refId: 'A', datasource: {}, fromTheFuture: true }, ''), query);
  }
});

test('a dimension that is named twice groups once', () => {
  const query = validateQuery({ groupBy: ['vmta', 'node', 'vmta'] }, 'events');
  assert.deepEqual('groupBy' in query && query.groupBy, ['vmta', 'node']);
});

test('a wrong field is named, with what it takes', () => {
  const wrong: Array<[string, unknown, RegExp]> = [
    ['nonsense', {}, /^queryType is "nonsense", .*events, logs, history, live$/],
    ['', {}, /^queryType is ""/],
    ['events', { queryType: 5 }, /^queryType is 5/],
    ['events', { measure: 'happiness' }, /^measure is "happiness", .*attempts, delivered/],
    ['events', { measure: ['delivered'] }, /^measure is \["delivered"\]/],
    ['events', { format: 'csv' }, /^format is "csv", .*timeseries, table/],
    ['events', { groupBy: 'vmta' }, /^groupBy must be a list/],
    ['events', { groupBy: Array.from({ length: 11 }, () => 'vmta') }, /^groupBy must be a list of at most 10/],
    ['events', { groupBy: ['vmta', 'colour'] }, /^groupBy is "colour", .*node, recipient_domain/],
    ['events', { groupBy: [null] }, /^groupBy is null/],
    ['history', { metric: 'queue' }, /^metric is "queue", .*queue\.recipients/],
    ['history', { aggregate: 'p95' }, /^aggregate is "p95", .*avg, max, min, last, rate/],
    ['history', { format: '' }, /^format is ""/],
    ['logs', { direction: 'up' }, /^direction is "up", .*backward, forward/],
    ['logs', { search: 5 }, /^search must be a text/],
    ['logs', { search: 'x'.repeat(10_001) }, /^search must be a text of at most 10,000/],
    ['live', { resource: 'logs' }, /^resource is "logs", .*status, queues/],
  ];
  for (const [type, fields, message] of wrong) {
    refused(fields, message, type);
  }
});

test('a limit is a whole number within bounds', () => {
  for (const type of queryTypes) {
    for (const limit of [0, -1, 1.5, 50_001, '20', NaN, Infinity, true, []]) {
      refused({ limit }, /^limit is .*from 1 to 50000$/, type);
    }
  }
});

test('a filter of the wrong shape is named by its place', () => {
  const good = filter(['x']).filters[0];
  const wrong: Array<[unknown, RegExp]> = [
    [{ filters: {} }, /^filters must be a list/],
    [{ filters: 'vmta="x"' }, /^filters must be a list/],
    [{ filters: Array.from({ length: 101 }, () => good) }, /^filters must be a list of at most 100/],
    [{ filters: [good, null] }, /^filters\[1\]\.key/],
    [{ filters: [good, 'x'] }, /^filters\[1\]\.key/],
    [filter(['x'], ''), /^filters\[0\]\.key/],
    [filter(['x'], 5), /^filters\[0\]\.key/],
    [filter(['x'], 'vmta', '=='), /^filters\[0\]\.operator is "==", .*=~/],
    [{ filters: [{ key: 'vmta', values: ['x'] }] }, /^filters\[0\]\.operator is missing/],
    [filter('x'), /^filters\[0\]\.values must be a list/],
    [filter(undefined), /^filters\[0\]\.values/],
    [filter(['x', 5]), /^filters\[0\]\.values must be a list .*texts/],
    [filter([null]), /^filters\[0\]\.values/],
    [filter(Array.from({ length: 10_001 }, String)), /^filters\[0\]\.values must be a list of at most 10000/],
  ];
  for (const [fields, message] of wrong) {
    for (const type of queryTypes) {
      refused(fields, message, type);
    }
  }
});

test('what is shown of a wrong value is bounded', () => {
  assert.throws(
    () => validateQuery({ measure: 'x'.repeat(100_000) }, 'events'),
    (error: Error) => error.message.length < 500
  );
});

test('a variable that nothing replaced is refused, whatever its spelling', () => {
  for (const variable of [
    '$x',
    '${x}',
    '${x:regex}',
    '${x.text}',
    '${x.a:csv}',
    '${__field.name}',
    '[[x]]',
    '[[x:csv]]',
  ]) {
    const message = new RegExp(`variable ${JSON.stringify(variable).replace(/[$[\]{}.]/g, '\\$&')} has no value`);
    refused({ measure: variable }, message);
    refused({ groupBy: ['vmta', variable] }, message);
    refused({ groupBy: [`extra.${variable}`] }, message);
    refused(filter(['x', variable]), message);
    refused({ metric: variable }, message, 'history');
    refused({ resource: variable }, message, 'live');
    refused({ search: variable }, message, 'logs');
  }
});

test('a dollar sign or a bracket in a value is no variable', () => {
  const values = ['^gmail$', '$5', 'a$b', '$', '$$', 'x$|y', '[[:alpha:]]', '[a]', '{x}', '${', '^(a|b)$', 'price: $x'];
  for (const value of values) {
    const query = validateQuery({ ...filter([value], 'vmta', '=~'), search: value }, 'logs');
    assert.deepEqual(query.filters[0]?.values, [value]);
    assert.equal('search' in query && query.search, value);
  }
});

test('filters may have any key and no value here: what they need depends on the query', () => {
  assert.deepEqual(validateQuery(filter([], 'no such key'), 'live').filters, [
    { key: 'no such key', operator: '=', values: [] },
  ]);
});

test('a dimension is a known name, or the name of an extra column', () => {
  for (const name of [
    ...dimensions,
    'extra.x',
    "extra.it's a {name:String} -- \\ ünïcode",
    `extra.${'x'.repeat(200)}`,
  ]) {
    assert.equal(validateDimension('key', name), name);
  }
  const wrong = [
    '',
    'extra',
    'extra.',
    'Extra.x',
    'extra.a\0b',
    'extra.a\nb',
    `extra.${'x'.repeat(201)}`,
    'node ',
    null,
  ];
  for (const name of [...wrong, ['node'], 'toString']) {
    assert.throws(() => validateDimension('key', name), { name: 'QueryError', message: /^key is .*one of: node,/ });
  }
});
