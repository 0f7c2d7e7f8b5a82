import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { DiskJournal } from '../intake/accounting/diskJournal.ts';
import { messageOf } from '../intake/messageOf.ts';
import { keepTrying } from './backoff.ts';
import { changes, type CollectorLog, type Report } from './changes.ts';
import { lockFolder } from './lock.ts';
import type { Outlet } from './outlet.ts';
import { AccountingSender } from './sendAccounting.ts';
import { Spool } from './spool.ts';

const followMs = 200;
/** How often a disk that is full is tried again. */
const againMs = 500;
/** After the end of the pipe; what is not sent by then is sent at the next start. */
const lastMs = 10_000;

export interface PipeOptions {
  node: string;
  /** Name of the acct-file. */
  acctFile: string;
  /** Folder of the spool and its journal. */
  statePath: string;
  input: Readable;
}

/**
 * Sends what PMTA writes into a pipe. The rows go to disk first, so PMTA never waits for the network, and never finds the
 * pipe full because the other side is away. Ends with the pipe or with the signal. Throws where the folder cannot be used.
 */
export async function runPipe(
  { node, acctFile, statePath, input }: PipeOptions,
  outlet: Outlet,
  log: CollectorLog,
  signal: AbortSignal
): Promise<void> {
  const folder = join(statePath, `pipe-${acctFile}`);
  const report = changes(log);
  const spool = new Spool(join(folder, 'spool'), acctFile);
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const sending = new PipeSender({ node, folder, spool, outlet, report }, until);
  try {
    const isWhole = await spoolInput(input, spool, report, signal);
    await spool.end(isWhole);
    if (isWhole) {
      await Promise.race([sending.sentAll(), pause(lastMs, until)]);
    }
  } finally {
    ended.abort();
    await sending.done;
    await spool.close();
  }
}

/** Answers whether the pipe has ended; false after the signal. */
async function spoolInput(input: Readable, spool: Spool, report: Report, signal: AbortSignal): Promise<boolean> {
  // Waiting for what PMTA writes next would not end with the signal.
  const stop = () => void input.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const bytes of input as AsyncIterable<Buffer>) {
      await keep(bytes, spool, report, signal);
    }
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** While the disk is full the pipe waits, and PMTA with it. */
async function keep(bytes: Buffer, spool: Spool, report: Report, signal: AbortSignal): Promise<void> {
  for (let left = bytes; ; left = Buffer.alloc(0)) {
    try {
      await spool.write(left);
      return report('spool', '');
    } catch (error) {
      report('spool', messageOf(error));
      await pause(againMs, signal);
      if (signal.aborted) {
        return;
      }
    }
  }
}

interface SenderOptions {
  node: string;
  folder: string;
  spool: Spool;
  outlet: Outlet;
  report: Report;
}

interface Opened {
  unlock(): void;
  journal: DiskJournal;
  sender: AccountingSender;
}

/** Sends what is in the spool, also what was left there by processes before this one. */
class PipeSender {
  readonly done: Promise<void>;
  private readonly options: SenderOptions;
  private readonly signal: AbortSignal;
  private rounds = 0;
  private readonly waiting: Array<{ round: number; resolve(): void }> = [];

  constructor(options: SenderOptions, signal: AbortSignal) {
    this.options = options;
    this.signal = signal;
    this.done = this.run();
  }

  /** Resolves when everything that is on disk at this moment was sent. */
  sentAll(): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ round: this.rounds, resolve }));
  }

  private async run(): Promise<void> {
    const { report } = this.options;
    let opened: Opened | undefined;
    const task = async () => {
      opened ??= await this.open();
      if (opened) {
        await this.send(opened);
      }
    };
    await keepTrying(followMs, this.signal, task, (error) => report('sending', messageOf(error)));
    await opened?.sender.close();
    opened?.unlock();
  }

  /** Undefined while the process before this one still sends: it sends what this one writes, too. */
  private async open(): Promise<Opened | undefined> {
    const { node, folder, spool, outlet } = this.options;
    const unlock = lockFolder(folder);
    if (!unlock) {
      return undefined;
    }
    try {
      await spool.sweep();
      const journal = await DiskJournal.load(join(folder, 'journal.jsonl'));
      const sender = new AccountingSender({ node, globs: [spool.glob], roots: [folder], journal, outlet });
      return { unlock, journal, sender };
    } catch (error) {
      unlock();
      throw error;
    }
  }

  private async send({ sender, journal }: Opened): Promise<void> {
    const { spool, report } = this.options;
    const round = ++this.rounds;
    const { problems, files } = await sender.catchUp(this.signal);
    for (const { path, source, doneEnd } of journal.entries()) {
      if (await spool.discard(path, doneEnd)) {
        await journal.remove(source);
      }
    }
    // That there is no file is no problem here.
    report('sending', files === 0 ? '' : problems.join(' '));
    for (const waiter of this.waiting.filter((one) => one.round < round)) {
      waiter.resolve();
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
