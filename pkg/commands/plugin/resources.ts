import type { CallScope, ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import { extraColumns } from '../../query/extraColumns.ts';
import { dimensions, resources } from '../../query/model.ts';
import { valuesOf } from '../../query/values.ts';
import type { DataSource } from './dataSource.ts';
import { errorStatus } from './errorStatus.ts';
import { intakeReport } from './intakeReport.ts';
import { json } from './json.ts';
import { postAccounting } from './postAccounting.ts';
import { postSnapshots } from './postSnapshots.ts';

type Route = (request: ResourceRequest, dataSource: DataSource, scope: CallScope) => Promise<ResourceResponse>;

/** The only resources there are; everything else is 404, whatever the user's role. */
const routes: Readonly<Record<string, Route>> = {
  'GET dimensions': async (_, dataSource, scope) =>
    json([...dimensions, ...(await extraColumns(dataSource, scope.signal))].map((name) => ({ name }))),
  'GET nodes': async (_, { settings }) => json(settings.nodes.map(({ name, url }) => ({ name, url }))),
  'GET values': async (request, dataSource, scope) => json(await valuesOf(request.query, dataSource, scope.signal)),
  'GET intake': async (_, dataSource, scope) => json(await intakeReport(dataSource, scope.signal)),
  'GET raw': raw,
};

export async function callResource(
  request: ResourceRequest,
  dataSource: () => Promise<DataSource>,
  scope: CallScope
): Promise<ResourceResponse> {
  const route = routes[`${request.method} ${request.path}`] ?? postRoute(request);
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

/** What may be posted, by the first part of a path whose second is the name of a node. */
const posts: ReadonlyMap<string, typeof postAccounting> = new Map([
  ['accounting', postAccounting],
  ['snapshots', postSnapshots],
]);

function postRoute({ method, path }: ResourceRequest): Route | undefined {
  const [, kind = '', name = ''] = /^([a-z]+)\/([^/]+)$/.exec(path) ?? [];
  const post = method === 'POST' ? posts.get(kind) : undefined;
  const node = decoded(name);
  return post && node !== '' ? (request, dataSource) => post(request, dataSource, node) : undefined;
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
