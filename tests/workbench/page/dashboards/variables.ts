import {
  type AdHocVariableFilter,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataSourceApi,
  type MetricFindValue,
  type TimeRange,
  type TypedVariableModel,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { from, lastValueFrom } from 'rxjs';

import { setVariables, templateSrv, type VariableValue } from '../services/templates.ts';
import type { Variable, VariableOption } from './model.ts';

export type AdHocFilter = AdHocVariableFilter;

/** Grafana's name for "every option". */
export const all = '$__all';

/** A variable with what one can choose and what is chosen. */
export interface ResolvedVariable {
  variable: Variable;
  options: VariableOption[];
  /** As in the address: may be `$__all`. */
  chosen: string[];
}

/** What the address says, by variable (`var-<name>=…`, repeated for several values). */
export type Choices = ReadonlyMap<string, string[]>;

export function choicesOf(search: URLSearchParams): Choices {
  const names = [...new Set(search.keys())].filter((key) => key.startsWith('var-'));
  return new Map(names.map((key) => [key.slice('var-'.length), search.getAll(key)]));
}

function fromFrames(frames: DataFrame[]): MetricFindValue[] {
  return frames.flatMap((frame) => {
    const named = (name: string) => frame.fields.find((field) => field.name === name);
    const text = named('text') ?? named('value') ?? frame.fields[0];
    const value = named('value') ?? text;
    return Array.from({ length: frame.length }, (_, row) => ({
      text: String(text?.values[row]),
      value: value?.values[row],
    }));
  });
}

function requestFor(target: object, range: TimeRange): DataQueryRequest {
  const refId = 'variable';
  return {
    app: CoreApp.Dashboard,
    requestId: refId,
    timezone: 'browser',
    range,
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: 1000,
    targets: [{ refId, ...target } as DataQuery],
    scopedVars: {},
    startTime: Date.now(),
  };
}

/** Asks the data source for a query variable's options, in whichever of Grafana's three ways it supports. */
async function find(dataSource: DataSourceApi, query: unknown, range: TimeRange): Promise<MetricFindValue[]> {
  const support: unknown = dataSource.variables;
  const target = typeof query === 'object' && query !== null ? query : { query };
  if (support && typeof support === 'object' && 'query' in support && typeof support.query === 'function') {
    const answer = await lastValueFrom(from(support.query(requestFor(target, range))));
    return fromFrames((answer as { data: DataFrame[] }).data);
  }
  if (support && typeof support === 'object' && 'toDataQuery' in support && typeof support.toDataQuery === 'function') {
    const answer = await lastValueFrom(from(dataSource.query(requestFor(support.toDataQuery(query), range))));
    return fromFrames(answer.data as DataFrame[]);
  }
  if (support) {
    const answer = await lastValueFrom(from(dataSource.query(requestFor(target, range))));
    return fromFrames(answer.data as DataFrame[]);
  }
  return (await dataSource.metricFindQuery?.(query, { range })) ?? [];
}

function matching(found: MetricFindValue[], regex: string): VariableOption[] {
  const [, pattern, flags] = /^\/(.*)\/(\w*)$/s.exec(regex) ?? [];
  const expression = pattern === undefined ? undefined : new RegExp(pattern, flags);
  const options = new Map<string, VariableOption>();
  for (const { text, value } of found) {
    const match = expression ? expression.exec(text) : [text];
    if (match) {
      const shown = match[1] ?? text;
      options.set(shown, { text: shown, value: match[1] ?? String(value ?? text) });
    }
  }
  return [...options.values()];
}

function listed(text: unknown): VariableOption[] {
  const items = String(text ?? '')
    .split(/(?<!\\),/)
    .map((item) => item.replaceAll('\\,', ',').trim())
    .filter((item) => item !== '');
  return items.map((item) => {
    const [, label, value] = /^(.+)\s:\s(.+)$/.exec(item) ?? [];
    return { text: label ?? item, value: value ?? item };
  });
}

async function optionsOf(variable: Variable, dataSource: DataSourceApi, range: TimeRange): Promise<VariableOption[]> {
  switch (variable.type) {
    case 'query':
      return matching(await find(dataSource, variable.query, range), templateSrv.replace(variable.regex));
    case 'custom':
    case 'interval':
      return listed(variable.query);
    case 'datasource':
      return [{ text: dataSource.name, value: dataSource.uid }];
    default:
      return [];
  }
}

function chosenOf(variable: Variable, options: VariableOption[], choices: Choices): string[] {
  const asked = choices.get(variable.name);
  if (variable.type === 'textbox' || variable.type === 'constant') {
    return asked ?? [String(variable.query ?? '')];
  }
  const saved = [variable.current?.value ?? []].flat();
  const known = (asked ?? saved).filter(
    (value) => (value === all && variable.includeAll) || options.some((option) => option.value === value)
  );
  const first = variable.includeAll ? all : options[0]?.value;
  return known.length > 0 || first === undefined ? known : [first];
}

function valueOf({ variable, options, chosen }: ResolvedVariable): VariableValue {
  const everything = chosen.includes(all);
  const values = everything ? (variable.allValue ?? options.map(({ value }) => value)) : chosen;
  const value = variable.multi || everything ? values : (values[0] ?? '');
  return { name: variable.name, value, multi: variable.multi ?? false, includeAll: variable.includeAll ?? false };
}

/** Options and choice of each variable in turn: a later one may refer to an earlier one. */
export async function resolveVariables(
  variables: Variable[],
  dataSource: DataSourceApi,
  range: TimeRange,
  choices: Choices
): Promise<ResolvedVariable[]> {
  const resolved: ResolvedVariable[] = [];
  for (const variable of variables.filter(({ type }) => type !== 'adhoc')) {
    const options = await optionsOf(variable, dataSource, range);
    resolved.push({ variable, options, chosen: chosenOf(variable, options, choices) });
    setVariables(resolved.map(valueOf), variables as unknown as TypedVariableModel[]);
  }
  return resolved;
}

/** An ad hoc filter in the address: `key|operator|value`, with `__gfp__` for a bar inside. */
export function filtersOf(variable: Variable | undefined, choices: Choices): AdHocFilter[] {
  if (!variable) {
    return [];
  }
  const asked = choices.get(variable.name);
  if (!asked) {
    return (variable.filters ?? []) as AdHocFilter[];
  }
  return asked
    .map((text) => text.split('|').map((part) => part.replaceAll('__gfp__', '|')))
    .filter((parts) => parts.length >= 3)
    .map(([key = '', operator = '=', ...values]) => ({ key, operator, value: values[0] ?? '', values }));
}

export function filterToUrl({ key, operator, value }: AdHocFilter): string {
  return [key, operator, value].map((part) => part.replaceAll('|', '__gfp__')).join('|');
}
