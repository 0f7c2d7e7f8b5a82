import { writeSync } from 'node:fs';
import { formatLogLine, type LogFields, type LogLevel } from './logLine.ts';

export type { LogFields, LogLevel } from './logLine.ts';

/** What the rest of the backend gets to log with; Grafana filters by level, so every level is always sent. */
export type Logger = Record<LogLevel, (message: string, fields?: LogFields) => void>;

/** A logger that hands each line, newline included, to `write`. */
export function createLogger(write: (line: string) => void, now: () => Date = () => new Date()): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      write(formatLogLine(level, message, fields, now()));
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** How long a line may hold up the event loop when the host does not read its log. */
const maxWaits = 10;
const waitMs = 2;

/**
 * Writes lines to a file descriptor at once, so that the last words of a dying process are not lost. A line that the
 * reader does not take in time is dropped: a full log pipe must not stop queries.
 */
export function lineWriter(fd: number, write: typeof writeSync = writeSync): (line: string) => void {
  let stuck = false;
  let midLine = false;
  return (line) => {
    const bytes = Buffer.from(midLine ? `\n${line}` : line);
    let offset = 0;
    let waits = stuck ? maxWaits : 0;
    while (offset < bytes.length) {
      try {
        offset += write(fd, bytes, offset);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waits++ >= maxWaits) {
          break;
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
      }
    }
    stuck = offset < bytes.length;
    midLine = offset === 0 ? midLine : stuck;
  };
}

/** The process' log: stderr, which Grafana reads. */
export const log: Logger = createLogger(lineWriter(2));
