import type { Envelope } from '../envelope.ts';
import type { JobRow, Listing } from '../snapshot.ts';
import { flagOf, member, numberOf } from '../tree.ts';
import { readListing } from './listing.ts';

/** Reads `/jobs`. */
export function normalizeJobs(envelope: Envelope): Listing<JobRow> {
  return readListing<JobRow>(envelope, {
    plural: 'jobs',
    singular: 'job',
    // 4.x calls it `id`.
    names: ['id', 'jobId', 'jobid'],
    readRow: (item, { name, recipients, kilobytes }) => ({
      job_id: name,
      recipients,
      kilobytes,
      connections: numberOf(member(item, 'conn')),
      paused: flagOf(member(item, 'paused')),
    }),
  });
}
