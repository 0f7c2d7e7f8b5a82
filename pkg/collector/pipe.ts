import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../intake/messageOf.ts';
import { changes, type CollectorLog, type Report } from './changes.ts';
import type { Outlet } from './outlet.ts';
import { PipeSender } from './pipeSender.ts';
import { Spool } from './spool.ts';

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

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
