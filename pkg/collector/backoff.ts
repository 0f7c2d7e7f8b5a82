import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 1000;
const mostMs = 60_000;

/** Waits, or until the signal aborts. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** By the clock of this machine. */
const realPause: Pause = (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined);

/**
 * Runs a task again and again until the signal aborts: at an interval while it succeeds; after failures with pauses that
 * double up to a minute, each cut by chance to its half at most, so that a hundred collectors do not come back at once.
 *
 * @param onFailure told of every failure
 */
export async function keepTrying(
  intervalMs: number,
  signal: AbortSignal,
  task: () => Promise<void>,
  onFailure: (error: unknown) => void,
  pause = realPause
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const began = Date.now();
    let pauseMs: number;
    try {
      await task();
      failures = 0;
      pauseMs = Math.max(0, intervalMs - (Date.now() - began));
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      onFailure(error);
      pauseMs = backoffMs(failures++, Math.random);
    }
    await pause(pauseMs, signal);
  }
}

/** The pause after so many failures before this one. */
export function backoffMs(failures: number, random: () => number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
}
