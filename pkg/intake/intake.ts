import type { Monitor } from '../pmta/monitor.ts';
import type { CounterSample } from '../pmta/rates.ts';
import type { DataSourceSettings, NodeSettings } from '../settings/model.ts';
import type { Engine } from '../store/engine.ts';
import { Follower, type FollowState } from './accounting/follow.ts';
import type { JournalTotals } from './accounting/journal.ts';
import { NodeAccounting } from './accounting/nodeAccounting.ts';
import type { Sink } from './accounting/readOn.ts';
import { createRecordReader } from './accounting/reader/reader.ts';
import { messageOf } from './messageOf.ts';
import { RecordRate } from './recordRate.ts';
import { repeatedly } from './repeatedly.ts';
import { loadLastSample } from './snapshots/lastSample.ts';
import { poll } from './snapshots/poll.ts';

/** How often accounting files are looked at. */
const followMs = 500;

export interface IntakeOptions {
  settings: DataSourceSettings;
  monitors: ReadonlyMap<string, Monitor>;
  /** Waits for the store; asked again after it failed. */
  engine(): Promise<Engine>;
  database: string;
  roots: readonly string[];
  onError(node: string, task: 'poll' | 'accounting', message: string): void;
}

/** State of the intake of one node, for health checks and `GET intake`. */
export interface NodeIntake {
  node: string;
  poll: { lastMs: number | null; error: string };
  accounting: FollowState & JournalTotals & { recordsPerSecond: number; error: string };
}

export interface Intake {
  state(): NodeIntake[];
  /** Ends after what is being inserted is in. */
  stop(): Promise<void>;
}

/** Polls every node and follows its accounting files until stopped; each node and task on its own. */
export function startIntake(options: IntakeOptions): Intake {
  const stopping = new AbortController();
  const reader = createRecordReader();
  const states = options.settings.nodes.map(emptyState);
  const tasks = options.settings.nodes.flatMap((node, index) => {
    const state = states[index] as NodeIntake;
    const monitor = options.monitors.get(node.name);
    const { database, engine } = options;
    const accounting = new NodeAccounting({ node: node.name, database, engine: () => engine(), reader });
    return [
      ...(monitor ? [pollNode(monitor, state, options, stopping.signal)] : []),
      ...(node.accounting.files.length > 0 ? [followNode(node, accounting, state, options, stopping.signal)] : []),
    ];
  });
  return {
    state: () => states,
    async stop() {
      stopping.abort();
      await Promise.allSettled(tasks);
      await reader.close();
    },
  };
}

async function pollNode(
  monitor: Monitor,
  state: NodeIntake,
  options: IntakeOptions,
  signal: AbortSignal
): Promise<void> {
  const report = once((message) => options.onError(monitor.node, 'poll', message));
  let previous: CounterSample | null | undefined;
  await repeatedly(options.settings.pollSeconds * 1000, signal, async () => {
    try {
      const engine = await options.engine();
      previous ??= await loadLastSample(engine, options.database, monitor.node);
      const result = await poll(monitor, previous, engine, options.database, signal);
      previous = result.sample;
      state.poll = { lastMs: Date.now(), error: result.error };
    } catch (error) {
      state.poll = { ...state.poll, error: messageOf(error) };
    }
    report(state.poll.error);
  });
}

async function followNode(
  node: NodeSettings,
  accounting: NodeAccounting,
  state: NodeIntake,
  options: IntakeOptions,
  signal: AbortSignal
): Promise<void> {
  const report = once((message) => options.onError(node.name, 'accounting', message));
  const rate = new RecordRate();
  let follower: { sink: Sink; follower: Follower } | undefined;
  const keep = (followed: FollowState) => {
    const totals = accounting.totals();
    state.accounting = {
      ...state.accounting,
      ...followed,
      ...totals,
      recordsPerSecond: rate.of(totals.records),
      error: followed.problems[0] ?? '',
    };
  };
  await repeatedly(followMs, signal, async () => {
    try {
      const sink = await accounting.sink();
      if (follower?.sink !== sink) {
        await follower?.follower.close();
        const { files: globs } = node.accounting;
        follower = { sink, follower: new Follower({ globs, roots: options.roots, sink, onProgress: keep }) };
      }
      keep(await follower.follower.catchUp(signal));
    } catch (error) {
      state.accounting = { ...state.accounting, error: messageOf(error) };
    }
    report(state.accounting.error);
  });
  await follower?.follower.close();
}

/** Says a message when it is a new one: a task that fails every half second must not fill the log. */
function once(say: (message: string) => void): (message: string) => void {
  let last = '';
  return (message) => {
    if (message && message !== last) {
      say(message);
    }
    last = message;
  };
}

/** Before anything was read. */
export const emptyAccounting: NodeIntake['accounting'] = {
  files: 0,
  lagBytes: 0,
  lastSecond: null,
  problems: [],
  records: 0,
  duplicates: 0,
  rejects: 0,
  lostBytes: 0,
  recordsPerSecond: 0,
  error: '',
};

function emptyState(node: NodeSettings): NodeIntake {
  return {
    node: node.name,
    poll: { lastMs: null, error: '' },
    accounting: emptyAccounting,
  };
}
