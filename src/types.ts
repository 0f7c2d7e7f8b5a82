import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';

import { type EventsQuery, type HistoryQuery, type LiveQuery, type LogsQuery } from '../pkg/query/model.ts';
import { type DataSourceSettings } from '../pkg/settings/model.ts';

type Fields<Query> = Omit<Query, 'queryType'>;

/** Any field may be absent, and any name may still be a template variable such as `$measure`. */
type Templated<Query> = {
  [Key in keyof Query]?: Query[Key] extends string ? string : Query[Key] extends string[] ? string[] : Query[Key];
};

/**
 * A query as dashboards and alert rules save it. Fields of other query types may be there too, because changing the
 * type keeps them.
 */
export interface PmtaQuery
  extends DataQuery, Templated<Fields<EventsQuery> & Fields<LogsQuery> & Fields<HistoryQuery> & Fields<LiveQuery>> {}

/** `jsonData` as Grafana stores it: any setting may be absent. */
export interface PmtaOptions extends DataSourceJsonData, Partial<DataSourceSettings> {}

/**
 * `secureJsonData`: `apiKey.<node>`, `storePassword`, `storeQueryPassword`, `hashKey`; only ever written, the browser
 * never gets it back.
 */
export type PmtaSecrets = Record<string, string>;
