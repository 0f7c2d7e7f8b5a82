import { grafanaOutlet } from '../../collector/grafanaOutlet.ts';
import type { Outlet } from '../../collector/outlet.ts';
import { privacyKey } from '../../intake/accounting/privacy/policy.ts';
import type { CollectorConfig } from '../../settings/collectorModel.ts';

/** What a collector's own statements may take; it asks only for its place in the journal. */
const limits = { maxSeconds: 60, maxMemoryBytes: 1024 ** 3, maxRows: 10_000_000 };

/** Where a collector sends to. Nothing is connected before the first call. */
export async function openOutlet(config: CollectorConfig): Promise<Outlet> {
  const { node, target, recipients, hashKey, retentionDays } = config;
  if (target.kind === 'grafana') {
    return grafanaOutlet({ ...target, node: node.name });
  }
  // A third of the code, which a collector with Grafana as its target must not keep in memory.
  const [{ openServerStore }, { storeOutlet }] = await Promise.all([
    import('../../store/server/store.ts'),
    import('../../collector/storeOutlet.ts'),
  ]);
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
