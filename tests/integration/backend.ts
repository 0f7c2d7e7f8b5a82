import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import type { Field, Frame } from '../../pkg/frames/frame.ts';
import type { User } from '../../pkg/grafana/handlers.ts';
import { defaultNode, type NodeSettings } from '../../pkg/settings/model.ts';
import { PluginClient } from '../protocol/client.ts';
import { decodeFrame } from '../protocol/decodeFrame.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';

/** The built backend. */
export const executable = join(
  import.meta.dirname,
  '../../dist',
  `gpx_pmta_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`
);

export const viewer: User = { login: 'viewer', name: '', email: '', role: 'Viewer' };
export const admin: User = { login: 'admin', name: '', email: '', role: 'Admin' };

export interface Answer {
  status: number;
  error: string;
  errorSource: string;
  frames: Frame[];
}

export interface Backend {
  directory: string;
  simulator: Simulator;
  client: PluginClient;
  /** The node of the simulator; its accounting files are followed. */
  node: NodeSettings;
  /** As the settings say; changing it opens the data source anew. */
  pollSeconds: number;
  configure(nodes: NodeSettings[]): void;
  ask(
    queries: Array<Record<string, unknown>>,
    options?: { user?: User; headers?: Record<string, string>; fromMs?: number; toMs?: number }
  ): Promise<Record<string, Answer>>;
  resource(path: string, query?: string, user?: User): Promise<{ status: number; body: unknown }>;
  health(): ReturnType<PluginClient['checkHealth']>;
  /** Starts the process again over the same data; the old one is left as it is. */
  restart(): Promise<void>;
}

/** The built backend over the plugin protocol, with a simulated PMTA whose time the test moves. */
export async function startBackend(t: TestContext, simulated: Partial<SimulatorOptions> = {}): Promise<Backend> {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-backend-'));
  const accounting = join(directory, 'accounting');
  mkdirSync(accounting);
  const simulator = await startSimulator({
    directory: accounting,
    start: Date.now() - 60_000,
    rate: 50,
    steady: true,
    ...simulated,
  });
  const node: NodeSettings = {
    ...defaultNode,
    name: 'mta1',
    url: simulator.url,
    tlsSkipVerify: true,
    accounting: { files: [join(accounting, '*.csv')], pull: false, receive: false },
  };
  const env = { GF_PLUGIN_DATA_PATH: join(directory, 'data'), GF_PLUGIN_ACCOUNTING_ROOTS: accounting };
  let nodes = [node];
  const backend: Backend = {
    directory,
    simulator,
    client: await PluginClient.start(executable, { env }),
    node,
    pollSeconds: 1,
    configure: (given) => {
      nodes = given;
    },
    async ask(
      queries,
      { user = viewer, headers = {}, fromMs = Date.now() - 3_600_000, toMs = Date.now() + 60_000 } = {}
    ) {
      const answers = await backend.client.queryData({
        context: context(user),
        headers,
        fromMs,
        toMs,
        queries: queries.map((query, index) => ({
          refId: String.fromCharCode(65 + index),
          intervalMs: 1000,
          maxDataPoints: 5000,
          ...query,
        })),
      });
      return Object.fromEntries(
        Object.entries(answers).map(([refId, { status, error, errorSource, frames }]) => [
          refId,
          { status, error, errorSource, frames: frames.map((bytes) => decodeFrame(bytes)) },
        ])
      );
    },
    async resource(path, query = '', user = viewer) {
      const { status, body } = await backend.client.callResource({ context: context(user), path, query });
      const text = body.toString();
      return { status, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text };
    },
    health: () => backend.client.checkHealth(context(admin)),
    async restart() {
      backend.client = await PluginClient.start(executable, { env });
    },
  };
  const context = (user: User) => ({
    orgId: 1,
    user,
    dataSource: {
      id: 1,
      uid: 'test',
      name: 'PowerMTA',
      url: '',
      jsonData: { nodes, pollSeconds: backend.pollSeconds },
      secureJsonData: {},
      updatedMs: 1,
    },
  });
  t.after(async () => {
    await backend.client.stop();
    await simulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return backend;
}

/** Waits until the condition holds; fails after ten seconds with what was waited for. */
export async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited 10 s for ${what}`);
}

export function field(frame: Frame | undefined, name: string): Field {
  const found = frame?.fields.find((candidate) => candidate.name === name);
  if (!found) {
    throw new Error(`no field ${name} in ${JSON.stringify(frame?.fields.map((each) => each.name))}`);
  }
  return found;
}

/** Sum of all numbers of a time series answer. */
export function sum(answer: Answer | undefined): number {
  return (answer?.frames ?? [])
    .flatMap(({ fields }) => Array.from((fields[1]?.values ?? []) as ArrayLike<number | null>))
    .reduce<number>((total, value) => total + (value ?? 0), 0);
}
