import { type AdHocVariableFilter } from '@grafana/data';

import { type Filter, type FilterOperator, filterOperators } from '../../pkg/query/model.ts';
import { type PmtaQuery } from '../types';
import { canFilterBy } from './dimensions';

/** What a variable is worth, and how it was declared, as Grafana hands it to a format function. */
export type FormatVariable = (value: unknown, variable?: { multi?: boolean; includeAll?: boolean }) => string;

/** Replaces the variables of a text; Grafana's `TemplateSrv.replace` bound to the scope of one panel. */
export type Replace = (text: string, format?: FormatVariable) => string;

/**
 * The query as the backend gets it: variables replaced in every text, filters that are not complete left out, and ad
 * hoc filters added. Ad hoc filters on what the query's rows do not have are left out too, because one filter on
 * `recipient_domain` would otherwise break every panel about traffic or connections on the dashboard.
 */
export function interpolateQuery(query: PmtaQuery, replace: Replace, adHoc: AdHocVariableFilter[] = []): PmtaQuery {
  const result: PmtaQuery = { ...query };
  for (const field of ['measure', 'metric', 'aggregate', 'format', 'resource', 'search', 'direction'] as const) {
    const text = query[field];
    if (text !== undefined) {
      result[field] = replace(text);
    }
  }
  if (query.groupBy) {
    result.groupBy = query.groupBy.flatMap((key) => expand(key, replace)).filter((key) => key !== '');
  }
  result.filters = [
    ...(query.filters ?? []).map((filter) => interpolateFilter(filter, replace)),
    ...fromAdHoc(adHoc).filter((filter) => canFilterBy(result, filter.key)),
  ].filter(isComplete);
  return result;
}

/** Half a filter restricts nothing: one that is being typed, or whose variable has nothing selected. */
export function isComplete(filter: Filter): boolean {
  return filter.key !== '' && filter.values.length > 0;
}

function interpolateFilter(filter: Filter, replace: Replace): Filter {
  const key = replace(filter.key);
  if (filter.operator === '=~' || filter.operator === '!~') {
    return { ...filter, key, values: filter.values.map((value) => replace(value, asPattern)) };
  }
  const values = filter.values.flatMap((value) => expand(value, replace));
  return { key, operator: values.length > 1 ? listOperator(filter.operator) : filter.operator, values };
}

function listOperator(operator: FilterOperator): FilterOperator {
  if (operator === '=') {
    return '=|';
  }
  return operator === '!=' ? '!=|' : operator;
}

/**
 * Every text that the variables of one text can stand for: `$a.example.com` with two values is two texts. Values are
 * kept apart until the end, so that a value with a comma stays one value.
 */
function expand(text: string, replace: Replace): string[] {
  const lists: string[][] = [];
  const template = replace(text, (value) => `\u0000${lists.push(toList(value)) - 1}\u0000`);
  return lists.reduce(
    (texts, list, index) =>
      texts.flatMap((partial) => list.map((value) => partial.replace(`\u0000${index}\u0000`, () => value))),
    [template]
  );
}

function toList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value ?? '')];
}

/** A choice from a list is meant literally; a text box or a single choice may hold a pattern. */
const asPattern: FormatVariable = (value, variable) => {
  if (!Array.isArray(value) && !variable?.multi && !variable?.includeAll) {
    return String(value ?? '');
  }
  return `(${toList(value).map(escapePattern).join('|')})`;
};

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Ad hoc filters in the shape of ours; operators that the backend does not know are left out. */
export function fromAdHoc(filters: AdHocVariableFilter[]): Filter[] {
  return filters.flatMap(({ key, operator, value, values }) =>
    isOperator(operator) ? [{ key, operator, values: values?.length ? values : [value] }] : []
  );
}

function isOperator(text: string): text is FilterOperator {
  return (filterOperators as readonly string[]).includes(text);
}

/** Whether a text of the query refers to a template variable; a `$` that ends a pattern does not. */
export function hasVariables(query: PmtaQuery): boolean {
  const { measure, metric, aggregate, format, resource, search, direction, groupBy = [], filters = [] } = query;
  const texts = [measure, metric, aggregate, format, resource, search, direction, ...groupBy];
  return [...texts, ...filters.flatMap(({ key, values }) => [key, ...values])].some(
    (text) => text !== undefined && /\$\w|\$\{\w|\[\[\w/.test(text)
  );
}
