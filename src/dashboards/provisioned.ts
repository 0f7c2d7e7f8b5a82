/** A dashboard as exported, with the inputs that Grafana asks for on import. */
export interface BundledDashboard {
  __inputs: Array<{ name: string }>;
  [key: string]: unknown;
}

/**
 * The bundled dashboard as file provisioning needs it. Provisioning does not fill in inputs, so `${DS_POWERMTA}` would
 * stay as it is and every panel would say that the data source was not found: the provisioned copy names the uid.
 */
export function toProvisioned(dashboard: BundledDashboard, dataSourceUid: string): Record<string, unknown> {
  const { __inputs, __requires, ...rest } = dashboard;
  const references = new Set(__inputs.map(({ name }) => `\${${name}}`));
  return JSON.parse(JSON.stringify(rest), (_key, value: unknown) =>
    typeof value === 'string' && references.has(value) ? dataSourceUid : value
  );
}
