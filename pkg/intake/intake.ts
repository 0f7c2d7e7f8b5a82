import type { Monitor } from '../pmta/monitor.ts';
import type { CounterSample } from '../pmta/rates.ts';
import type { DataSourceSettings, NodeSettings } from '../settings/model.ts';
import type { Engine } from '../store/engine.ts';
import { NodeAccounting } from './accounting/nodeAccounting.ts';
import type { Privacy } from './accounting/privacy/policy.ts';
import type { Batch, Received } from './accounting/receive.ts';
import { createRecordReader } from './accounting/reader/reader.ts';
import { type RecordedNode, recordStates } from './health/recordStates.ts';
import { type StoreFailure, StoreWrites } from './health/storeWrites.ts';
import { watchHosts } from './host/watchHosts.ts';
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
  onError(node: string, task: 'poll' | 'accounting' | 'host', message: string): void;
}

export interface Intake {
  state(): NodeIntake[];
  /** Why the store takes nothing now; null where it does. */
  storeFailure(): StoreFailure | null;
  /** Takes in accounting that was posted for a node. Throws StoreError and HeaderError. */
  receive(node: string, batch: Batch): Promise<Received>;
  /** Ends after what is being inserted is in. */
  stop(): Promise<void>;
}

/** Polls every node and takes in its accounting until stopped; each node and task on its own. */
export function startIntake(options: IntakeOptions): Intake {
  const stopping = new AbortController();
  const reader = createRecordReader();
  const writes = new StoreWrites();
  const nodes = options.settings.nodes.map((node) => startNode(node, options, reader, writes, stopping.signal));
  const health = [
    recordStates({ ...options.settings, ...options, writes, nodes: nodes.flatMap(recorded) }, stopping.signal),
    watchHosts(
      {
        ...options,
        ...options.settings,
        writes,
        onPolled: (name, problems) => keepHostProblems(nodes, name, problems, options),
      },
      stopping.signal
    ),
  ];
  return {
    state: () =>
      nodes.map(({ node, pollState, accounting, isCounted, receivedMs, hostProblems }) => ({
        node,
        poll: pollState,
        accounting: accounting.state(),
        isCounted,
        receivedMs,
        hostProblems,
      })),
    storeFailure: () => writes.failure,
    async receive(name, batch) {
      const found = nodes.find(({ node }) => node === name);
      if (!found) {
        throw new Error(`there is no node ${JSON.stringify(name)}`);
      }
      const received = await found.accounting.receive(batch);
      found.receivedMs = Date.now();
      return received;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled([...health, ...nodes.flatMap(({ tasks }) => tasks)]);
      await reader.close();
    },
  };
}

interface RunningNode {
  node: string;
  takesAccounting: boolean;
  pollState: PollState;
  accounting: NodeAccounting;
  isCounted: boolean;
  receivedMs: number | null;
  hostProblems: readonly string[];
  tasks: Array<Promise<void>>;
}

function startNode(
  node: NodeSettings,
  options: IntakeOptions,
  reader: ReturnType<typeof createRecordReader>,
  writes: StoreWrites,
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
  const tasks = [accounting.run(signal), ...(monitor ? [pollNode(monitor, pollState, options, writes, signal)] : [])];
  const { files, pull, receive } = node.accounting;
  const takesAccounting = files.length > 0 || pull || receive;
  return {
    node: node.name,
    takesAccounting,
    pollState,
    accounting,
    isCounted: false,
    receivedMs: null,
    hostProblems: [],
    tasks,
  };
}

/** A node as `recordStates` takes it; none for one without accounting. */
function recorded(running: RunningNode): RecordedNode[] {
  const { node, takesAccounting, accounting } = running;
  const onLastBatch = (ms: number) => (running.receivedMs ??= ms);
  const open = async () => {
    await accounting.sink();
    running.isCounted = true;
  };
  return takesAccounting ? [{ node, open, state: () => accounting.state(), onLastBatch }] : [];
}

function keepHostProblems(
  nodes: readonly RunningNode[],
  name: string,
  problems: readonly string[],
  options: IntakeOptions
): void {
  const running = nodes.find(({ node }) => node === name);
  if (running) {
    // What cannot be measured at every poll must not fill the log.
    const [fresh] = problems.filter((problem) => !running.hostProblems.includes(problem));
    running.hostProblems = problems;
    if (fresh !== undefined) {
      options.onError(name, 'host', fresh);
    }
  }
}

async function pollNode(
  monitor: Monitor,
  state: PollState,
  options: IntakeOptions,
  writes: StoreWrites,
  signal: AbortSignal
): Promise<void> {
  let previous: CounterSample | null | undefined;
  await repeatedly(options.settings.pollSeconds * 1000, signal, async () => {
    const reported = state.error;
    try {
      const result = await writes.run(async () => {
        const engine = await options.engine();
        previous ??= await loadLastSample(engine, options.database, monitor.node);
        return poll(monitor, previous, engine, options.database, signal);
      });
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
