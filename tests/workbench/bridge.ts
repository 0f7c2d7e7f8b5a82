import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { Backend } from './bridge/backend.ts';
import { DataSourceState, type DataSourceUpdate } from './bridge/dataSource.ts';
import { fileRoutes } from './bridge/files.ts';
import { iconRoute } from './bridge/icons.ts';
import { apiRoutes } from './bridge/routes.ts';
import { listen } from './bridge/server.ts';

export interface BridgeOptions {
  /** The built plugin's executable. */
  executable: string;
  /** Environment of the plugin, as `[plugin.pmta-datasource]` of grafana.ini would give it. */
  env: Record<string, string>;
  /** Settings with which the one data source begins. */
  dataSource: DataSourceUpdate;
  /** Folder of the page (`buildPage`). */
  page: string;
  /** 0 takes a free one. */
  port: number;
  /** Called with every line of the plugin's log. */
  onLog?: (line: string) => void;
}

export interface Bridge {
  url: string;
  /** Process of the plugin as it runs now. */
  pluginPid(): number;
  close(): Promise<void>;
}

/**
 * Stands in for Grafana on 127.0.0.1: starts the plugin, keeps its data source's settings, answers Grafana's HTTP API
 * for them, and serves the page. Rejects where the port is taken or the plugin does not start.
 */
export async function startBridge({ executable, env, dataSource, page, port, onLog }: BridgeOptions): Promise<Bridge> {
  const backend = await Backend.start(executable, { env, onLog });
  const state = new DataSourceState(dataSource);
  try {
    const routes = [...apiRoutes({ backend, dataSource: state }), iconRoute, ...fileRoutes(page)];
    const server = await listen(routes, port);
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      pluginPid: () => backend.client.process.pid,
      async close() {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await Promise.all([closed, backend.stop()]);
      },
    };
  } catch (error) {
    await backend.stop();
    throw error;
  }
}
