import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How a plugin process is started. */
export interface StartOptions {
  /** The only environment besides what Grafana itself sets. */
  env?: Record<string, string>;
  cwd?: string;
  /** Grafana gives up after a minute. */
  startTimeoutMs?: number;
  /** Called with every line of the plugin's log. */
  onLog?: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What Grafana sets for every plugin. */
const hostEnv = {
  grafana_plugin_type: 'datasource',
  PLUGIN_PROTOCOL_VERSIONS: '2',
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
};

/** The last lines of a log that are kept; a long-running host must not grow with its plugin's talk. */
const maxLogLines = 10_000;

/** A plugin's process up to its handshake line. */
export class PluginProcess {
  readonly pid: number;
  /** `1|2|unix|/path|grpc` */
  readonly handshake: string;
  /** From the spawn to the handshake line. */
  readonly startMs: number;
  /** Lines of stderr, oldest first, at most the last ten thousand. */
  readonly logLines: string[];
  /** Lines that came on stdout besides the handshake; a correct plugin has none. */
  readonly strayLines: string[];
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, handshake: string, startMs: number, lines: Lines, exited: Promise<Exit>) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.handshake = handshake;
    this.startMs = startMs;
    this.logLines = lines.log;
    this.strayLines = lines.stray;
    this.exited = exited;
  }

  /** Starts an executable as Grafana does; rejects with its stderr where no handshake line comes. */
  static async start(executable: string, options: StartOptions = {}): Promise<PluginProcess> {
    const started = performance.now();
    const child = spawn(executable, [], {
      cwd: options.cwd,
      env: { ...options.env, ...hostEnv },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // 'close' comes after the last line of both pipes.
    const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
    const lines: Lines = { log: [], stray: [] };
    const giveUp = new AbortController();
    const handshake = collect(child, lines, options.onLog);
    const timeoutMs = options.startTimeoutMs ?? 60_000;
    try {
      const line = await Promise.race([
        handshake,
        exited.then(({ code, signal }) => fail(`exited with ${signal ?? `code ${code}`} before its handshake`)),
        delay(timeoutMs, undefined, { signal: giveUp.signal }).then(() => fail(`printed no line in ${timeoutMs} ms`)),
      ]);
      return new PluginProcess(child, line, performance.now() - started, lines, exited);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${executable} ${(error as Error).message}\n${lines.log.join('\n')}`, { cause: error });
    } finally {
      giveUp.abort();
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

interface Lines {
  log: string[];
  stray: string[];
}

/** Sorts the lines of both pipes; resolves with the first one of stdout. */
function collect(child: ChildProcess, lines: Lines, onLog: StartOptions['onLog']): Promise<string> {
  const { promise: first, resolve } = Promise.withResolvers<string>();
  let seen = false;
  createInterface({ input: child.stdout as Readable }).on('line', (line) => {
    if (seen) {
      lines.stray.push(line);
    }
    seen = true;
    resolve(line);
  });
  createInterface({ input: child.stderr as Readable }).on('line', (line) => {
    lines.log.push(line);
    if (lines.log.length > maxLogLines) {
      lines.log.shift();
    }
    onLog?.(line);
  });
  return first;
}

function fail(message: string): never {
  throw new Error(message);
}
