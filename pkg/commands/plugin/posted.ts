import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import type { DataSource } from './dataSource.ts';
import { json } from './json.ts';

/** What a body may grow to when it is unpacked, for it is then in memory. PMTA's own are at most 10 MB, a collector's 1. */
const mostBytes = 64 * 1024 * 1024;

const unpack = promisify(gunzip);

/** The answer to a request that may not post for this node; undefined where it may. */
export function mayPost(request: ResourceRequest, dataSource: DataSource, node: string): ResourceResponse | undefined {
  const role = request.context.user?.role;
  if (role !== 'Editor' && role !== 'Admin') {
    const message = 'Posting needs the role Editor or Admin: use the token of such a service account';
    return json({ message }, 403);
  }
  const settings = dataSource.settings.nodes.find(({ name }) => name === node);
  if (!settings) {
    const names = dataSource.settings.nodes.map(({ name }) => name).join(', ');
    return json({ message: `This data source has no node ${JSON.stringify(node)}, only: ${names}` }, 404);
  }
  return settings.accounting.receive
    ? undefined
    : json({ message: `Node ${node} receives nothing: switch "receive" on in the data source's settings` }, 409);
}

/** The body, unpacked where it is gzip, by its first bytes: a proxy may have taken away the header that says so. */
export async function unpackedBody({ body }: ResourceRequest): Promise<Buffer | ResourceResponse> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  try {
    return await unpack(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? json({ message: `The body unpacks to more than ${mostBytes / 1024 / 1024} MiB: send smaller ones` }, 413)
      : json({ message: 'The body begins like gzip and cannot be unpacked' }, 400);
  }
}
