import { setTimeout as delay } from 'node:timers/promises';

import type { PluginHandlers } from '../../grafana/handlers.ts';
import type { Logger } from '../../grafana/log.ts';
import { readPluginSettings } from '../../settings/plugin.ts';
import { openStore } from '../../store/store.ts';
import { callResource } from './resources.ts';
import { checkHealth } from './checkHealth.ts';
import { createDataSources } from './dataSources.ts';
import { prometheusText } from './metrics.ts';
import { queryData } from './queryData.ts';

/** How long a stop waits for what is under way. */
const closeMs = 400;

/** What Grafana may ask of this plugin, over the store and the monitors. */
export function createHandlers(environment: NodeJS.ProcessEnv, log: Logger): PluginHandlers {
  const plugin = readPluginSettings(environment);
  const store = openStore(plugin.dataPath, plugin.limits, (error) =>
    log.error(error.message, { code: error.code, cause: String(error.cause) })
  );
  const dataSources = createDataSources(plugin, store, log);
  return {
    queryData: (request, scope) => queryData(request, () => dataSources.of(request.context), scope, log),
    checkHealth: (context, scope) => checkHealth(() => dataSources.of(context), plugin.accountingRoots, scope),
    callResource: (request, scope) => callResource(request, () => dataSources.of(request.context), scope),
    collectMetrics: async () => prometheusText(dataSources.open()),
    subscribeStream: async () => ({ status: 'not-found' }),
    runStream: async () => undefined,
    async shutdown() {
      const closed = dataSources.close().then(() => store.close());
      // A range that is being inserted may take longer than Grafana waits. It is in the journal and is sent again.
      await Promise.race([closed, delay(closeMs, undefined, { ref: false })]);
    },
  };
}
