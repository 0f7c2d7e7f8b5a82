import type { Envelope } from '../envelope.ts';
import type { DomainRow, Listing } from '../snapshot.ts';
import { member, numberOf } from '../tree.ts';
import { readErrors } from './errors.ts';
import { readListing, type ToUtc } from './listing.ts';

/** Reads `/domains`. */
export function normalizeDomains(envelope: Envelope, toUtc: ToUtc): Listing<DomainRow> {
  return readListing<DomainRow>(envelope, {
    plural: 'domains',
    singular: 'domain',
    names: [],
    readRow: (item, { name, recipients, kilobytes }) => ({
      recipient_domain: name,
      recipients,
      kilobytes,
      connections: numberOf(member(item, 'conn')) ?? 0,
      errors: readErrors(item, toUtc),
    }),
  });
}
