import type { ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import { insertSnapshots, parseSnapshots, SnapshotError } from '../../intake/snapshots/batch.ts';
import type { DataSource } from './dataSource.ts';
import { json } from './json.ts';
import { mayPost, unpackedBody } from './posted.ts';

/**
 * `POST snapshots/<node>?id=`: what a collector has polled on the PMTA host, as an object of rows by table, plain or
 * gzip. A batch that is sent again under its id counts once.
 */
export async function postSnapshots(
  request: ResourceRequest,
  dataSource: DataSource,
  node: string
): Promise<ResourceResponse> {
  const refusal = mayPost(request, dataSource, node);
  if (refusal) {
    return refusal;
  }
  const id = request.query.get('id') ?? '';
  if (!/^[\w-]{1,100}$/.test(id)) {
    return json({ message: 'id must be a name of letters, digits, "_" and "-"' }, 400);
  }
  const body = await unpackedBody(request);
  if (!Buffer.isBuffer(body)) {
    return body;
  }
  try {
    const tables = parseSnapshots(body.toString('utf8'));
    await insertSnapshots(await dataSource.engine(), dataSource.database, node, id, tables);
    return json({ rows: Object.values(tables).reduce((sum, rows) => sum + rows.length, 0) });
  } catch (error) {
    if (error instanceof SnapshotError) {
      return json({ message: error.message }, 400);
    }
    throw error;
  }
}
