import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { DataSourceSettings } from '../../../pkg/settings/model.ts';
import { pluginId, root } from '../paths.ts';

/** JSON is YAML. */
function write(folder: string, name: string, value: object): Promise<void> {
  return writeFile(path.join(folder, name), JSON.stringify({ apiVersion: 1, ...value }, undefined, 2));
}

/** Provisioning of one data source and the repository's own dashboards, in a folder as Grafana wants it. */
export async function writeProvisioning(folder: string, settings: DataSourceSettings): Promise<void> {
  const dataSources = path.join(folder, 'datasources');
  const dashboards = path.join(folder, 'dashboards');
  for (const kind of ['datasources', 'dashboards', 'alerting', 'plugins', 'notifiers', 'access-control']) {
    await mkdir(path.join(folder, kind), { recursive: true });
  }
  await write(dataSources, 'pmta.yaml', {
    datasources: [
      {
        name: 'PowerMTA',
        uid: 'pmta',
        type: pluginId,
        access: 'proxy',
        isDefault: true,
        editable: true,
        jsonData: settings,
      },
    ],
  });
  await write(dashboards, 'pmta.yaml', {
    providers: [{ name: 'PowerMTA', type: 'file', options: { path: path.join(root, 'provisioning/dashboards/pmta') } }],
  });
}
