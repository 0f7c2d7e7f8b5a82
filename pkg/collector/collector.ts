import { join } from 'node:path';

import { createDiskReader } from '../host/disk.ts';
import type { ProcessSample } from '../host/process.ts';
import { DiskJournal } from '../intake/accounting/diskJournal.ts';
import { pollHost } from '../intake/host/pollHost.ts';
import { messageOf } from '../intake/messageOf.ts';
import { repeatedly } from '../intake/repeatedly.ts';
import { gatherSnapshots } from '../intake/snapshots/batch.ts';
import { poll } from '../intake/snapshots/poll.ts';
import { createMonitor } from '../pmta/monitor.ts';
import type { CollectorConfig } from '../settings/collectorModel.ts';
import { keepTrying } from './backoff.ts';
import { changes, type CollectorLog, type Report } from './changes.ts';
import { loadLastPoll, saveLastPoll } from './lastPoll.ts';
import type { Outlet } from './outlet.ts';
import { SnapshotQueue } from './queue.ts';
import { AccountingSender } from './sendAccounting.ts';

/** How often accounting files are looked at. */
const followMs = 500;
/** How often the queue of snapshots is looked at. */
const sendMs = 1000;
/** What snapshots may take on disk while the other side takes none: weeks, with a thousand queues. */
const mostQueueBytes = 2 * 1024 ** 3;

/**
 * Collects on the PMTA host what a data source would collect from outside, and sends it, until the signal aborts.
 * Accounting files are their own buffer, snapshots wait in a queue on disk. Throws where the state cannot be used.
 */
export async function runCollector(
  config: CollectorConfig,
  outlet: Outlet,
  log: CollectorLog,
  signal: AbortSignal
): Promise<void> {
  const { node, accountingRoots, statePath } = config;
  const report = changes(log);
  const queue = await SnapshotQueue.open(join(statePath, 'queue'), mostQueueBytes, (path) =>
    log.warn(`${path} is damaged: what was polled then is missing`)
  );
  const journal = await DiskJournal.load(join(statePath, 'journal.jsonl'));
  const globs = node.accounting.files;
  const sender = new AccountingSender({ node: node.name, globs, roots: accountingRoots, journal, outlet });
  await Promise.all([
    pollInto(queue, config, report, signal),
    sendSnapshots(queue, outlet, report, signal),
    globs.length > 0 && sendAccounting(sender, report, signal),
  ]);
  await sender.close();
}

async function sendAccounting(sender: AccountingSender, report: Report, signal: AbortSignal): Promise<void> {
  const task = async () => {
    const { problems } = await sender.catchUp(signal);
    report('accounting', problems.join(' '));
  };
  await keepTrying(followMs, signal, task, (error) => report('accounting', messageOf(error)));
}

async function sendSnapshots(queue: SnapshotQueue, outlet: Outlet, report: Report, signal: AbortSignal): Promise<void> {
  const task = async () => {
    for (let next = await queue.first(); next && !signal.aborted; next = await queue.first()) {
      await outlet.snapshots(next.id, next.tables, signal);
      await queue.remove(next.id);
    }
    report('snapshots', '');
  };
  await keepTrying(sendMs, signal, task, (error) => report('snapshots', messageOf(error)));
}

async function pollInto(
  queue: SnapshotQueue,
  config: CollectorConfig,
  report: Report,
  signal: AbortSignal
): Promise<void> {
  const { node, host } = config;
  const monitor = node.url === '' ? undefined : createMonitor(node, { apiKey: config.apiKey });
  const lastPath = join(config.statePath, 'last-poll.json');
  const readDisks = createDiskReader();
  let counters = await loadLastPoll(lastPath);
  let processes: ProcessSample | null = null;
  await repeatedly(config.pollSeconds * 1000, signal, async () => {
    try {
      const { engine, database, tables } = gatherSnapshots();
      const polled = monitor && (await poll(monitor, counters, engine, database, signal));
      const measured = await pollHost({ node: node.name, host, readDisks }, processes, engine, database, signal);
      processes = measured.sample;
      if (signal.aborted) {
        return;
      }
      report('monitor', polled?.error ?? '');
      report('host', measured.problems.join(' '));
      const isKept = Object.keys(tables).length === 0 || (await queue.add(tables));
      report('queue', isKept ? '' : fullQueue);
      // What was not kept is in the traffic up to the next poll that is.
      if (isKept && polled?.sample) {
        counters = polled.sample;
        await saveLastPoll(lastPath, counters);
      }
      report('polling', '');
    } catch (error) {
      report('polling', messageOf(error));
    }
  });
  monitor?.close();
}

const fullQueue = `The queue of snapshots is full (${mostQueueBytes / 1024 ** 3} GiB): polls are dropped until the other side takes them.`;
