import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Engine, Statement } from '../store/engine.ts';
import type { QueryContext } from './context.ts';
import { filterOperators } from './model.ts';
import { runQuery } from './run.ts';
import { validateQuery } from './validate.ts';
import { valuesOf } from './values.ts';

const hostile = [
  "' OR 1=1 --",
  "'); DROP TABLE d.events; --",
  '") UNION ALL SELECT * FROM system.users --',
  "\\' OR 1=1 --",
  '`d`.`events`',
  '{p0:String}',
  '{p1:Identifier}',
  '*/ SELECT 1 /*',
  '}} {{',
  "${'x'}",
  '\u2028',
  '🚚',
].map((text, index) => `evil${index}${text}evil`);

/** The statement that a query would send; nothing is run. */
async function statementOf(
  run: (take: (statement: Statement) => Promise<never>) => Promise<unknown>
): Promise<Statement> {
  const taken: Statement[] = [];
  const stop = new Error('taken');
  await assert.rejects(
    run(async (statement) => {
      taken.push(statement);
      throw stop;
    }),
    stop
  );
  assert.equal(taken.length, 1);
  return taken[0] as Statement;
}

function queryStatement(json: Record<string, unknown>): Promise<Statement> {
  return statementOf((select) => {
    const context: QueryContext = {
      refId: 'A',
      range: { fromMs: 0, toMs: 60_000, intervalMs: 1000, maxDataPoints: 100 },
      nowMs: 60_000,
      pollSeconds: 15,
      lagBytes: 0,
      fromAlert: false,
      signal: new AbortController().signal,
      table: (name) => `d.${name}`,
      select,
      nodes: [],
    };
    return runQuery(validateQuery(json, ''), context);
  });
}

function valuesStatement(query: Record<string, string>): Promise<Statement> {
  const signal = new AbortController().signal;
  return statementOf((take) =>
    valuesOf(
      new URLSearchParams(query),
      { database: 'd', engine: async () => ({ query: take }) as unknown as Engine },
      signal
    )
  );
}

function assertBound(statement: Statement, text: string): void {
  assert.ok(!statement.sql.includes('evil'), statement.sql);
  const bound = Object.values(statement.params).flat();
  assert.ok(
    bound.some((value) => typeof value === 'string' && value.includes(text)),
    `${text} is no parameter`
  );
  const placeholders = Array.from(statement.sql.matchAll(/\{(\w+):[\w()]+\}/g), ([, name]) => name);
  assert.deepEqual([...new Set(placeholders)].toSorted(), Object.keys(statement.params).toSorted());
}

const compared = filterOperators.filter((operator) => operator !== '<' && operator !== '>');

test('values of filters travel as parameters, in every type of query that asks the store', async () => {
  for (const text of hostile) {
    for (const operator of compared) {
      for (const key of ['node', 'action', 'recipient_domain']) {
        const filters = [{ key, operator, values: ['x', text] }];
        assertBound(await queryStatement({ queryType: 'events', filters, groupBy: ['vmta'] }), text);
        assertBound(await queryStatement({ queryType: 'events', filters, format: 'table' }), text);
        assertBound(await queryStatement({ queryType: 'logs', filters }), text);
        assertBound(await valuesStatement({ key: 'vmta', filters: JSON.stringify(filters) }), text);
      }
      const filters = [{ key: 'queue', operator, values: [text] }];
      assertBound(await queryStatement({ queryType: 'history', metric: 'queue.recipients', filters }), text);
    }
  }
});

test('names of extra columns travel as parameters, wherever they stand', async () => {
  for (const text of hostile) {
    const name = `extra.${text}`;
    const filters = [{ key: name, operator: '=', values: ['x'] }];
    assertBound(await queryStatement({ queryType: 'events', groupBy: ['vmta', name] }), text);
    assertBound(await queryStatement({ queryType: 'events', groupBy: [name], format: 'table' }), text);
    assertBound(await queryStatement({ queryType: 'events', filters }), text);
    assertBound(await queryStatement({ queryType: 'logs', filters }), text);
    assertBound(await valuesStatement({ key: name, filters: JSON.stringify(filters) }), text);
  }
});

test('what is searched for travels as a parameter', async () => {
  for (const text of hostile) {
    assertBound(await queryStatement({ queryType: 'logs', search: text }), text);
    assertBound(await valuesStatement({ key: 'vmta', search: text }), text);
  }
});

test('a key that is no dimension reaches no statement', async () => {
  for (const text of [
    ...hostile,
    'time',
    'recipient',
    'reply',
    'position',
    'vmta ',
    'VMTA',
    '1',
    'extra',
    "extra['x']",
  ]) {
    for (const operator of filterOperators) {
      const filters = [{ key: text, operator, values: ['1'] }];
      for (const query of [{ queryType: 'events' }, { queryType: 'logs' }, { queryType: 'history' }]) {
        await assert.rejects(queryStatement({ ...query, filters }), /QueryError/, text);
      }
      await assert.rejects(valuesStatement({ key: 'vmta', filters: JSON.stringify(filters) }), /QueryError/, text);
    }
    for (const query of [{ queryType: 'events' }, { queryType: 'history' }]) {
      await assert.rejects(queryStatement({ ...query, groupBy: [text] }), /QueryError/, text);
    }
    await assert.rejects(valuesStatement({ key: text }), /QueryError/, text);
  }
});
