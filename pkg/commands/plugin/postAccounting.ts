import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import type { Batch } from '../../intake/accounting/receive.ts';
import { HeaderError } from '../../pmta/accounting/header.ts';
import type { DataSource } from './dataSource.ts';
import { json } from './json.ts';

/** What a batch may grow to when it is unpacked. PMTA's own are at most 10 MB. */
const mostBytes = 256 * 1024 * 1024;

const unpack = promisify(gunzip);

/**
 * `POST accounting/<node>`: a batch of accounting as PMTA's webhook (`http-webhook-url`) or a collector sends it: CSV
 * with its header or JSON, plain or gzip. Answers how many records were new, seen before and rejected; only 2xx means
 * that the batch is stored, and a batch that is sent again counts once.
 *
 * Query: `acctFile`, the name of the acct-file (`webhook` by default); `source` and `start`, for a sender that numbers
 * its bytes: where in which source the first record begins.
 */
export async function postAccounting(
  request: ResourceRequest,
  dataSource: DataSource,
  node: string
): Promise<ResourceResponse> {
  const role = request.context.user?.role;
  if (role !== 'Editor' && role !== 'Admin') {
    return json(
      { message: 'Posting accounting needs the role Editor or Admin: use the token of such a service account' },
      403
    );
  }
  const settings = dataSource.settings.nodes.find(({ name }) => name === node);
  if (!settings) {
    const names = dataSource.settings.nodes.map(({ name }) => name).join(', ');
    return json({ message: `This data source has no node ${JSON.stringify(node)}, only: ${names}` }, 404);
  }
  if (!settings.accounting.receive) {
    return json(
      { message: `Node ${node} does not receive accounting: switch it on in the data source's settings` },
      409
    );
  }
  const place = placeOf(request.query);
  const acctFile = request.query.get('acctFile') ?? 'webhook';
  if (place === 'wrong' || !/^[\w.-]{1,100}$/.test(acctFile)) {
    return json(
      { message: 'acctFile and source must be names of letters, digits, ".", "_" and "-", start a number' },
      400
    );
  }
  let bytes: Buffer;
  try {
    bytes = await unpacked(Buffer.from(request.body));
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge
      ? json({ message: `The batch unpacks to more than ${mostBytes / 1024 / 1024} MiB: send smaller ones` }, 413)
      : json({ message: 'The body begins like gzip and cannot be unpacked' }, 400);
  }
  try {
    const batch: Batch = { bytes, acctFile, place };
    return json(await dataSource.intake.receive(node, batch));
  } catch (error) {
    if (error instanceof HeaderError) {
      return json({ message: `The batch is no accounting: ${error.message}` }, 400);
    }
    throw error;
  }
}

/** By its first bytes: a proxy may have taken away the header that says so. */
async function unpacked(body: Buffer): Promise<Buffer> {
  return body[0] === 0x1f && body[1] === 0x8b ? unpack(body, { maxOutputLength: mostBytes }) : body;
}

function placeOf(query: URLSearchParams): Batch['place'] | 'wrong' {
  const source = query.get('source');
  const start = query.get('start');
  if (source === null && start === null) {
    return undefined;
  }
  const isRight = /^[\w.~-]{1,200}$/.test(source ?? '') && /^\d{1,15}$/.test(start ?? '');
  return isRight ? { source: source ?? '', start: Number(start) } : 'wrong';
}
