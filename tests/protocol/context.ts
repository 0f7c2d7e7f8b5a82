import type { PluginContext } from '../../pkg/grafana/handlers.ts';
import type { ContextMessage } from '../../pkg/grafana/proto/messages.ts';

/** The wire form of a context; organisation 1 where it names none. */
export function writeContext({ orgId, user, dataSource, grafanaConfig }: Partial<PluginContext> = {}): ContextMessage {
  return {
    orgId: orgId ?? 1,
    user: user ?? null,
    dataSourceInstanceSettings: dataSource
      ? {
          id: dataSource.id,
          uid: dataSource.uid,
          name: dataSource.name,
          url: dataSource.url,
          jsonData: Buffer.from(JSON.stringify(dataSource.jsonData)),
          decryptedSecureJsonData: dataSource.secureJsonData,
          lastUpdatedMS: dataSource.updatedMs,
        }
      : null,
    grafanaConfig: grafanaConfig ?? {},
  };
}
