import { execFile, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { parse } from 'csv-parse';

import { writeAccounting } from './intake/dataset.ts';

const run = promisify(execFile);
const ratesPerSecond = [1_000, 20_000, 50_000];

interface Backfill {
  seconds: number;
  records: number;
  peakBytes: number;
  diskBytes: number;
}

interface Following {
  records: number;
  delaysMs: { p50: number; p95: number; p99: number };
  peakBytes: number;
}

/**
 * Accounting files through the whole path (journal, each record once, derived columns) beside what reading them costs at
 * the least; then files that grow, and how long a line takes until a query sees it. Goals are those of docs/development.md.
 */
export async function bench(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pmta-bench-'));
  try {
    const records = await writeAccounting(folder);
    const files = readdirSync(folder).map((name) => join(folder, name));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    print(`intake: ${files.length} files, ${records.toLocaleString('en')} records, ${mb(bytes)}`);
    const line = (name: string, seconds: number, rest = '') =>
      print(
        `intake: ${name.padEnd(34)} ${seconds.toFixed(2)} s, ${(records / seconds / 1000).toFixed(0)} k records/s, ` +
          `${mb(bytes / seconds)}/s${rest}`
      );
    line('wc -l', await timed(() => run('wc', ['-l', ...files])));
    line('csv-parse alone', await timed(() => parseAll(files)));
    const bare = await child<Backfill>('bare.ts', folder);
    line('engine: INSERT … FROM file()', bare.seconds, `, RSS ${mb(bare.peakBytes)}`);
    const whole = await child<Backfill>('backfill.ts', folder);
    const onDisk = `${(whole.diskBytes / whole.records).toFixed(1)} bytes/record stored`;
    line('whole path (goal 400 k/s, 600 MB)', whole.seconds, `, RSS ${mb(whole.peakBytes)}, ${onDisk}`);
    print(`intake: whole path / bare engine: ${(whole.seconds / bare.seconds).toFixed(2)} × the time`);
    for (const rate of ratesPerSecond) {
      const { delaysMs, records: followed, peakBytes } = await child<Following>('following.ts', folder, String(rate));
      print(
        `intake: following ${rate.toLocaleString('en')}/s, line written → seen by a query: p50 ${delaysMs.p50} ms, ` +
          `p95 ${delaysMs.p95} ms (goal 2,000 ms), p99 ${delaysMs.p99} ms; ${followed.toLocaleString('en')} records, RSS ${mb(peakBytes)}`
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return (performance.now() - began) / 1000;
}

async function parseAll(files: readonly string[]): Promise<void> {
  for (const file of files) {
    let count = 0;
    for await (const _ of createReadStream(file).pipe(parse({ relax_column_count: true }))) {
      count++;
    }
    if (count === 0) {
      throw new Error(`csv-parse read nothing of ${file}`);
    }
  }
}

/** Each in a process of its own: the engine has one data directory a process, and memory is a process's. */
function child<T>(script: string, ...args: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, [join(import.meta.dirname, 'intake', script), ...args], {
      // As the plugin's launcher sets it.
      env: { ...process.env, UV_THREADPOOL_SIZE: '12' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    started.stdout.on('data', (text: Buffer) => (out += text.toString()));
    started.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(out) as T) : reject(new Error(`${script} ended with ${code}`))
    );
  });
}
