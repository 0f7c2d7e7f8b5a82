import { errorStack, errorText } from './errorText.ts';
import type { Logger } from './log.ts';
import { isRunning } from './staleSockets.ts';

/** Grafana kills a plugin two seconds after it asked it to stop. */
const maxStopMs = 1500;
const parentCheckMs = 1000;

/**
 * Ties the process to its host: it ends through `shutdown` when the returned function is called, at SIGTERM or SIGHUP,
 * and when the parent process is gone, at the latest 1.5 s later. SIGINT is ignored: in a terminal it goes to the whole
 * group, and it is the host that decides. An uncaught exception ends the process at once, with one line in the log.
 */
export function bindLifetime(log: Logger, shutdown: () => Promise<void>): (reason: string) => void {
  let stopping = false;
  const stop = (reason: string) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.debug('Stopping', { reason });
    setTimeout(() => {
      log.error('Stopping took too long, giving up', { milliseconds: maxStopMs });
      process.exit(1);
    }, maxStopMs);
    shutdown()
      .catch((error: unknown) => log.error(`Stopping failed: ${errorText(error)}`, { stack: errorStack(error) }))
      .finally(() => process.exit(0));
  };
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  process.on('uncaughtException', (error) => {
    log.error(`Uncaught exception: ${errorText(error)}`, { stack: errorStack(error) });
    process.exit(1);
  });
  process.on('unhandledRejection', (reason) => {
    log.error(`Unhandled rejection: ${errorText(reason)}`, { stack: errorStack(reason) });
  });
  watchParent(() => stop('the parent process is gone'));
  return stop;
}

/**
 * A host that is killed cannot stop its plugins. Compares with the parent at the start, not with 1: in a container the
 * host itself can be process 1. Windows keeps the number of a dead parent.
 */
function watchParent(gone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || (process.platform === 'win32' && !isRunning(parent))) {
      gone();
    }
  }, parentCheckMs).unref();
}
