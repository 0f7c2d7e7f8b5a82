import type { WireFormat } from './envelope.ts';
import { PmtaError } from './error.ts';
import type { Monitor } from './monitor.ts';
import type { SnapshotResource } from './snapshot.ts';

/** What Save & test says of one node. */
export type ProbeResult =
  | {
      ok: true;
      node: string;
      version: string;
      format: WireFormat | null;
      /** One line for the user. */
      message: string;
      /** What works but should be looked at: a wrong clock, lists that are not whole, resources that fail. */
      notices: string[];
    }
  | { ok: false; node: string; code: string; message: string };

const lists: SnapshotResource[] = ['queues', 'domains', 'vmtas', 'jobs'];

/** Asks a node everything that is ever asked. Never throws, except the signal's reason. */
export async function probe(monitor: Monitor, signal?: AbortSignal): Promise<ProbeResult> {
  const { node } = monitor;
  try {
    const { data, notices } = await monitor.get('status', { signal });
    const format = monitor.format();
    const ofLists = await Promise.all(lists.map((resource) => noticesOf(monitor, resource, signal)));
    const moved = monitor.movedTo();
    const redirected = moved === null ? [] : [`${node} redirects to ${moved}: enter that as its address`];
    const product = [data.product.name || 'PowerMTA', data.product.version, data.product.variant]
      .filter(Boolean)
      .join(' ');
    const host = data.host_name === '' ? '' : ` on ${data.host_name}`;
    const speaks = format === null ? '' : `, answers in ${format.toUpperCase()}`;
    const message = `${node}: ${product}${host} is ${data.state || 'up'}${speaks}`;
    return {
      ok: true,
      node,
      version: data.product.version,
      format,
      message,
      notices: [...redirected, ...notices, ...ofLists.flat()],
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PmtaError) {
      return { ok: false, node, code: error.code, message: error.message };
    }
    throw error;
  }
}

async function noticesOf(monitor: Monitor, resource: SnapshotResource, signal?: AbortSignal): Promise<string[]> {
  try {
    const { notices } = await monitor.get(resource, { signal });
    return notices.map((notice) => `/${resource} of ${monitor.node}: ${notice}`);
  } catch (error) {
    if (error instanceof PmtaError) {
      return [error.message];
    }
    throw error;
  }
}
