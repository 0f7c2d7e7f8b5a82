import { type DataSourceInstanceSettings, dateTime, PluginType, type TimeRange } from '@grafana/data';
import { type BackendSrvRequest, setBackendSrv, setTemplateSrv } from '@grafana/runtime';
import { of, throwError } from 'rxjs';

import { DataSource } from '../datasource';
import { type PmtaOptions } from '../types';

/** A data source whose requests are answered by path, as a backend would, and remembered. */
export function makeDataSource(resources: Record<string, unknown> = {}, variables: Record<string, string[]> = {}) {
  const requests: BackendSrvRequest[] = [];
  setBackendSrv({
    fetch: (request: BackendSrvRequest) => {
      requests.push(request);
      const resource = request.url.split('/resources/')[1];
      if (resource === undefined) {
        return of({ data: { results: {} } });
      }
      return resource in resources ? of({ data: resources[resource] }) : throwError(() => new Error('not reachable'));
    },
  } as never);
  setTemplateSrv({
    getVariables: () => Object.keys(variables).map((name) => ({ name })),
    replace: (text = '', _scope: unknown, format?: (value: unknown, variable: object) => string) =>
      text.replace(/\$(\w+)/g, (match, name: string) => {
        const value = variables[name];
        return value === undefined ? match : (format?.(value, { multi: true }) ?? value.join(','));
      }),
  } as never);
  return { dataSource: new DataSource(instanceSettings), requests };
}

const instanceSettings = {
  uid: 'pmta',
  type: 'pmta-datasource',
  name: 'PowerMTA',
  access: 'proxy',
  readOnly: false,
  jsonData: {},
  meta: { id: 'pmta-datasource', name: 'PowerMTA', type: PluginType.datasource },
} as unknown as DataSourceInstanceSettings<PmtaOptions>;

export const lastHour: TimeRange = {
  from: dateTime('2026-04-01T13:00:00Z'),
  to: dateTime('2026-04-01T14:00:00Z'),
  raw: { from: 'now-1h', to: 'now' },
};
