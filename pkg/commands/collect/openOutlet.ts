import { grafanaOutlet } from '../../collector/grafanaOutlet.ts';
import type { Outlet } from '../../collector/outlet.ts';
import { storeOutlet } from '../../collector/storeOutlet.ts';
import { privacyKey } from '../../intake/accounting/privacy.ts';
import type { CollectorConfig } from '../../settings/collectorModel.ts';
import { openServerStore } from '../../store/server/store.ts';

/** What a collector's own statements may take; it asks only for its place in the journal. */
const limits = { maxSeconds: 60, maxMemoryBytes: 1024 ** 3, maxRows: 10_000_000 };

/** Where a collector sends to. Nothing is connected before the first call. */
export function openOutlet({ node, target, recipients, hashKey, retentionDays }: CollectorConfig): Outlet {
  if (target.kind === 'grafana') {
    return grafanaOutlet({ ...target, node: node.name });
  }
  const { url, database, username, cluster, tlsCaCert, tlsSkipVerify } = target.store;
  const store = openServerStore(
    { url, username, password: target.password, cluster, ca: tlsCaCert, skipVerify: tlsSkipVerify },
    limits,
    // Whoever sends hears of it.
    () => undefined
  );
  const privacy = { policy: recipients, key: recipients === 'hash' ? privacyKey(hashKey) : '' };
  return storeOutlet(store, { node: node.name, database, retentionDays, privacy });
}
