/** Readers of the texts below `/proc`; their formats: proc(5) of the Linux manual pages. */

/** Linux reports times to programs in hundredths of a second, whatever its own tick is (`USER_HZ`). */
const ticksPerSecond = 100;

export interface ProcessStat {
  name: string;
  /** `Z` and `X`: it has ended. */
  state: string;
  /** CPU time of all threads, in user and kernel mode. */
  cpuSeconds: number;
  threads: number;
  /** After the start of the machine. */
  startSeconds: number;
}

/** Reads `/proc/PID/stat`; undefined for what is not such a line. */
export function parseStat(text: string): ProcessStat | undefined {
  // The name stands in parentheses and may itself have blanks and parentheses; the fields behind it never have.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ');
  // By the numbering of the manual page, where the state is field 3.
  const field = (number: number) => Number(fields[number - 3]);
  const stat = {
    name: text.slice(open + 1, close),
    state: fields[0] ?? '',
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
    threads: field(20),
    startSeconds: field(22) / ticksPerSecond,
  };
  const numbers = [stat.cpuSeconds, stat.threads, stat.startSeconds];
  return open > 0 && close > open && numbers.every(Number.isFinite) ? stat : undefined;
}

/** Bytes of a line as `VmRSS:  1744 kB` in `/proc/PID/status` or `/proc/meminfo`. */
export function bytesOf(text: string, key: string): number | undefined {
  const match = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text);
  return match ? Number(match[1]) * 1024 : undefined;
}

/** The limit in force of a line of `/proc/PID/limits`; null where there is none. */
export function softLimit(text: string, name: string): number | null {
  const match = new RegExp(`^${name}\\s+(\\d+)\\s`, 'm').exec(text);
  return match ? Number(match[1]) : null;
}

/** Seconds since the start of the machine, of `/proc/uptime`. */
export function parseUptime(text: string): number | undefined {
  const seconds = Number.parseFloat(text);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** Start of the machine in UTC milliseconds, of `/proc/stat`. */
export function parseBootTime(text: string): number | undefined {
  const match = /^btime (\d+)$/m.exec(text);
  return match ? Number(match[1]) * 1000 : undefined;
}

/** Whether `/proc` hides the processes of other users, of `/proc/self/mounts`. */
export function hidesProcesses(mounts: string): boolean {
  return /^\S+ \S+ proc \S*\bhidepid=(?!0\b|off\b)/m.test(mounts);
}
