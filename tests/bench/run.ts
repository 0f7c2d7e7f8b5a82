import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

interface Benchmark {
  /** Prints figures, a line each; asserts none, because they depend on the machine. */
  bench(print: (line: string) => void): Promise<void>;
}

const folder = new URL('./', import.meta.url);
const EXPORT = /^export async function bench\(/m;

/** Names of the files here that export `bench`; found by their text, because loading them all would open stores. */
function benchmarks(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && EXPORT.test(readFileSync(new URL(file, folder), 'utf8')))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

function usage(names: string[]): string {
  return `Usage: node tests/bench/run.ts [name...]\n\nPrints figures of all benchmarks, or of those named: ${names.join(', ')}`;
}

const known = benchmarks();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !known.includes(name));
if (names.includes('--help')) {
  console.log(usage(known));
} else if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}.\n\n${usage(known)}`);
  process.exitCode = 2;
} else {
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
  for (const name of names.length > 0 ? names : known) {
    const { bench } = (await import(new URL(`${name}.ts`, folder).href)) as Benchmark;
    await bench((line) => console.log(line));
  }
}
