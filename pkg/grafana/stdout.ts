import { Writable } from 'node:stream';
import { format } from 'node:util';
import type { Logger, LogLevel } from './log.ts';

const consoleLevels = {
  debug: 'debug',
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  trace: 'debug',
} as const satisfies Partial<Record<keyof Console, LogLevel>>;

/**
 * Sends everything that JavaScript prints, in any thread, to the log. stdout belongs to the handshake: one byte before
 * it fails the start, and more after it can end the host's reader, behind which the pipe fills and blocks this process.
 */
export function redirectOutput(log: Logger): void {
  for (const [name, level] of Object.entries(consoleLevels)) {
    // eslint-disable-next-line no-console -- replacing it is what this is for
    console[name as keyof typeof consoleLevels] = (...args: unknown[]) => log[level](format(...args));
  }
  Object.defineProperty(process, 'stdout', { value: logStream(log, 'info') });
  Object.defineProperty(process, 'stderr', { value: logStream(log, 'warn') });
  // Node's own listener prints several plain lines; a log reader wants one record.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn(warning.message, { warning: warning.name }));
}

function logStream(log: Logger, level: LogLevel): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = chunk.toString().trimEnd();
      if (text !== '') {
        log[level](text);
      }
      done();
    },
  });
}
