/** Changes of where records are stored, as pure steps over the data source's settings. */
import { type ClickHouseSettings, defaultClickHouse, type StoreSettings } from '../../pkg/settings/model.ts';
import { type Settings } from './settings';

/** The store with every setting filled in, since provisioning may leave any out. */
export function storeOf({ jsonData: { store } }: Settings): StoreSettings {
  return store?.kind === 'clickhouse' ? { ...defaultClickHouse, ...store } : { kind: 'embedded' };
}

/** Passwords stay where they are: coming back to a store must not need them again. */
export function withStore(settings: Settings, store: StoreSettings): Settings {
  return { ...settings, jsonData: { ...settings.jsonData, store } };
}

export function changeClickHouse(settings: Settings, change: Partial<Omit<ClickHouseSettings, 'kind'>>): Settings {
  const store = storeOf(settings);
  return store.kind === 'clickhouse' ? withStore(settings, { ...store, ...change }) : settings;
}
