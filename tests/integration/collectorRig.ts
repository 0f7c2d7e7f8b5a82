import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';

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
  /** Writes a configuration; `target` and `more` are its YAML. */
  configure(target: string, more?: string): string;
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
    configure(target, more = '') {
      const path = join(directory, 'collector.yaml');
      const text = `
node: {name: mta1, accounting: {files: ['${accounting}/*.csv']}}
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
  intake(): Promise<{ accounting: { records: number; duplicates: number; rejects: number } }>;
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
      const states = (await json('/api/datasources/uid/pmta/resources/intake')) as Array<{ node: string }>;
      return states.find(({ node }) => node === 'mta1') as unknown as Awaited<ReturnType<Grafana['intake']>>;
    },
  };
}

interface QueryAnswer {
  results: Record<string, { frames?: Array<{ data?: { values?: unknown[][] } }> }>;
}
