import type { ResourceRequest, ResourceResponse } from '../../grafana/handlers.ts';
import type { Batch } from '../../intake/accounting/receive.ts';
import { HeaderError } from '../../pmta/accounting/header.ts';
import type { DataSource } from './dataSource.ts';
import { json } from './json.ts';
import { mayPost, unpackedBody } from './posted.ts';

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
  const refusal = mayPost(request, dataSource, node);
  if (refusal) {
    return refusal;
  }
  const place = placeOf(request.query);
  const acctFile = request.query.get('acctFile') ?? 'webhook';
  if (place === 'wrong' || !/^[\w.~-]{1,100}$/.test(acctFile)) {
    const message = 'acctFile and source must be names of letters, digits, ".", "_", "~" and "-", and start a number';
    return json({ message }, 400);
  }
  const bytes = await unpackedBody(request);
  if (!Buffer.isBuffer(bytes)) {
    return bytes;
  }
  try {
    return json(await dataSource.intake.receive(node, { bytes, acctFile, place }));
  } catch (error) {
    if (error instanceof HeaderError) {
      return json({ message: `The batch is no accounting: ${error.message}` }, 400);
    }
    throw error;
  }
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
