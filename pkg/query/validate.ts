import { QueryError } from './error.ts';
import {
  aggregates,
  defaults,
  type Dimension,
  dimensions,
  type EventsQuery,
  type Filter,
  filterOperators,
  formats,
  type HistoryDimension,
  type HistoryQuery,
  hostDimensions,
  type LiveQuery,
  type LogsQuery,
  measures,
  metrics,
  type Query,
  queryTypes,
  resources,
} from './model.ts';

/** More filter values than anybody chooses by hand; a variable's "All" can reach it. */
const maxValues = 10_000;
const maxLimit = 50_000;

type Fields = Record<string, unknown>;

/**
 * Reads a query as it was saved. Unknown fields are tolerated, because Grafana adds its own and newer versions of the
 * plugin will; wrong values of known ones are a QueryError that names the field and what it takes.
 */
export function validateQuery(json: unknown, queryType: string): Query {
  const fields: Fields = typeof json === 'object' && json !== null ? (json as Fields) : {};
  const type = oneOf('queryType', fields.queryType ?? queryType, queryTypes);
  refuseVariables(fields);
  switch (type) {
    case 'events':
      return {
        queryType: type,
        measure: oneOf('measure', fields.measure ?? defaults.events.measure, measures),
        groupBy: dimensionList('groupBy', fields.groupBy ?? [], validateDimension),
        filters: validateFilters(fields.filters ?? []),
        format: oneOf('format', fields.format ?? defaults.events.format, formats),
        limit: limit(fields.limit ?? defaults.events.limit),
      } satisfies EventsQuery;
    case 'history':
      return {
        queryType: type,
        metric: oneOf('metric', fields.metric ?? defaults.history.metric, metrics),
        groupBy: dimensionList('groupBy', fields.groupBy ?? [], historyDimension),
        filters: validateFilters(fields.filters ?? []),
        aggregate: oneOf('aggregate', fields.aggregate ?? defaults.history.aggregate, aggregates),
        format: oneOf('format', fields.format ?? defaults.history.format, formats),
        limit: limit(fields.limit ?? defaults.history.limit),
      } satisfies HistoryQuery;
    case 'logs':
      return {
        queryType: type,
        filters: validateFilters(fields.filters ?? []),
        search: text('search', fields.search ?? ''),
        limit: limit(fields.limit ?? defaults.logs.limit),
        direction: oneOf('direction', fields.direction ?? defaults.logs.direction, ['backward', 'forward'] as const),
      } satisfies LogsQuery;
    case 'live':
      return {
        queryType: type,
        resource: oneOf('resource', fields.resource ?? defaults.live.resource, resources),
        filters: validateFilters(fields.filters ?? []),
        limit: limit(fields.limit ?? defaults.live.limit),
      } satisfies LiveQuery;
  }
}

/** A dimension, or a QueryError that lists them. */
export function validateDimension(where: string, value: unknown): Dimension {
  if (typeof value === 'string' && /^extra\.[^\u0000-\u001f]{1,200}$/.test(value)) {
    return value as Dimension;
  }
  return oneOf(where, value, dimensions);
}

function historyDimension(where: string, value: unknown): HistoryDimension {
  return hostDimensions.find((name) => name === value) ?? validateDimension(where, value);
}

function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) {
    return value as T;
  }
  throw new QueryError(`${field} is ${show(value)}, which is not one of: ${allowed.join(', ')}`);
}

function dimensionList<D extends HistoryDimension>(
  field: string,
  value: unknown,
  dimension: (where: string, value: unknown) => D
): D[] {
  if (!Array.isArray(value) || value.length > 10) {
    throw new QueryError(`${field} must be a list of at most 10 dimensions`);
  }
  return [...new Set(value.map((item) => dimension(field, item)))];
}

/** Filters of a query, or a QueryError that names the wrong one. */
export function validateFilters(value: unknown): Filter[] {
  if (!Array.isArray(value) || value.length > 100) {
    throw new QueryError('filters must be a list of at most 100 conditions');
  }
  return value.map((item: unknown, index) => {
    const where = `filters[${index}]`;
    const { key, operator, values } = (typeof item === 'object' && item !== null ? item : {}) as Fields;
    if (typeof key !== 'string' || key === '') {
      throw new QueryError(`${where}.key must name a dimension`);
    }
    if (!Array.isArray(values) || values.length > maxValues || !values.every((each) => typeof each === 'string')) {
      throw new QueryError(`${where}.values must be a list of at most ${maxValues} texts`);
    }
    return { key, operator: oneOf(`${where}.operator`, operator, filterOperators), values };
  });
}

function limit(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maxLimit) {
    throw new QueryError(`limit is ${show(value)}; it must be a whole number from 1 to ${maxLimit}`);
  }
  return value;
}

function text(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > 10_000) {
    throw new QueryError(`${field} must be a text of at most 10,000 characters`);
  }
  return value;
}

/** A reference to a variable in any of Grafana's spellings: `$x`, `${x}`, `${x.field:format}`, `[[x:format]]`. */
const variable = /\$\{\w+(?:\.[^:}]+)?(?::[^}]+)?\}|\$[A-Za-z_]\w*|\[\[\w+(?::\w+)?\]\]/;

/**
 * The browser replaces variables; what still holds one comes from an alert rule, where nothing does. A value is refused
 * only where it is nothing else, because `$` belongs to expressions too.
 */
function refuseVariables(fields: Fields): void {
  const { filters, search, measure, metric, groupBy, resource } = fields;
  const match = variable.exec(JSON.stringify({ measure, metric, groupBy, resource }));
  const inValues = Array.isArray(filters)
    ? filters.flatMap((filter: unknown) => ((filter as Fields | null)?.values as unknown[] | undefined) ?? [])
    : [];
  const whole = [...inValues, search].find((value) => typeof value === 'string' && variable.exec(value)?.[0] === value);
  const found = match?.[0] ?? whole;
  if (found !== undefined) {
    throw new QueryError(
      `The variable ${show(found)} has no value here: alert rules and API calls do not replace dashboard variables. Write the value itself.`
    );
  }
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
