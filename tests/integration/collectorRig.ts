import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';
import { startBridge } from '../workbench/bridge.ts';
import { executable } from './backend.ts';
import { type Front, startFront } from './front.ts';

/** A collector's process. */
export interface Collector {
  child: ChildProcess;
  /** Its log. */
  lines: string[];
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A folder for one test, with what a collector needs. */
export interface Rig {
  directory: string;
  accounting: string;
  /** Where its state is. */
  statePath: string;
  /** Writes a configuration; `target` and `more` are its YAML, `url` that of the monitor. */
  configure(target: string, more?: string, url?: string): string;
  collector(args: string[], options?: { stdin?: boolean }): Collector;
}

export function newRig(t: TestContext): Rig {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-collector-'));
  const accounting = join(directory, 'accounting');
  mkdirSync(accounting);
  writeFileSync(join(directory, 'token'), 'editor-token\n');
  writeFileSync(join(directory, 'password'), 'secret\n');
  const running = new Set<Collector>();
  t.after(async () => {
    await Promise.all([...running].map((one) => one.kill('SIGKILL')));
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory,
    accounting,
    statePath: join(directory, 'state'),
    configure(target, more = '', url = '') {
      const path = join(directory, 'collector.yaml');
      const text = `
node: {name: mta1, url: '${url}', accounting: {files: ['${accounting}/*.csv']}}
accountingRoots: ['${accounting}']
statePath: ${join(directory, 'state')}
target: ${target}
${more}`;
      writeFileSync(path, text);
      return path;
    },
    collector(args, { stdin = false } = {}) {
      const child = spawn(executable, ['collect', ...args], {
        stdio: [stdin ? 'pipe' : 'ignore', 'ignore', 'pipe'],
        env: {},
      });
      const lines: string[] = [];
      createInterface({ input: child.stderr as Readable }).on('line', (line) => lines.push(line));
      const exited = once(child, 'close').then(
        ([code, signal]) => ({ code, signal }) as { code: number | null; signal: NodeJS.Signals | null }
      );
      const collector: Collector = {
        child,
        lines,
        exited,
        async kill(signal) {
          child.kill(signal);
          await exited;
        },
      };
      running.add(collector);
      void exited.then(() => running.delete(collector));
      return collector;
    },
  };
}

export interface NodeState {
  node: string;
  accounting: { records: number; duplicates: number; rejects: number };
}

/** The data source as it runs in Grafana, and a Grafana in front of it. */
export interface Grafana {
  front: Front;
  /** For a collector's configuration. */
  target: string;
  /** Of the plugin as it runs now. */
  pluginPid(): number;
  /** Attempts in the store: its rows of the types d, b and t. */
  attempts(): Promise<number>;
  /** What the plugin says about its intake. */
  intake(): Promise<NodeState>;
}

/**
 * Starts the built plugin with a node `mta1` that receives.
 *
 * @param dataSource further settings and secrets of the data source
 */
export async function startGrafana(
  t: TestContext,
  { directory }: Rig,
  dataSource: { jsonData?: Record<string, unknown>; secureJsonData?: Record<string, string> } = {}
): Promise<Grafana> {
  const nodes = ['mta1', 'off'].map((name) => ({
    name,
    url: '',
    accounting: { files: [], pull: false, receive: name === 'mta1' },
  }));
  const bridge = await startBridge({
    executable,
    env: { GF_PLUGIN_DATA_PATH: join(directory, 'data'), GF_PLUGIN_ACCOUNTING_ROOTS: directory },
    dataSource: { secureJsonData: {}, ...dataSource, jsonData: { nodes, ...dataSource.jsonData } },
    page: directory,
    port: 0,
  });
  const front = await startFront(bridge.url);
  t.after(async () => {
    await front.close();
    await bridge.close();
  });
  const json = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(`${bridge.url}${path}`, init)).json();
  return {
    front,
    target: `{grafana: {url: '${front.url}', dataSource: pmta, tokenFile: ${join(directory, 'token')}}}`,
    pluginPid: bridge.pluginPid,
    async attempts() {
      const query = { refId: 'A', queryType: 'events', measure: 'attempts', groupBy: ['node'], format: 'table' };
      const body = JSON.stringify({ from: 'now-20d', to: 'now', queries: [query] });
      const { results } = (await json('/api/ds/query', { method: 'POST', body })) as QueryAnswer;
      const values = results.A?.frames?.[0]?.data?.values ?? [];
      return Number(values.flat().find((value) => typeof value === 'number') ?? 0);
    },
    async intake() {
      const { nodes } = (await json('/api/datasources/uid/pmta/resources/intake')) as { nodes: NodeState[] };
      const found = nodes.find(({ node }) => node === 'mta1');
      if (!found) {
        throw new Error(`the plugin has no node mta1: ${JSON.stringify(nodes)}`);
      }
      return found;
    },
  };
}

interface QueryAnswer {
  results: Record<string, { frames?: Array<{ data?: { values?: unknown[][] } }> }>;
}

/** PMTA on the collector's host, over the last ten minutes. */
export async function simulated(
  t: TestContext,
  { accounting }: Rig,
  options: Partial<SimulatorOptions>
): Promise<Simulator> {
  const start = Date.now() - 600_000;
  const pmta = await startSimulator({ directory: accounting, start, rate: 200, steady: true, ...options });
  t.after(() => pmta.stop());
  return pmta;
}

/** Waits as long as a collector may pause after failures, and more. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: () => Promise<string> | string
): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end;) {
    if (await condition()) {
      return;
    }
    await delay(200);
  }
  assert.fail(`waited 90 s: ${await what()}`);
}

/** Waits until all that PMTA wrote is there, and a little longer for what would be too much. */
export async function untilAllOnce(pmta: Simulator, grafana: Grafana, collector: Collector): Promise<void> {
  const { d, b, t } = pmta.counts.byType;
  await untilStored(grafana, collector, pmta.counts.total);
  assert.equal(await grafana.attempts(), d + b + t);
}

/** Waits until so many records are stored, and a little longer for what would be too much. */
export async function untilStored(grafana: Grafana, collector: Collector, total: number): Promise<void> {
  const stored = async () => (await grafana.intake()).accounting.records;
  await until(
    async () => (await stored().catch(() => 0)) >= total,
    async () => `${await stored()} of ${total}: ${collector.lines.join('\n')}`
  );
  await delay(1200);
  assert.equal(await stored(), total);
}
