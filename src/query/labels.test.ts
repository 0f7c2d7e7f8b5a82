import {
  aggregates,
  dimensions,
  filterOperators,
  formats,
  measures,
  metrics,
  queryTypes,
  resources,
} from '../../pkg/query/model.ts';
import {
  aggregateLabels,
  dimensionLabel,
  dimensionLabels,
  formatLabels,
  measureLabels,
  metricLabels,
  operatorLabels,
  queryTypeLabels,
  resourceLabels,
} from './labels';

describe.each([
  ['measures', measures, measureLabels],
  ['dimensions', dimensions, dimensionLabels],
  ['metrics', metrics, metricLabels],
  ['resources', resources, resourceLabels],
  ['query types', queryTypes, queryTypeLabels],
  ['formats', formats, formatLabels],
  ['aggregates', aggregates, aggregateLabels],
  ['operators', filterOperators, operatorLabels],
])('labels of %s', (_kind, names, labels) => {
  it('has exactly the names of the query model', () => {
    expect(Object.keys(labels).sort()).toEqual([...names].sort());
  });

  it('says something for each, and nothing twice', () => {
    const all = Object.values<{ label: string; description: string }>(labels);
    expect(all.filter(({ label, description }) => !label || !description)).toEqual([]);
    expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
  });
});

describe('measures', () => {
  it('says which records each needs', () => {
    expect(measureLabels.deferred.records).toEqual(['t']);
    expect(measureLabels.deferral_rate.records).toContain('t');
    expect(Object.values(measureLabels).every(({ formula, records }) => formula && records.length > 0)).toBe(true);
  });
});

describe('dimensionLabel', () => {
  it('names an accounting column without a dimension by itself', () => {
    expect(dimensionLabel('extra.header_x-job')).toBe('header_x-job');
    expect(dimensionLabel('vmta')).toBe('VMTA');
  });
});
