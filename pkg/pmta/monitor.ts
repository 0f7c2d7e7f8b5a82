import type { NodeSettings } from '../settings/model.ts';
import { createClock, describeClockSkew, type MonitorClock } from './clock.ts';
import { createDialect } from './dialect.ts';
import type { MonitorSecrets } from './endpoint.ts';
import type { Envelope, WireFormat } from './envelope.ts';
import { PmtaError, quote } from './error.ts';
import { createMonitorHttp, type Reply } from './http.ts';
import { normalizeDomains } from './normalize/domains.ts';
import { normalizeJobs } from './normalize/jobs.ts';
import type { ToUtc } from './normalize/listing.ts';
import { normalizeQueues } from './normalize/queues.ts';
import { readLogFiles } from './log-files/list.ts';
import type { LogFileList, LogFileStream, OpenLogFileOptions } from './log-files/model.ts';
import { isPlainFileName } from './log-files/name.ts';
import { openFile } from './log-files/open.ts';
import { findStatus, normalizeStatus } from './normalize/status.ts';
import { normalizeVmtas } from './normalize/vmtas.ts';
import type { MonitorResource } from './resource.ts';
import { createSingleFlight } from './single-flight.ts';
import type { Listing, Snapshot, SnapshotData, SnapshotResource, Status } from './snapshot.ts';
import { member } from './tree.ts';

export interface GetOptions {
  signal?: AbortSignal | undefined;
  /** An answer that is not older may be given again; 0 by default. */
  maxAgeMs?: number;
}

/** A snapshot with what the user should know of it: a list that is not whole, a clock that is wrong. */
export interface MonitorSnapshot<R extends SnapshotResource> extends Snapshot<R> {
  notices: string[];
}

/** The HTTP monitor of one node. Nothing is asked before the first call, and no node waits for another. */
export interface Monitor {
  readonly node: string;
  /** One request whatever the number of callers. Throws PmtaError, or the signal's reason. */
  get<R extends SnapshotResource>(resource: R, options?: GetOptions): Promise<MonitorSnapshot<R>>;
  /** Text and content type as PMTA sent them. */
  raw(resource: MonitorResource, options?: Pick<GetOptions, 'signal'>): Promise<Reply>;
  /** The files that PMTA lets us read: `/logs`. One request whatever the number of callers. Throws as `get` does. */
  logFiles(signal?: AbortSignal): Promise<LogFileList>;
  /**
   * Begins to read one of the listed files: `/getFile`. Each call has a connection of its own, so ask for one file after
   * the other. Throws PmtaError, of which `not-found` says that the file is not or no longer there.
   */
  openLogFile(name: string, options: OpenLogFileOptions): Promise<LogFileStream>;
  /** Of the last answer that could be read; null before. */
  format(): WireFormat | null;
  /** Origin that PMTA redirected to, such as its https one; null where it answers at its own address. */
  movedTo(): string | null;
  /** Ends what is under way with PmtaError `closed`. */
  close(): void;
}

export interface MonitorOptions {
  timeoutMs?: number;
  maxBytes?: number;
  /** How long PMTA may send nothing of a file. */
  idleMs?: number;
  /** Our clock, UTC milliseconds. */
  now?: () => number;
}

const defaultTimeoutMs = 5000;
const defaultMaxBytes = 64 * 1024 * 1024;
const defaultIdleMs = 30_000;

