import { join } from 'node:path';

import { DiskJournal } from '../intake/accounting/diskJournal.ts';
import { messageOf } from '../intake/messageOf.ts';
import { keepTrying } from './backoff.ts';
import type { Report } from './changes.ts';
import { lockFolder } from './lock.ts';
import type { Outlet } from './outlet.ts';
import { AccountingSender } from './sendAccounting.ts';
import type { Spool } from './spool.ts';

/** How often the spool is looked at. */
const followMs = 200;

export interface PipeSenderOptions {
  node: string;
  /** Of the journal and its lock; the spool is below it. */
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
export class PipeSender {
  readonly done: Promise<void>;
  private readonly options: PipeSenderOptions;
  private readonly signal: AbortSignal;
  private rounds = 0;
  private readonly waiting: Array<{ round: number; resolve(): void }> = [];

  constructor(options: PipeSenderOptions, signal: AbortSignal) {
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
