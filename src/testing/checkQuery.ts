import {
  aggregates,
  defaults,
  filterOperators,
  formats,
  measures,
  metrics,
  type QueryType,
  queryTypes,
  resources,
} from '../../pkg/query/model.ts';
import { canFilterBy, canGroupBy } from '../query/dimensions';
import { type PmtaQuery } from '../types';

const names: Record<string, readonly string[]> = {
  queryType: queryTypes,
  measure: measures,
  metric: metrics,
  aggregate: aggregates,
  resource: resources,
  format: formats,
  direction: ['backward', 'forward'],
};

/** What Grafana itself keeps in a saved query. */
const grafanaFields = ['refId', 'datasource', 'hide', 'intervalMs', 'maxDataPoints'];

/** What in a saved query the query model does not know; such a panel or rule would fail, or ignore its author. */
export function problemsOf(query: PmtaQuery): string[] {
  const known: string[] = [...grafanaFields, ...Object.keys(defaults[query.queryType as QueryType] ?? {})];
  const filters = query.filters ?? [];
  return [
    ...Object.keys(query).filter((field) => !known.includes(field)),
    ...Object.entries(query).flatMap(([field, value]) =>
      names[field] && !names[field].includes(String(value)) ? [`${field} ${String(value)}`] : []
    ),
    ...(query.groupBy ?? []).filter((key) => !canGroupBy(query, key)),
    ...filters.map(({ key }) => key).filter((key) => !canFilterBy(query, key)),
    ...filters.map(({ operator }) => operator).filter((operator) => !filterOperators.includes(operator)),
  ];
}
