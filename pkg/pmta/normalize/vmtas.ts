import type { Envelope } from '../envelope.ts';
import type { Listing, VmtaRow } from '../snapshot.ts';
import { member, numberOf } from '../tree.ts';
import { readListing } from './listing.ts';

/** Reads `/vmtas`. */
export function normalizeVmtas(envelope: Envelope): Listing<VmtaRow> {
  return readListing<VmtaRow>(envelope, {
    plural: 'vmtas',
    singular: 'vmta',
    names: [],
    readRow: (item, { name, recipients, kilobytes }) => ({
      vmta: name,
      recipients,
      kilobytes,
      connections: numberOf(member(item, 'conn')) ?? 0,
      domains: numberOf(member(item, 'dom')),
      percent_of_total: numberOf(member(item, 'pctOfTotal')),
    }),
  });
}
