import {
  EventBusSrv,
  type GrafanaConfig,
  locationUtil,
  standardTransformers,
  standardTransformersRegistry,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  config,
  locationService,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setLocationSrv,
  setTemplateSrv,
} from '@grafana/runtime';

import { backendSrv } from './backend.ts';
import { dataSourceSrv } from './dataSources.ts';
import { templateSrv } from './templates.ts';

/** Gives @grafana/runtime the services that Grafana's application sets before it loads a plugin. */
export async function installServices(): Promise<void> {
  setBackendSrv(backendSrv);
  setDataSourceSrv(dataSourceSrv);
  setTemplateSrv(templateSrv);
  setLocationSrv(locationService);
  setAppEvents(new EventBusSrv());
  setEchoSrv({ flush: () => undefined, addBackend: () => undefined, addEvent: () => undefined });
  locationUtil.initialize({
    config: config as unknown as GrafanaConfig,
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }),
    getVariablesUrlParams: () => ({}),
  });
  // Some of them stand in the list under an old name too.
  const transformers = new Map(Object.values(standardTransformers).map((each) => [each.id, each]));
  standardTransformersRegistry.setInit(() =>
    [...transformers.values()].map((transformer) => ({
      id: transformer.id,
      name: transformer.name,
      transformation: () => Promise.resolve(transformer),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }))
  );
  await initPluginTranslations('grafana');
}
