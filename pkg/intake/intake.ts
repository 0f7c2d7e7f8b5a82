import type { Monitor } from '../pmta/monitor.ts';
import type { CounterSample } from '../pmta/rates.ts';
import type { DataSourceSettings, NodeSettings } from '../settings/model.ts';
import type { Engine } from '../store/engine.ts';
import { NodeAccounting } from './accounting/nodeAccounting.ts';
import type { Privacy } from './accounting/privacy.ts';
import type { Batch, Received } from './accounting/receive.ts';
import { createRecordReader } from './accounting/reader/reader.ts';
import { messageOf } from './messageOf.ts';
import { repeatedly } from './repeatedly.ts';
import { loadLastSample } from './snapshots/lastSample.ts';
import { poll } from './snapshots/poll.ts';
import type { NodeIntake, PollState } from './state.ts';

export interface IntakeOptions {
  settings: Pick<DataSourceSettings, 'nodes' | 'pollSeconds'>;
  monitors: ReadonlyMap<string, Monitor>;
  /** Waits for the store; asked again after it failed. */
  engine(): Promise<Engine>;
  database: string;
  roots: readonly string[];
  privacy: Privacy;
  onError(node: string, task: 'poll' | 'accounting', message: string): void;
}

export interface Intake {
  state(): NodeIntake[];
  /** Takes in accounting that was posted for a node. Throws StoreError and HeaderError. */
  receive(node: string, batch: Batch): Promise<Received>;
  /** Ends after what is being inserted is in. */
  stop(): Promise<void>;
}

/** Polls every node and takes in its accounting until stopped; each node and task on its own. */
export function startIntake(options: IntakeOptions): Intake {
  const stopping = new AbortController();
  const reader = createRecordReader();
  const nodes = options.settings.nodes.map((node) => startNode(node, options, reader, stopping.signal));
  return {
    state: () =>
      nodes.map(({ node, pollState, accounting }) => ({ node, poll: pollState, accounting: accounting.state() })),
    async receive(name, batch) {
      const found = nodes.find(({ node }) => node === name);
      if (!found) {
        throw new Error(`there is no node ${JSON.stringify(name)}`);
      }
      return found.accounting.receive(batch);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(nodes.flatMap(({ tasks }) => tasks));
      await reader.close();
    },
  };
}

interface RunningNode {
  node: string;
  pollState: PollState;
  accounting: NodeAccounting;
  tasks: Array<Promise<void>>;
}

function startNode(
  node: NodeSettings,
  options: IntakeOptions,
  reader: ReturnType<typeof createRecordReader>,
  signal: AbortSignal
): RunningNode {
  const { database, roots, privacy, onError } = options;
  const monitor = options.monitors.get(node.name);
  const pollState: PollState = { lastMs: null, error: '' };
  const accounting = new NodeAccounting({
    node: node.name,
    settings: node.accounting,
    roots,
    monitor,
    database,
    engine: () => options.engine(),
    reader,
    privacy,
    onError: (message) => onError(node.name, 'accounting', message),
  });
  const tasks = [accounting.run(signal), ...(monitor ? [pollNode(monitor, pollState, options, signal)] : [])];
  return { node: node.name, pollState, accounting, tasks };
}

async function pollNode(
  monitor: Monitor,
  state: PollState,
  options: IntakeOptions,
  signal: AbortSignal
): Promise<void> {
  let previous: CounterSample | null | undefined;
  await repeatedly(options.settings.pollSeconds * 1000, signal, async () => {
    const reported = state.error;
    try {
      const engine = await options.engine();
      previous ??= await loadLastSample(engine, options.database, monitor.node);
      const result = await poll(monitor, previous, engine, options.database, signal);
      previous = result.sample;
      state.lastMs = Date.now();
      state.error = result.error;
    } catch (error) {
      state.error = messageOf(error);
    }
    // What fails at every poll must not fill the log.
    if (state.error && state.error !== reported) {
      options.onError(monitor.node, 'poll', state.error);
    }
  });
}
