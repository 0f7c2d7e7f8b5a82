import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { benchIntake, benchStore, numberOf, watchMemory } from './store.ts';

// Prints how long records of a growing file take until a query counts them, as JSON.
const [source = '', rate = '1000'] = process.argv.slice(2);
const seconds = 15;
const folder = mkdtempSync(join(tmpdir(), 'pmta-bench-follow-'));
const [dataset = ''] = readdirSync(source);
const { engine, close } = await benchStore();
const peak = watchMemory();
const intake = benchIntake(engine, folder);

/** When so many records had been written, as the writer says; a process of its own, as PMTA is. */
const written: Array<{ count: number; ms: number }> = [];
const writer = spawn(
  process.execPath,
  [join(import.meta.dirname, 'writer.ts'), join(source, dataset), join(folder, 'acct.csv'), rate, String(seconds)],
  { stdio: ['ignore', 'pipe', 'inherit'] }
);
let isWriting = true;
createInterface({ input: writer.stdout }).on('line', (line) =>
  written.push(JSON.parse(line) as (typeof written)[number])
);
writer.on('close', () => (isWriting = false));

const delays: number[] = [];
let seen = 0;
while (isWriting || written.length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  seen = await numberOf(engine, 'SELECT count() FROM d.events');
  const now = Date.now();
  while (written[0] && written[0].count <= seen) {
    delays.push(now - (written.shift()?.ms ?? now));
  }
}
const peakBytes = peak();
await intake.stop();
await close();
rmSync(folder, { recursive: true });
delays.sort((a, b) => a - b);
const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
console.log(JSON.stringify({ records: seen, delaysMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) }, peakBytes }));
process.exit(0);
