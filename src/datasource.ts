import {
  type AdHocVariableFilter,
  type CoreApp,
  type DataSourceGetTagValuesOptions,
  type MetricFindValue,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';

import { type Filter } from '../pkg/query/model.ts';
import { displayText } from './query/display';
import { defaultQuery } from './query/queryType';
import { fromAdHoc, interpolateQuery, type Replace } from './query/variables';
import { type PmtaOptions, type PmtaQuery } from './types';

/** One entry of the backend's `dimensions` resource. */
export interface DimensionInfo {
  name: string;
}

/** What bounds a look-up of values: without a range it would read all that is stored. */
export interface ValueScope {
  range?: TimeRange;
  filters?: Filter[];
  search?: string;
}

export class DataSource extends DataSourceWithBackend<PmtaQuery, PmtaOptions> {
  getDefaultQuery(app: CoreApp): Partial<PmtaQuery> {
    return defaultQuery(app);
  }

  getQueryDisplayText(query: PmtaQuery): string {
    return displayText(query);
  }

  /** A query without a type is one that nobody has begun; one with a wrong type goes on, to be told so. */
  filterQuery(query: PmtaQuery): boolean {
    return !query.hide && Boolean(query.queryType);
  }

  applyTemplateVariables(query: PmtaQuery, scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): PmtaQuery {
    const replace: Replace = (text, format) => getTemplateSrv().replace(text, scopedVars, format);
    return interpolateQuery(query, replace, filters);
  }

  interpolateVariablesInQueries(
    queries: PmtaQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[]
  ): PmtaQuery[] {
    return queries.map((query) => ({
      ...this.applyTemplateVariables(query, scopedVars, filters),
      datasource: this.getRef(),
    }));
  }

  async getTagKeys(): Promise<MetricFindValue[]> {
    return (await this.dimensions()).map(({ name }) => ({ text: name }));
  }

  async getTagValues(options: DataSourceGetTagValuesOptions<PmtaQuery>): Promise<MetricFindValue[]> {
    const scope = { range: options.timeRange, filters: fromAdHoc(options.filters) };
    return (await this.values(options.key, scope)).map((text) => ({ text }));
  }

  /** Every dimension that the stored records have, `extra.<name>` among them. */
  dimensions(): Promise<DimensionInfo[]> {
    return this.getResource<DimensionInfo[]>('dimensions');
  }

  /** Values of one dimension, the most frequent ones. */
  values(key: string, { range, filters = [], search = '' }: ValueScope): Promise<string[]> {
    return this.getResource<string[]>('values', {
      key,
      search,
      filters: JSON.stringify(filters),
      ...(range && { from: range.from.valueOf(), to: range.to.valueOf() }),
    });
  }

  /** Names of the dashboard's variables, as one types them. */
  variableTexts(): string[] {
    return getTemplateSrv()
      .getVariables()
      .map(({ name }) => `$${name}`);
  }
}
