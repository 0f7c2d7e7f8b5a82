import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

import {
  defaultNode,
  type DataSourceSettings,
  defaultSettings,
  type NodeSettings,
} from '../../../pkg/settings/model.ts';
import { type Simulator, type StartOptions, startSimulator } from '../../simulator/simulator.ts';
import { Problem } from './problem.ts';

/** The PMTA servers that the data source begins with. */
export interface Target {
  /** One line for the user. */
  description: string;
  settings: DataSourceSettings;
  /** Colon-separated folders below which the plugin may read accounting files. */
  accountingRoots: string;
  /** Rejects when a simulated PMTA can no longer write. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

const hour = 3_600_000;

/** A new one beside an old one: both dialects of the monitor, both sets of accounting columns. */
const simulated: Record<string, Omit<StartOptions, 'directory'>> = {
  mta1: { seed: 'workbench mta1', rate: 20, scenario: 'ordinary', variant: { version: '5.0' } },
  mta2: { seed: 'workbench mta2', rate: 8, scenario: 'throttled', variant: { version: '4.0' } },
};

function settingsOf(nodes: NodeSettings[]): DataSourceSettings {
  return { ...defaultSettings, pollSeconds: 5, nodes };
}

function nodeOf(name: string, url: string, files: string[]): NodeSettings {
  return { ...defaultNode, name, url, accounting: { ...defaultNode.accounting, files } };
}

async function startSimulated(folder: string): Promise<Target> {
  const accounting = path.join(folder, 'accounting');
  const running: Array<{ node: NodeSettings; simulator: Simulator }> = [];
  const stop = async () => {
    await Promise.all(running.map(({ simulator }) => simulator.stop()));
  };
  try {
    for (const [name, options] of Object.entries(simulated)) {
      const directory = path.join(accounting, name);
      await mkdir(directory, { recursive: true });
      // A folder that was kept has its history already; a second one would count the same hours twice.
      const historyMs = (await readdir(directory)).length > 0 ? 0 : 3 * hour;
      const hostName = `${name}.example.com`;
      const simulator = await startSimulator({ historyMs, clock: 'real', hostName, ...options, directory });
      running.push({ node: nodeOf(name, simulator.url, [path.join(directory, '*.csv')]), simulator });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const listed = running.map(({ node, simulator }) => `${node.name} at ${simulator.url}`).join(', ');
  return {
    description: `two simulated PMTAs: ${listed}`,
    settings: settingsOf(running.map(({ node }) => node)),
    accountingRoots: accounting,
    failed: Promise.race(running.map(({ simulator }) => simulator.failed)),
    stop,
  };
}

/** The folder above the first wildcard. */
function fixedPart(glob: string): string {
  const parts = path.resolve(glob).split(path.sep);
  const wild = parts.findIndex((part) => /[*?[{]/.test(part));
  return parts.slice(0, wild < 0 ? -1 : wild).join(path.sep) || path.sep;
}

function realTarget(url: string, files: string[]): Target {
  if (url !== '' && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw new Problem(`PMTA_URL="${url}" is no address of a monitor; it looks like http://mta1.example.com:8080.`);
  }
  return {
    description: ['PMTA', url && `at ${url}`, files.length > 0 && `with ${files.join(', ')}`].filter(Boolean).join(' '),
    settings: settingsOf([
      nodeOf(
        'mta1',
        url,
        files.map((glob) => path.resolve(glob))
      ),
    ]),
    accountingRoots: [...new Set(files.map(fixedPart))].join(':'),
    failed: new Promise(() => undefined),
    stop: async () => undefined,
  };
}

/** The PMTA that `PMTA_URL` and `PMTA_ACCOUNTING` (globs with colons between) name; where neither is set, simulated ones. */
export async function startTarget(environment: NodeJS.ProcessEnv, folder: string): Promise<Target> {
  const { PMTA_URL: url = '', PMTA_ACCOUNTING: accounting = '' } = environment;
  if (url === '' && accounting === '') {
    return startSimulated(folder);
  }
  return realTarget(
    url,
    accounting.split(':').filter((glob) => glob !== '')
  );
}
