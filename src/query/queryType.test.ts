import { CoreApp } from '@grafana/data';

import { type PmtaQuery } from '../types';
import { defaultQuery, withDefaults, withQueryType } from './queryType';

describe('defaultQuery', () => {
  it.each([
    [CoreApp.Explore, { queryType: 'logs' }],
    [CoreApp.UnifiedAlerting, { queryType: 'events', format: 'table' }],
    [CoreApp.PanelEditor, { queryType: 'events', format: 'timeseries' }],
    [undefined, { queryType: 'events', format: 'timeseries' }],
  ])('suits %s', (app, expected) => {
    expect(defaultQuery(app)).toMatchObject(expected);
  });
});

describe('withDefaults', () => {
  it('gives a type to a query without one and keeps the rest', () => {
    expect(withDefaults({ refId: 'B', queryType: '', measure: 'bounced' }, CoreApp.UnifiedAlerting)).toMatchObject({
      refId: 'B',
      queryType: 'events',
      measure: 'bounced',
      format: 'table',
    });
  });
});

describe('withQueryType', () => {
  const events: PmtaQuery = {
    refId: 'A',
    queryType: 'events',
    measure: 'bounced',
    groupBy: ['provider'],
    filters: [{ key: 'node', operator: '=', values: ['mta1'] }],
    limit: 20,
  };

  it('keeps the filters and everything else of the old type', () => {
    const { limit, ...rest } = events;
    expect(withQueryType(events, 'logs')).toEqual({ ...rest, queryType: 'logs' });
  });

  it('finds the old fields again on the way back', () => {
    expect(withQueryType(withQueryType(events, 'history'), 'events')).toMatchObject({
      measure: 'bounced',
      groupBy: ['provider'],
    });
  });

  it('keeps a limit that somebody chose', () => {
    expect(withQueryType({ ...events, limit: 50 }, 'logs').limit).toBe(50);
  });
});
