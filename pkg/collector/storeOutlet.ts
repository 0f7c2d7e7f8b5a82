import { NodeAccounting } from '../intake/accounting/nodeAccounting.ts';
import type { Privacy } from '../intake/accounting/privacy/policy.ts';
import { createRecordReader } from '../intake/accounting/reader/reader.ts';
import { insertSnapshots } from '../intake/snapshots/batch.ts';
import type { Store } from '../store/store.ts';
import type { Outlet } from './outlet.ts';

export interface StoreOutletOptions {
  node: string;
  database: string;
  retentionDays: number;
  privacy: Privacy;
}

/** Straight into the store that the data source reads. */
export function storeOutlet(store: Store, { node, database, retentionDays, privacy }: StoreOutletOptions): Outlet {
  const reader = createRecordReader();
  const engine = () => store.database(database, retentionDays);
  const accounting = new NodeAccounting({
    node,
    settings: { files: [], pull: false, receive: true },
    roots: [],
    database,
    engine,
    reader,
    privacy,
    onError: () => undefined,
  });
  return {
    accounting: ({ acctFile, source, start, bytes }) =>
      accounting.receive({ acctFile, bytes, place: { source, start } }),
    snapshots: async (id, tables) => insertSnapshots(await engine(), database, node, id, tables),
    async close() {
      await reader.close();
      await store.close();
    },
  };
}
