import type { Envelope } from '../envelope.ts';
import type { Listing, QueueRow } from '../snapshot.ts';
import { flagOf, member, numberOf, textOf, type Tree } from '../tree.ts';
import { readErrors } from './errors.ts';
import { readListing, type ToUtc } from './listing.ts';

/** Reads `/queues`. */
export function normalizeQueues(envelope: Envelope, toUtc: ToUtc): Listing<QueueRow> {
  return readListing<QueueRow>(envelope, {
    plural: 'queues',
    singular: 'queue',
    names: [],
    readRow: (item, { name, recipients, kilobytes }) => ({
      queue: name,
      ...splitQueue(name),
      recipients,
      kilobytes,
      connections: numberOf(member(item, 'conn')) ?? 0,
      paused: flagOf(member(item, 'paused')),
      mode: textOf(member(item, 'mode')).toLowerCase(),
      backoff_reason: backoffReason(item),
      retry_ms: toUtc(member(item, 'retryTime')),
      errors: readErrors(item, toUtc),
    }),
  });
}

/** Splits `domain/vmta` at the last slash: what stands for the domain may hold slashes, a VMTA's name cannot. */
export function splitQueue(queue: string): { recipient_domain: string; vmta: string } {
  const slash = queue.lastIndexOf('/');
  return slash < 0
    ? { recipient_domain: queue, vmta: '' }
    : { recipient_domain: queue.slice(0, slash), vmta: queue.slice(slash + 1) };
}

/** No source says how PMTA names this member, only that its web page shows it. */
function backoffReason(item: Tree): string {
  const name = Object.keys(item).find((key) => /backoff.*reason/i.test(key));
  return name === undefined ? '' : textOf(item[name]);
}
