import type { DataSourceInstance, PluginContext, Role } from './handlers.ts';
import { parseJson } from './json.ts';
import type { ContextMessage, DataSourceMessage } from './proto/messages.ts';

const roles: readonly string[] = ['Viewer', 'Editor', 'Admin'] satisfies Role[];

/** Translates the context that Grafana sends with every call; throws where `jsonData` cannot be parsed. */
export function readContext(message: ContextMessage | null): PluginContext {
  const { user, dataSourceInstanceSettings: dataSource } = message ?? {};
  return {
    orgId: message?.orgId ?? 0,
    ...(user && { user: { login: user.login, name: user.name, email: user.email, role: readRole(user.role) } }),
    ...(dataSource && { dataSource: readDataSource(dataSource) }),
    grafanaConfig: message?.grafanaConfig ?? {},
  };
}

/** The decrypted secrets of a call, which no text that leaves the process may contain. */
export function secretsOf(message: ContextMessage | null): string[] {
  return Object.values(message?.dataSourceInstanceSettings?.decryptedSecureJsonData ?? {});
}

/** An unknown role must not grant anything. */
function readRole(role: string): Role {
  return roles.includes(role) ? (role as Role) : '';
}

function readDataSource(message: DataSourceMessage): DataSourceInstance {
  return {
    id: message.id,
    uid: message.uid,
    name: message.name,
    url: message.url,
    jsonData: parseJson(message.jsonData, `jsonData of data source "${message.name}"`) ?? {},
    secureJsonData: message.decryptedSecureJsonData,
    updatedMs: message.lastUpdatedMS,
  };
}
