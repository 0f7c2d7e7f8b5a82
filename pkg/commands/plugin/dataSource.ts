import type { DataSourceInstance } from '../../grafana/handlers.ts';
import type { Logger } from '../../grafana/log.ts';
import { type Intake, startIntake } from '../../intake/intake.ts';
import { createMonitor, type Monitor } from '../../pmta/monitor.ts';
import { type Privacy, privacyKey } from '../../intake/accounting/privacy/policy.ts';
import {
  apiKeyOf,
  type ClickHouseSettings,
  type DataSourceSettings,
  hashKeyKey,
  type RecipientPrivacy,
  storePasswordKey,
  storeQueryPasswordKey,
} from '../../settings/model.ts';
import type { PluginSettings } from '../../settings/plugin.ts';
import { SettingsError, validateSettings } from '../../settings/validate.ts';
import type { Engine } from '../../store/engine.ts';
import { databaseName } from '../../store/schema/migrate.ts';
import { openServerStore } from '../../store/server/store.ts';
import type { Store } from '../../store/store.ts';

/** One data source as saved at one moment: its settings, its monitors, its share of the store, its intake. */
export interface DataSource {
  settings: DataSourceSettings;
  database: string;
  monitors: ReadonlyMap<string, Monitor>;
  intake: Intake;
  /** Its database, opened and migrated; throws StoreError. */
  engine(): Promise<Engine>;
  /** Stops polling and following; what is being inserted goes in first. */
  close(): Promise<void>;
}

/** Starts a data source; throws SettingsError. */
export function openDataSource(
  orgId: number,
  instance: DataSourceInstance,
  plugin: PluginSettings,
  store: Store,
  log: Logger
): DataSource {
  const settings = validateSettings(instance.jsonData);
  const server = settings.store.kind === 'clickhouse' ? serverStore(settings.store, instance, plugin, log) : undefined;
  const database = settings.store.kind === 'clickhouse' ? settings.store.database : databaseName(orgId, instance.uid);
  const engine = () => (server ?? store).database(database, settings.retentionDays);
  const monitors = new Map(
    settings.nodes
      .filter(({ url }) => url !== '')
      .map((node) => {
        const secrets = {
          apiKey: instance.secureJsonData[apiKeyOf(node.name)],
          tlsClientCert: instance.secureJsonData[`tlsClientCert.${node.name}`],
          tlsClientKey: instance.secureJsonData[`tlsClientKey.${node.name}`],
        };
        return [node.name, createMonitor(node, secrets)];
      })
  );
  const intake = startIntake({
    settings,
    monitors,
    engine,
    database,
    roots: plugin.accountingRoots,
    privacy: privacyOf(settings.recipients, instance.secureJsonData[hashKeyKey] ?? ''),
    onError: (node, task, message) => log.warn(message, { dataSource: instance.uid, node, task }),
  });
  return {
    settings,
    database,
    monitors,
    intake,
    engine,
    async close() {
      for (const monitor of monitors.values()) {
        monitor.close();
      }
      await intake.stop();
      await server?.close();
    },
  };
}

function serverStore(
  settings: ClickHouseSettings,
  { uid, secureJsonData }: DataSourceInstance,
  plugin: PluginSettings,
  log: Logger
): Store {
  const options = {
    url: settings.url,
    username: settings.username,
    password: secureJsonData[storePasswordKey] ?? '',
    cluster: settings.cluster,
    ca: settings.tlsCaCert,
    skipVerify: settings.tlsSkipVerify,
    queryUsername: settings.queryUsername,
    queryPassword: secureJsonData[storeQueryPasswordKey] ?? '',
  };
  return openServerStore(options, plugin.limits, (error) =>
    log.error(error.message, { code: error.code, dataSource: uid })
  );
}

function privacyOf(policy: RecipientPrivacy, secret: string): Privacy {
  if (policy === 'hash' && secret === '') {
    throw new SettingsError('recipients is "hash", which needs a hash key: enter one, and keep it');
  }
  return { policy, key: policy === 'hash' ? privacyKey(secret) : '' };
}
