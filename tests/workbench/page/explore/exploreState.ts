import type { DataQuery } from '@grafana/schema';
import { locationService } from '@grafana/runtime';

interface LeftPane {
  queries?: DataQuery[];
  range?: { from: string; to: string };
}

function parse<T>(text: string | null): T | undefined {
  try {
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}

/** The queries of the address: `queries` is the workbench's own, `left` and `panes` are how Grafana links to Explore. */
export function queriesOfAddress(search: URLSearchParams): DataQuery[] | undefined {
  const own = parse<DataQuery[]>(search.get('queries'));
  const left = parse<LeftPane>(search.get('left'));
  const panes = parse<Record<string, LeftPane>>(search.get('panes'));
  const queries = own ?? left?.queries ?? Object.values(panes ?? {})[0]?.queries;
  return queries?.map((query, index) => ({ ...query, refId: query.refId ?? letter(index) }));
}

export function saveQueries(queries: DataQuery[]): void {
  locationService.partial({ queries: JSON.stringify(queries), left: null, panes: null }, true);
}

function letter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** The first letter that no query has. */
export function nextRefId(queries: DataQuery[]): string {
  const taken = new Set(queries.map(({ refId }) => refId));
  let index = 0;
  while (taken.has(letter(index))) {
    index += 1;
  }
  return letter(index);
}
