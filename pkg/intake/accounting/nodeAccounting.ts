import type { Monitor } from '../../pmta/monitor.ts';
import type { AccountingSettings } from '../../settings/model.ts';
import type { Engine } from '../../store/engine.ts';
import { timeValue } from '../../store/sql.ts';
import { messageOf } from '../messageOf.ts';
import { oneAtATime } from '../oneAtATime.ts';
import { RecordRate } from '../recordRate.ts';
import { repeatedly } from '../repeatedly.ts';
import { Turns } from '../turns.ts';
import { type AccountingState, accountingState } from '../state.ts';
import { insertChunk } from './chunk.ts';
import { Follower, type FollowState } from './follow.ts';
import { type Journal, StoredJournal } from './journal.ts';
import type { Privacy } from './privacy/policy.ts';
import { Puller } from './pull.ts';
import { type Batch, receive, type Received } from './receive.ts';
import type { Sink } from './readOn.ts';
import type { RecordReader } from './reader/reader.ts';
import type { Reject } from './reader/records.ts';

/** How often accounting files are looked at. */
const followMs = 500;
/** How often PMTA's list of files is asked for; a file is closed a few times a day, an open one may be read in parts. */
const pullMs = 30_000;

export interface NodeAccountingOptions {
  node: string;
  settings: AccountingSettings;
  roots: readonly string[];
  monitor?: Monitor | undefined;
  database: string;
  /** Waits for the store; asked again after it failed. */
  engine(): Promise<Engine>;
  reader: RecordReader;
  privacy: Privacy;
  onError(message: string): void;
}

/** A way by which accounting comes in on its own, for one sink. */
interface Way {
  catchUp(signal: AbortSignal): Promise<FollowState>;
  close?(): Promise<void>;
}

/**
 * The accounting of one node, in all ways that its settings name. All ways have one journal, and one piece is stored at
 * a time: whether an event is new can only be said when no other way is just bringing it.
 */
export class NodeAccounting {
  private readonly options: NodeAccountingOptions;
  private readonly turns = new Turns();
  private readonly oneBatch = oneAtATime();
  private readonly rate = new RecordRate();
  private readonly ways = new Map<string, FollowState>();
  private readonly failures = new Map<string, string>();
  private opened: { engine: Engine; sink: Promise<Sink> } | undefined;
  private journal: Journal | undefined;

  constructor(options: NodeAccountingOptions) {
    this.options = options;
  }

  /** Follows and pulls until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { settings, roots, monitor } = this.options;
    const onProgress = (name: string) => (state: FollowState) => void this.ways.set(name, state);
    const tasks: Array<Promise<void>> = [];
    if (settings.files.length > 0) {
      const globs = settings.files;
      const open = (sink: Sink) => new Follower({ globs, roots, sink, onProgress: onProgress('files') });
      tasks.push(this.runWay('files', open, followMs, signal));
    }
    if (settings.pull && monitor) {
      const open = (sink: Sink) => new Puller({ monitor, sink, onProgress: onProgress('pull') });
      tasks.push(this.runWay('pull', open, pullMs, signal));
    }
    await Promise.all(tasks);
  }

  /** Takes in what was posted to us. Throws StoreError and HeaderError. */
  receive(batch: Batch): Promise<Received> {
    return this.oneBatch(async () => receive(batch, await this.sink()));
  }

  state(): AccountingState {
    const totals = this.journal?.totals() ?? { records: 0, duplicates: 0, rejects: 0, lostBytes: 0 };
    const failure = [...this.failures.values()][0] ?? '';
    return accountingState(
      [...this.ways.values()],
      totals,
      this.journal ? this.rate.of(totals.records) : 0,
      failure,
      Date.now()
    );
  }

  /** Where this node's accounting is stored, the same one as long as the store is. Throws StoreError. */
  async sink(): Promise<Sink> {
    const engine = await this.options.engine();
    if (this.opened?.engine !== engine) {
      const sink = this.openSink(engine);
      this.opened = { engine, sink };
      sink.then(
        ({ journal }) => (this.journal = journal),
        () => (this.opened = undefined)
      );
    }
    return this.opened.sink;
  }

  private async runWay(name: string, open: (sink: Sink) => Way, ms: number, signal: AbortSignal): Promise<void> {
    let current: { sink: Sink; way: Way } | undefined;
    let reported = '';
    await repeatedly(ms, signal, async () => {
      let problem: string;
      try {
        const sink = await this.sink();
        if (current?.sink !== sink) {
          await current?.way.close?.();
          current = { sink, way: open(sink) };
        }
        const state = await current.way.catchUp(signal);
        this.ways.set(name, state);
        this.failures.delete(name);
        problem = state.problems[0] ?? '';
      } catch (error) {
        problem = messageOf(error);
        this.failures.set(name, problem);
      }
      // What fails every half second must not fill the log.
      if (problem && problem !== reported && !signal.aborted) {
        this.options.onError(problem);
      }
      reported = problem;
    });
    await current?.way.close?.();
  }

  private async openSink(engine: Engine): Promise<Sink> {
    const { node, database, reader, privacy } = this.options;
    return {
      node,
      journal: await StoredJournal.load(engine, database, node),
      inTurn: (acctFile, task) => this.turns.take(acctFile, task),
      store: (chunk, count) => insertChunk(chunk, count, { engine, database, reader, privacy }),
      keepRejects: (path, source, rejects) => this.keepRejects(engine, path, source, rejects),
    };
  }

  private async keepRejects(engine: Engine, path: string, source: string, rejects: readonly Reject[]): Promise<void> {
    const { node, database } = this.options;
    const time = timeValue(Date.now());
    await engine.insert(
      `${database}.rejects`,
      rejects.map((reject) => ({ time, node, path, source, ...reject }))
    );
  }
}
