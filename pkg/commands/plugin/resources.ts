import type { CallScope, ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import { extraColumns } from '../../query/extraColumns.ts';
import { dimensions, resources } from '../../query/model.ts';
import { valuesOf } from '../../query/values.ts';
import type { DataSource } from './dataSource.ts';
import { errorStatus } from './errorStatus.ts';
import { json } from './json.ts';
import { postAccounting } from './postAccounting.ts';

type Route = (request: ResourceRequest, dataSource: DataSource, scope: CallScope) => Promise<ResourceResponse>;

/** The only resources there are; everything else is 404, whatever the user's role. */
const routes: Readonly<Record<string, Route>> = {
  'GET dimensions': async (_, dataSource, scope) =>
    json([...dimensions, ...(await extraColumns(dataSource, scope.signal))].map((name) => ({ name }))),
  'GET nodes': async (_, { settings }) => json(settings.nodes.map(({ name, url }) => ({ name, url }))),
  'GET values': async (request, dataSource, scope) => json(await valuesOf(request.query, dataSource, scope.signal)),
  'GET intake': async (_, dataSource) => json(dataSource.intake.state()),
  'GET raw': raw,
};

export async function callResource(
  request: ResourceRequest,
  dataSource: () => Promise<DataSource>,
  scope: CallScope
): Promise<ResourceResponse> {
  const route = routes[`${request.method} ${request.path}`] ?? accountingRoute(request);
  if (!route) {
    return json({ message: `There is no ${request.method} ${request.path}` }, 404);
  }
  try {
    return await route(request, await dataSource(), scope);
  } catch (error) {
    const status = errorStatus(error);
    if (status === undefined) {
      throw error;
    }
    return json({ message: (error as Error).message }, status);
  }
}

/** The only path with a name in it. */
function accountingRoute({ method, path }: ResourceRequest): Route | undefined {
  const [, name = ''] = /^accounting\/([^/]+)$/.exec(path) ?? [];
  const node = decoded(name);
  return method === 'POST' && node !== ''
    ? (request, dataSource) => postAccounting(request, dataSource, node)
    : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** PMTA's answer as it came, for what the parsers do not understand; it may hold addresses, so only for Admins. */
async function raw(request: ResourceRequest, dataSource: DataSource, scope: CallScope): Promise<ResourceResponse> {
  if (request.context.user?.role !== 'Admin') {
    return json({ message: 'Only an Admin may see the raw answers of PMTA' }, 403);
  }
  const monitor = dataSource.monitors.get(request.query.get('node') ?? '');
  const shown = [...resources, 'logs' as const];
  const resource = shown.find((name) => name === request.query.get('resource'));
  if (!monitor || !resource) {
    return json({ message: `Name a node with a monitor URL and one of: ${shown.join(', ')}` }, 400);
  }
  const reply = await monitor.raw(resource, { signal: scope.signal });
  // Never as HTML: the text is PMTA's, and what stands in it came from strangers.
  return { status: 200, headers: { 'Content-Type': ['text/plain; charset=utf-8'] }, body: reply.text };
}