/** Creates the monitor of one node. Wrong settings do not throw here but fail each call with PmtaError `settings`. */
export function createMonitor(node: NodeSettings, secrets: MonitorSecrets, options: MonitorOptions = {}): Monitor {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, idleMs = defaultIdleMs, now = Date.now } = options;
  const http = createMonitorHttp(node, secrets, { timeoutMs, maxBytes });
  const dialect = createDialect(node.name, http);
  const recent = new Map<SnapshotResource, MonitorSnapshot<SnapshotResource>>();
  const closing = new AbortController();
  let clock: MonitorClock | undefined;
  let startedMs: number | null = null;

  let listed: ReadonlySet<string> = new Set();

  const flights = createSingleFlight<SnapshotResource, MonitorSnapshot<SnapshotResource>>(async (resource, signal) => {
    const snapshot = resource === 'status' ? await takeStatus(signal) : await takeList(resource, signal);
    recent.set(resource, snapshot);
    return snapshot;
  });

  /** The clock of the node; throws PmtaError `settings` for a zone that does not exist. */
  function ownClock(): MonitorClock {
    clock ??= createClock(node.name, node.timeZone);
    return clock;
  }

  /** The same, ready to translate times. */
  async function readClock(signal: AbortSignal): Promise<MonitorClock> {
    const own = ownClock();
    if (own.mustLearn(now())) {
      await flights.join('status', signal);
    }
    return own;
  }

  async function takeStatus(signal: AbortSignal): Promise<MonitorSnapshot<'status'>> {
    const clock = ownClock();
    const envelope = await dialect.ask('status', signal);
    const taken_ms = now();
    const status = findStatus(envelope);
    const now_ms = clock.learn(member(status, 'timeNow'), taken_ms);
    const started_ms = clock.startToUtc(member(status, 'startupTime'), taken_ms);
    const data: Status = normalizeStatus(envelope, { now_ms, started_ms });
    if (startedMs !== null && started_ms !== startedMs) {
      dialect.forget();
    }
    startedMs = started_ms;
    const skew = describeClockSkew(node.name, now_ms, taken_ms);
    return { node: node.name, resource: 'status', taken_ms, data, notices: skew === null ? [] : [skew] };
  }

  async function takeList<R extends ListResource>(resource: R, signal: AbortSignal): Promise<MonitorSnapshot<R>> {
    const at = await readClock(signal);
    const envelope = await dialect.ask(resource, signal);
    const taken_ms = now();
    const data = normalizers[resource](envelope, (time) => at.toUtc(time, taken_ms));
    const notices = data.truncated === null ? [] : [data.truncated];
    return { node: node.name, resource, taken_ms, data, notices };
  }

  const listings = createSingleFlight<'logs', LogFileList>(async (resource, signal) => {
    const at = await readClock(signal);
    const envelope = await dialect.ask(resource, signal);
    const taken_ms = now();
    const list = readLogFiles(envelope, (time) => at.toUtc(time, taken_ms));
    listed = new Set(list.files.map(({ name }) => name));
    return { node: node.name, taken_ms, ...list };
  });

  async function assertListed(name: string, signal: AbortSignal): Promise<void> {
    if (isPlainFileName(name) && !listed.has(name)) {
      await listings.join('logs', signal);
    }
    if (!listed.has(name)) {
      throw new PmtaError(
        'not-found',
        node.name,
        `/logs of ${node.name} lists no file ${quote(name)}: it was moved, compressed or deleted since`
      );
    }
  }

  const scopeOf = (signal: AbortSignal | undefined) =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);

  return {
    node: node.name,
    async get<R extends SnapshotResource>(resource: R, { signal, maxAgeMs = 0 }: GetOptions = {}) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      const last = recent.get(resource);
      const fresh = last !== undefined && maxAgeMs > 0 && now() - last.taken_ms <= maxAgeMs;
      return (fresh ? last : await flights.join(resource, signal)) as MonitorSnapshot<R>;
    },
    async raw(resource, { signal } = {}) {
      closing.signal.throwIfAborted();
      return dialect.askRaw(resource, scopeOf(signal));
    },
    async logFiles(signal) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      return listings.join('logs', signal);
    },
    async openLogFile(name, { from = 0, bytesPerSecond, signal }) {
      const scope = scopeOf(signal);
      scope.throwIfAborted();
      await assertListed(name, scope);
      return openFile(http, { node: node.name, name, from, bytesPerSecond, idleMs, signal: scope });
    },
    format: dialect.format,
    movedTo: http.movedTo,
    close() {
      const reason = new PmtaError(
        'closed',
        node.name,
        `monitor of ${node.name} was closed, as its settings changed: ask again`
      );
      closing.abort(reason);
      flights.abort(reason);
      listings.abort(reason);
      http.close();
    },
  };
}

type ListResource = Exclude<SnapshotResource, 'status'>;

const normalizers: { [R in ListResource]: (envelope: Envelope, toUtc: ToUtc) => SnapshotData[R] & Listing<unknown> } = {
  queues: normalizeQueues,
  domains: normalizeDomains,
  vmtas: normalizeVmtas,
  jobs: normalizeJobs,
};
