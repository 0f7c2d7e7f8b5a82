import { type Columns, nameOf } from './test-model-records.ts';

/**
 * What is known of a record of a file:
 * - `there`: it stands in a file, so it will be read sooner or later;
 * - `read`: a look came to its end behind it;
 * - `open`: its file is deleted, and a follower that has it open still can read it at its next look;
 * - `maybe`: it was deleted or cut off before a look was sure to see it.
 */
export type Fate = 'there' | 'read' | 'open' | 'maybe';

/** A record in a file, or what became of it. */
export interface Instance {
  event: number;
  /** What is written anew into the same file is the same acct-file again: an event in both counts once. */
  lineage: string;
  columns: Columns;
  fate: Fate;
}

/** How often an event must and may be in the store. */
export interface Expected {
  least: number;
  most: number;
  /** What became of its records, for whoever reads the failure. */
  why: string;
}

/** All records that were ever written, and what must be in the store for them. */
export class Ledger {
  /** Events that may be stored in part: the last record of a file that ended in the middle of it. */
  readonly torn = new Set<number>();
  private readonly instances: Instance[] = [];

  add(instance: Instance): Instance {
    this.instances.push(instance);
    return instance;
  }

  /** @param fate of those that no look was sure to see */
  lose(instances: readonly Instance[], fate: Fate): void {
    for (const instance of instances) {
      if (instance.fate === 'there') {
        instance.fate = fate;
      }
    }
  }

  /** What was open when its file was deleted: read to its end, or closed unread. */
  settleOpen(fate: Fate): void {
    for (const instance of this.instances) {
      if (instance.fate === 'open') {
        instance.fate = fate;
      }
    }
  }

  /** Whether a byte was deleted or cut off before it was sure to be read. */
  mayHaveLost(): boolean {
    return this.torn.size > 0 || this.instances.some(({ fate }) => fate === 'maybe');
  }

  /** By the events' names in the store. */
  expected(): Map<string, Expected> {
    const byEvent = Map.groupBy(this.instances, ({ event }) => event);
    const counts = [...byEvent].map(([event, all]) => {
      const least = mostOfALineage(all.filter(({ fate }) => fate !== 'maybe'));
      const why = all.map(({ lineage, fate }) => `${lineage} ${fate}`).join(', ');
      return [nameOf(event), { least, most: mostOfALineage(all), why }] as const;
    });
    return new Map(counts);
  }
}

/** Of acct-files that have the same event, and of what was written anew, the one that has it most often counts. */
function mostOfALineage(instances: readonly Instance[]): number {
  const lineages = [...Map.groupBy(instances, ({ lineage }) => lineage).values()];
  return Math.max(0, ...lineages.map((all) => all.length));
}
