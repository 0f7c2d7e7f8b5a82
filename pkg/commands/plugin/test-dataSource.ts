import type { StoreFailure } from '../../intake/health/storeWrites.ts';
import { emptyAccounting, type NodeIntake } from '../../intake/state.ts';
import type { Monitor } from '../../pmta/monitor.ts';
import { type NodeSettings, defaultNode, defaultSettings } from '../../settings/model.ts';
import type { Engine } from '../../store/engine.ts';
import type { DataSource } from './dataSource.ts';

export const never = new AbortController().signal;

/** A node of settings. */
export function nodeSettings(name: string, fields: Partial<NodeSettings> = {}): NodeSettings {
  return { ...defaultNode, name, url: `http://${name}.example.com:8080`, ...fields };
}

/** What the intake says of a node that works. */
export function nodeIntake(node: string, fields: Partial<NodeIntake> = {}): NodeIntake {
  return {
    node,
    poll: { lastMs: 1000, error: '' },
    accounting: { ...emptyAccounting, files: 1 },
    isCounted: true,
    receivedMs: null,
    hostProblems: [],
    ...fields,
  };
}

/** A data source over nothing: its engine cannot be opened, and it has no nodes unless told. */
export function dataSourceWith(fields: {
  nodes?: NodeSettings[];
  monitors?: Record<string, Partial<Monitor>>;
  engine?: () => Promise<Engine>;
  intake?: NodeIntake[];
  storeFailure?: StoreFailure;
  database?: string;
}): DataSource {
  return {
    settings: { ...defaultSettings, nodes: fields.nodes ?? [] },
    database: fields.database ?? 'org1_test',
    monitors: new Map(Object.entries(fields.monitors ?? {})) as DataSource['monitors'],
    intake: {
      state: () => fields.intake ?? [],
      storeFailure: () => fields.storeFailure ?? null,
      receive: () => Promise.reject(new Error('this test receives nothing')),
      stop: async () => undefined,
    },
    engine: fields.engine ?? (() => Promise.reject(new Error('this test has no engine'))),
    close: async () => undefined,
  };
}
