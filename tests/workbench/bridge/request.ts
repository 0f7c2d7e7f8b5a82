import type { IncomingMessage } from 'node:http';

import type { PluginContext, Role } from '../../../pkg/grafana/handlers.ts';
import type { ClientQuery, QueryCall } from '../../protocol/client.ts';
import type { DataSourceState } from './dataSource.ts';
import { HttpError } from './http.ts';
import { parseTime } from './time.ts';

/** Request headers that Grafana hands on with a query, as `http_<name>`. */
const forwarded = [
  'X-Datasource-Uid',
  'X-Dashboard-Uid',
  'X-Dashboard-Title',
  'X-Panel-Id',
  'X-Panel-Title',
  'X-Panel-Plugin-Id',
  'X-Query-Group-Id',
];

/** The role that the page plays (`X-Workbench-Role`); Admin where it says none. */
export function roleOf(request: IncomingMessage): Role {
  const role = request.headers['x-workbench-role'] ?? 'Admin';
  if (role !== 'Viewer' && role !== 'Editor' && role !== 'Admin') {
    throw new HttpError(400, 'X-Workbench-Role is one of Viewer, Editor, Admin.');
  }
  return role;
}

/** Who asks, of which data source: what Grafana puts into every call of a plugin. */
export function contextOf(request: IncomingMessage, dataSource: DataSourceState): PluginContext {
  const role = roleOf(request);
  return {
    orgId: 1,
    user: { login: 'workbench', name: `Workbench ${role}`, email: 'workbench@example.com', role },
    dataSource: dataSource.toInstance(),
    grafanaConfig: { GF_APP_URL: `http://${request.headers.host}`, GF_CONCURRENT_QUERY_COUNT: '10' },
  };
}

export function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of forwarded) {
    const value = request.headers[name.toLowerCase()];
    if (typeof value === 'string') {
      headers[`http_${name}`] = value;
    }
  }
  return headers;
}

function checkedQuery(query: unknown): ClientQuery {
  if (typeof query !== 'object' || query === null || !('refId' in query) || typeof query.refId !== 'string') {
    throw new HttpError(400, 'bad request data: every query needs a refId');
  }
  const { datasource } = query as { datasource?: { type?: unknown } };
  if (datasource?.type === '__expr__') {
    throw new HttpError(400, `${query.refId}: the workbench has no server-side expressions; a Grafana has`);
  }
  // What Grafana assumes where a caller leaves them out.
  return { intervalMs: 1000, maxDataPoints: 100, ...query, refId: query.refId };
}

/** Queries and time range of a body of `POST /api/ds/query`. */
export function queriesOf(
  body: Record<string, unknown>,
  nowMs: number
): Pick<QueryCall, 'queries' | 'fromMs' | 'toMs'> {
  const { queries, from, to } = body;
  if (!Array.isArray(queries) || queries.length === 0) {
    throw new HttpError(400, 'bad request data: no queries');
  }
  return { fromMs: parseTime(from, nowMs), toMs: parseTime(to, nowMs), queries: queries.map(checkedQuery) };
}
