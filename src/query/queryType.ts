import { CoreApp } from '@grafana/data';

import { defaults, type QueryType, queryTypes } from '../../pkg/query/model.ts';
import { type PmtaQuery } from '../types';

/** What a new query asks: Explore is for reading records, an alert rule needs one number a group. */
export function defaultQuery(app?: CoreApp): Partial<PmtaQuery> {
  switch (app) {
    case CoreApp.Explore:
      return { ...defaults.logs };
    case CoreApp.UnifiedAlerting:
    case CoreApp.CloudAlerting:
      return { ...defaults.events, format: 'table' };
    default:
      return { ...defaults.events };
  }
}

/** A query that has no type yet, with one; alerting begins with an empty text as type. */
export function withDefaults(query: PmtaQuery, app?: CoreApp): PmtaQuery {
  const fresh = defaultQuery(app);
  return { ...fresh, ...query, queryType: fresh.queryType };
}

/** Whether alert rules can use the answer: they need numbers by group, which log lines and PMTA's lists are not. */
export function canAlert(queryType: string | undefined): boolean {
  return queryType === 'events' || queryType === 'history';
}

/**
 * The same query with another type. Every field stays, so that going back finds it; `limit` alone gives way where it
 * was the old type's default, because 20 series and 20 log lines are not the same wish.
 */
export function withQueryType(query: PmtaQuery, queryType: QueryType): PmtaQuery {
  const { limit, ...rest } = query;
  const current = queryTypes.find((known) => known === query.queryType);
  const chosen = limit !== undefined && current !== undefined && limit !== defaults[current].limit;
  return chosen ? { ...query, queryType } : { ...rest, queryType };
}
