import { setTimeout as delay } from 'node:timers/promises';

/** Runs a task at an interval, never twice at once, until the signal aborts; resolves when the last run has ended. */
export async function repeatedly(milliseconds: number, signal: AbortSignal, task: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    await task();
    // Rejects when the signal aborts, also where it did so during the task.
    await delay(Math.max(0, milliseconds - (Date.now() - began)), undefined, { signal }).catch(() => undefined);
  }
}
