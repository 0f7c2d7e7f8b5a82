import { AccountingWriter } from './accounting/writer.ts';
import { fileLayouts } from './accounting/layouts.ts';
import { RecordCounts } from './counts.ts';
import { Course } from './course.ts';
import { STEP_MS, Traffic, type Selection } from './model/traffic.ts';
import { Monitor, type LoggedRequest } from './monitor/server.ts';
import { completeOptions, type StartOptions } from './options.ts';
import { Zone } from './zone.ts';
import type { WrittenFile } from './accounting/file.ts';
import type { AccountingEvent, RecordType } from './model/events.ts';
import type { ProviderName } from './model/providers.ts';
import type { Variant } from './monitor/variant.ts';

export { CERTIFICATE } from './monitor/server.ts';
export type { SimulatorOptions, StartOptions } from './options.ts';

/** Mean number of records of each type that one injected recipient causes, on an ordinary day. */
const RECORDS_PER_RECIPIENT: Record<RecordType, number> = {
  r: 1,
  d: 0.96,
  b: 0.04,
  t: 0.08,
  tq: 0,
  rb: 0.004,
  rs: 0.001,
  f: 0.0005,
};
/** How often a simulator on the real clock moves on. */
const LIVE_INTERVAL_MS = STEP_MS;

/** When a provider throttles, and whom; times are UTC ms. */
export interface ThrottleRequest {
  provider: ProviderName;
  pool?: string;
  vmta?: string;
  /** Now when left out. */
  from?: number;
  /** For good when left out. */
  to?: number;
  /** Share of attempts that are refused. */
  share?: number;
}

/** A queue as the model has it: the truth behind the monitor's lists. */
export interface QueueState {
  queue: string;
  recipients: number;
  kilobytes: number;
  mode: 'normal' | 'backoff';
  paused: boolean;
}

/** A running simulator. */
export interface Simulator {
  /** The monitor over plain HTTP. */
  readonly url: string;
  /** The monitor over HTTPS: the same port, with the certificate `CERTIFICATE`. */
  readonly httpsUrl: string;
  readonly accountingDirectory: string;
  /** Simulated time, UTC ms. */
  readonly now: number;
  /** Records that the model made since the simulator's start, history included; each counted once. */
  readonly counts: RecordCounts;
  /** Files written, oldest first, by accounting file. */
  readonly files: WrittenFile[];
  /** Every request to the monitor, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Queued recipients. */
  readonly queued: number;
  queues(): QueueState[];
  /** Changes how the monitor answers, from the next request on. */
  set(variant: Partial<Variant>): void;
  /** Moves simulated time on; what happened is in the files when it resolves. */
  advance(ms: number): Promise<void>;
  throttle(request: ThrottleRequest): void;
  /** `pmta pause queue` and `pmta resume queue`. */
  pause(queue: string): void;
  resume(queue: string): void;
  /** `pmta delete`: bounces with `x-pmta;deleted by administrator`. Answers how many. */
  deleteQueued(selection: Selection): number;
  /** `pmta reset counters`. */
  resetCounters(): void;
  /** A restart of PMTA: counters, errors and modes are gone, the spool stays. */
  restart(): void;
  /** `pmta rotate acct`. */
  rotate(): void;
  /** Connections to the monitor are refused until `openMonitor`. */
  closeMonitor(): Promise<void>;
  openMonitor(): Promise<void>;
  /** Rejects when a simulator on the real clock can no longer write; never resolves. */
  readonly failed: Promise<never>;
  /** Ends everything; the files are complete afterwards. */
  stop(): Promise<void>;
}

/**
 * Starts a simulated PMTA: writes the history, opens the accounting files and the monitor.
 * @throws Error when the port is in use, the folder cannot be written, or an option is wrong
 */
export async function startSimulator(options: StartOptions): Promise<Simulator> {
  const settings = completeOptions(options);
  const { directory, seed } = settings;
  const zone = new Zone(settings.timeZone);
  const { layout, version, extraFields } = settings.accounting;
  const types = new Set(
    fileLayouts(layout, version, extraFields).flatMap(({ fields }) => Object.keys(fields) as RecordType[])
  );
  const recordsPerRecipient = [...types].reduce((sum, type) => sum + RECORDS_PER_RECIPIENT[type], 0);
  const counts = new RecordCounts();
  const writer = new AccountingWriter(directory, settings.accounting, zone, seed);
  const emit = (event: AccountingEvent): void => {
    counts.add(event);
    writer.add(event);
  };
  const traffic = new Traffic(
    {
      seed,
      start: settings.start - settings.historyMs,
      recipientsPerSecond: settings.rate / recordsPerRecipient,
      steady: settings.steady,
      smallDomains: settings.smallDomains,
      vmtasPerPool: settings.vmtasPerPool,
      hostName: settings.hostName,
      zone,
    },
    emit
  );
  const { spool } = traffic;
  let variant = settings.variant;
  const ready = Promise.withResolvers<void>();
  const source = { spool, directory, hostName: settings.hostName };
  const monitor = new Monitor(source, () => variant, ready.promise);

  const course = new Course(traffic, settings.scenario, seed);
  /** Brings the files to what happened. */
  const settle = async (): Promise<void> => {
    writer.flush();
    await writer.compress();
  };
  const moveTo = async (target: number): Promise<void> => {
    await course.moveTo(target);
    await settle();
  };

  // The port comes first, so that one in use is told before much history is written.
  await monitor.open(settings.host, settings.port);
  try {
    writer.start(spool.seconds);
    await moveTo(settings.start);
  } catch (error) {
    await monitor.close();
    throw error;
  }
  ready.resolve();

  const failed = Promise.withResolvers<never>();
  // Whoever does not wait for failures must not be ended by them.
  failed.promise.catch(() => {});
  const live = (): void => {
    moveTo(Date.now()).catch((error: unknown) => {
      clearInterval(timer);
      failed.reject(error);
    });
  };
  const timer = settings.clock === 'real' ? setInterval(live, LIVE_INTERVAL_MS) : undefined;

  return {
    get url() {
      return monitor.url;
    },
    get httpsUrl() {
      return monitor.httpsUrl;
    },
    accountingDirectory: directory,
    get now() {
      return spool.now;
    },
    counts,
    get files() {
      return writer.written;
    },
    get requests() {
      return monitor.requests;
    },
    get queued() {
      return spool.recipients;
    },
    queues: () =>
      [...spool.listed].map(({ name, recipients, bytes, mode, paused }) => {
        return { queue: name, recipients, kilobytes: bytes / 1024, mode, paused };
      }),
    set: (changes) => {
      variant = { ...variant, ...changes };
    },
    advance: async (ms) => {
      await course.advance(ms);
      await settle();
    },
    throttle: (request) => traffic.throttle({ from: spool.now, to: Infinity, ...request }),
    pause: (queue) => traffic.pause(queue, true),
    resume: (queue) => traffic.pause(queue, false),
    deleteQueued: (selection) => {
      const deleted = traffic.deleteQueued(selection);
      writer.flush();
      return deleted;
    },
    resetCounters: () => spool.counters.reset(),
    restart: () => traffic.restart(),
    rotate: () => writer.rotate(),
    failed: failed.promise,
    closeMonitor: () => monitor.close(),
    openMonitor: () => monitor.reopen(),
    stop: async () => {
      clearInterval(timer);
      await course.halt();
      await monitor.close();
      writer.rotate();
      await writer.compress();
    },
  };
}
