import { numericKeys } from '../../pkg/query/dimensions.ts';
import { metricSql } from '../../pkg/query/historyMetrics.ts';
import { liveColumns } from '../../pkg/query/liveRows.ts';
import { dimensions, metrics, resources } from '../../pkg/query/model.ts';
import { type PmtaQuery } from '../types';
import { canFilterBy, canGroupBy, filterKeys, groupKeys, hasStoredValues } from './dimensions';

function query(fields: Partial<PmtaQuery>): PmtaQuery {
  return { refId: 'A', ...fields };
}

describe('what the editor offers is what the backend takes', () => {
  it.each(metrics)('to group and filter history of %s by', (metric) => {
    const history = query({ queryType: 'history', metric });
    const taken = ['node', ...metricSql[metric].dimensions];
    expect([...groupKeys(history)].sort()).toEqual([...taken].sort());
    expect([...filterKeys(history)].sort()).toEqual([...taken, 'value'].sort());
  });

  it.each(resources)('to filter live %s by', (resource) => {
    const taken = liveColumns[resource].filter(({ kind }) => kind !== 'time').map(({ name }) => name);
    expect([...filterKeys(query({ queryType: 'live', resource }))].sort()).toEqual(taken.sort());
  });

  it.each(['events', 'logs'])('to filter %s by', (queryType) => {
    expect(new Set(filterKeys(query({ queryType })))).toEqual(new Set([...dimensions, ...numericKeys]));
  });
});

describe('keys that no list can hold', () => {
  it('are accounting columns, of events and logs only', () => {
    expect(canGroupBy(query({ queryType: 'events' }), 'extra.header_x-job')).toBe(true);
    expect(canFilterBy(query({ queryType: 'logs' }), 'extra.header_x-job')).toBe(true);
    expect(canFilterBy(query({ queryType: 'history' }), 'extra.header_x-job')).toBe(false);
    expect(canFilterBy(query({ queryType: 'live' }), 'extra.header_x-job')).toBe(false);
  });

  it('are template variables, of any query', () => {
    expect(canGroupBy(query({ queryType: 'history' }), '$by')).toBe(true);
    expect(canFilterBy(query({ queryType: 'live', resource: 'jobs' }), '$key')).toBe(true);
  });

  it('are none of a resource that is not known', () => {
    expect(canFilterBy(query({ queryType: 'live', resource: '$resource' }), 'node')).toBe(false);
  });
});

describe('hasStoredValues', () => {
  it.each([
    ['recipient_domain', true],
    ['extra.header_x-job', true],
    ['recipients', false],
    ['mode', false],
    ['$key', false],
    ['', false],
  ])('of %j is %s', (key, expected) => {
    expect(hasStoredValues(key)).toBe(expected);
  });
});
