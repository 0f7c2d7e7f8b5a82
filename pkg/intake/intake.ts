import type { Monitor } from '../pmta/monitor.ts';
import type { CounterSample } from '../pmta/rates.ts';
import type { DataSourceSettings, NodeSettings } from '../settings/model.ts';
import type { Engine } from '../store/engine.ts';
import { timeValue } from '../store/sql.ts';
import { catchUp, type FollowState } from './accounting/follow.ts';
import { Journal } from './accounting/journal.ts';
import type { Reject } from './accounting/rescue.ts';
import { messageOf } from './messageOf.ts';
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
  accounting: FollowState & { records: number; rejects: number; error: string };
}

export interface Intake {
  state(): NodeIntake[];
  /** Ends after what is being inserted is in. */
  stop(): Promise<void>;
}

/** Polls every node and follows its accounting files until stopped; each node and task on its own. */
export function startIntake(options: IntakeOptions): Intake {
  const stopping = new AbortController();
  const states = options.settings.nodes.map(emptyState);
  const tasks = options.settings.nodes.flatMap((node, index) => {
    const state = states[index] as NodeIntake;
    const monitor = options.monitors.get(node.name);
    return [
      ...(monitor ? [pollNode(monitor, state, options, stopping.signal)] : []),
      ...(node.accounting.files.length > 0 ? [followNode(node, state, options, stopping.signal)] : []),
    ];
  });
  return {
    state: () => states,
    async stop() {
      stopping.abort();
      await Promise.allSettled(tasks);
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
  state: NodeIntake,
  options: IntakeOptions,
  signal: AbortSignal
): Promise<void> {
  const report = once((message) => options.onError(node.name, 'accounting', message));
  const finished = new Map<string, string>();
  let journal: Journal | undefined;
  await repeatedly(followMs, signal, async () => {
    try {
      const engine = await options.engine();
      journal ??= await Journal.load(engine, options.database, node.name);
      const kept = journal;
      const keep = (followed: FollowState) => {
        state.accounting = { ...followed, ...kept.totals(), error: followed.problems[0] ?? '' };
      };
      const followed = await catchUp(
        {
          node: node.name,
          globs: node.accounting.files,
          roots: options.roots,
          journal: kept,
          target: { engine, database: options.database },
          onRejects: (path, source, rejects) => keepRejects(engine, options.database, node.name, path, source, rejects),
          onProgress: keep,
          finished,
        },
        signal
      );
      keep(followed);
    } catch (error) {
      state.accounting = { ...state.accounting, error: messageOf(error) };
    }
    report(state.accounting.error);
  });
}

async function keepRejects(
  engine: Engine,
  database: string,
  node: string,
  path: string,
  source: string,
  rejects: Reject[]
): Promise<void> {
  const time = timeValue(Date.now());
  await engine.insert(
    `${database}.rejects`,
    rejects.map((reject) => ({ time, node, path, source, ...reject }))
  );
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

function emptyState(node: NodeSettings): NodeIntake {
  return {
    node: node.name,
    poll: { lastMs: null, error: '' },
    accounting: { files: 0, lagBytes: 0, problems: [], records: 0, rejects: 0, error: '' },
  };
}
