import { defaults } from '../../pkg/query/model.ts';
import { type PmtaQuery } from '../types';
import { dimensionLabel, type Label, measureLabels, metricLabels, resourceLabels } from './labels';
import { isComplete } from './variables';

/** The query in one line, for query history and collapsed rows. */
export function displayText(query: PmtaQuery): string {
  const filters = (query.filters ?? []).filter(isComplete);
  return [
    subject(query),
    query.groupBy?.length && hasGroups(query) ? `by ${query.groupBy.map(dimensionLabel).join(', ')}` : '',
    filters.length
      ? `where ${filters.map((filter) => `${filter.key} ${filter.operator} ${filter.values.join(', ')}`).join(' and ')}`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function subject(query: PmtaQuery): string {
  switch (query.queryType) {
    case 'events':
      return labelOf(measureLabels, query.measure ?? defaults.events.measure);
    case 'history':
      return labelOf(metricLabels, query.metric ?? defaults.history.metric);
    case 'live':
      return `${labelOf(resourceLabels, query.resource ?? defaults.live.resource)} now`;
    case 'logs':
      return query.search ? `Logs with "${query.search}"` : 'Logs';
    default:
      return query.queryType ?? '';
  }
}

function hasGroups(query: PmtaQuery): boolean {
  return query.queryType === 'events' || query.queryType === 'history';
}

function labelOf(labels: Record<string, Label | undefined>, name: string): string {
  return labels[name]?.label ?? name;
}
