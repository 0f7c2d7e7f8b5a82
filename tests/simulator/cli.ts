import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseCommandLine, USAGE, UsageError, type CommandLine } from './commandline.ts';
import { startSimulator, type Simulator } from './simulator.ts';

/** Starts the nodes one after the other, and tells of each where it listens and writes. */
async function startNodes(line: CommandLine, started: Simulator[]): Promise<void> {
  const start = Date.now();
  const base = resolve(line.directory === '' ? join(tmpdir(), 'pmta-simulator') : line.directory);
  for (let i = 0; i < line.nodes; i++) {
    const node = `mta${i + 1}`;
    const directory = line.nodes === 1 ? base : join(base, node);
    if (line.options.historyMs !== 0) {
      console.log(`${node}: writing history to ${directory}`);
    }
    const simulator = await startSimulator({
      ...line.options,
      directory,
      start,
      seed: line.nodes === 1 ? line.options.seed : `${line.options.seed} ${node}`,
      port: line.port === 0 ? 0 : line.port + i,
      hostName: `${node}.example.com`,
      clock: 'real',
    });
    started.push(simulator);
    console.log(`${node}: monitor at ${simulator.url} and ${simulator.httpsUrl}`);
    console.log(`${node}: accounting in ${join(directory, `*.${line.options.accounting.format}`)}`);
  }
}

/** What went wrong, and what to do about it. */
function explain(error: unknown): string {
  const { code, message, path, port } = error as NodeJS.ErrnoException & { port?: number };
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: choose another with --port, or 0 for any free one`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return path === undefined
        ? `${message}: choose a port above 1023 with --port`
        : `cannot write to ${path} (${code}): choose a folder of your own with --dir`;
    case 'ENOSPC':
      return `the disk is full: remove old files, or choose another folder with --dir`;
    default:
      return message;
  }
}

async function main(): Promise<number> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.help) {
    console.log(USAGE);
    return 0;
  }
  const started: Simulator[] = [];
  const stopped = new Promise<'stopped'>((done) => {
    process.once('SIGINT', () => done('stopped'));
    process.once('SIGTERM', () => done('stopped'));
  });
  try {
    const outcome = await Promise.race([startNodes(line, started), stopped]);
    if (outcome !== 'stopped') {
      console.log('Ctrl-C stops.');
      await Promise.race([stopped, ...started.map((simulator) => simulator.failed)]);
    }
    return 0;
  } finally {
    await Promise.all(started.map((simulator) => simulator.stop()));
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\nSee --help.` : explain(error));
  process.exit(error instanceof UsageError ? 2 : 1);
}
