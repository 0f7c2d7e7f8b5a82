import { configTestIds } from './config/testIds';

/** `data-testid` of every control, for tests in a browser: the labels that people read may change. */
export const testIds = {
  config: configTestIds,
  query: {
    type: 'pmta-query-type',
    measure: 'pmta-query-measure',
    metric: 'pmta-query-metric',
    aggregate: 'pmta-query-aggregate',
    resource: 'pmta-query-resource',
    groupBy: 'pmta-query-group-by',
    format: 'pmta-query-format',
    limit: 'pmta-query-limit',
    search: 'pmta-query-search',
    direction: 'pmta-query-direction',
    addFilter: 'pmta-query-add-filter',
    filter: 'pmta-query-filter',
    filterKey: 'pmta-query-filter-key',
    filterOperator: 'pmta-query-filter-operator',
    filterValue: 'pmta-query-filter-value',
    removeFilter: 'pmta-query-remove-filter',
    alertingHint: 'pmta-query-alerting-hint',
  },
} as const;
