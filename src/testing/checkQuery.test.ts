import { type PmtaQuery } from '../types';
import { problemsOf } from './checkQuery';

describe('problemsOf', () => {
  it('finds nothing in a query of the model', () => {
    expect(problemsOf({ refId: 'A', queryType: 'history', metric: 'queue.recipients', groupBy: ['queue'] })).toEqual(
      []
    );
  });

  it('finds unknown names, fields of other types, groups and operators', () => {
    const query = {
      refId: 'A',
      queryType: 'history',
      metric: 'queue.age',
      measure: 'bounced',
      groupBy: ['provider'],
      filters: [{ key: 'node', operator: '<>', values: [] }],
    };
    expect(problemsOf(query as unknown as PmtaQuery)).toEqual(['measure', 'metric queue.age', 'provider', '<>']);
  });
});
