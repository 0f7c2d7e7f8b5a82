import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import { defaultNode, type DataSourceSettings, defaultSettings, type NodeSettings } from '../../pkg/settings/model.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { type Bridge, startBridge } from '../workbench/bridge.ts';
import { buildPage } from '../workbench/build.ts';
import { executable } from '../workbench/paths.ts';

export { expect } from '@playwright/test';

/** Simulated PMTAs whose time stands still, so that what they wrote can be counted. */
export interface Pmtas {
  mta1: Simulator;
  mta2: Simulator;
  /** Both, as the data source's settings name them. */
  nodes: NodeSettings[];
  /** Folder of both nodes' accounting. */
  accounting: string;
}

interface WorkerFixtures {
  folder: string;
  pmtas: Pmtas;
  /** A workbench whose data source has both PMTAs. */
  workbench: Bridge;
}

interface TestFixtures {
  /** Starts a workbench of the test's own, with these settings. */
  openWorkbench: (settings: Partial<DataSourceSettings>) => Promise<Bridge>;
  /** What the page's console may complain about in this test. */
  expectedErrors: RegExp[];
}

const twoHours = 2 * 3_600_000;

async function open(folder: string, accounting: string, settings: Partial<DataSourceSettings>): Promise<Bridge> {
  return startBridge({
    executable,
    env: {
      GF_VERSION: '12.3.0',
      GF_PLUGIN_DATA_PATH: await mkdtemp(path.join(folder, 'store-')),
      GF_PLUGIN_ACCOUNTING_ROOTS: accounting,
    },
    dataSource: { jsonData: { ...defaultSettings, pollSeconds: 5, ...settings } },
    page: await buildPage(),
    port: 0,
  });
}

async function startNode(accounting: string, name: string, version: '5.0' | '4.0'): Promise<[Simulator, NodeSettings]> {
  const directory = path.join(accounting, name);
  const simulator = await startSimulator({
    directory,
    seed: name,
    historyMs: twoHours,
    rate: 5,
    hostName: `${name}.example.com`,
    variant: { version },
  });
  const files = [path.join(directory, '*.csv')];
  return [simulator, { ...defaultNode, name, url: simulator.url, accounting: { ...defaultNode.accounting, files } }];
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  folder: [
    // Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'pmta-browser-'));
      await use(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],

  pmtas: [
    async ({ folder }, use) => {
      const accounting = path.join(folder, 'accounting');
      const [mta1, node1] = await startNode(accounting, 'mta1', '5.0');
      const [mta2, node2] = await startNode(accounting, 'mta2', '4.0');
      await use({ mta1, mta2, nodes: [node1, node2], accounting });
      await Promise.all([mta1.stop(), mta2.stop()]);
    },
    { scope: 'worker' },
  ],

  workbench: [
    async ({ folder, pmtas }, use) => {
      const bridge = await open(folder, pmtas.accounting, { nodes: pmtas.nodes });
      await use(bridge);
      await bridge.close();
    },
    { scope: 'worker' },
  ],

  openWorkbench: async ({ folder, pmtas, page }, use) => {
    const opened: Bridge[] = [];
    await use(async (settings) => {
      const bridge = await open(folder, pmtas.accounting, settings);
      opened.push(bridge);
      return bridge;
    });
    // A page that still asks would report that nobody answers any more.
    await page.goto('about:blank');
    await Promise.all(opened.map((bridge) => bridge.close()));
  },

  expectedErrors: [[], { option: true }],

  baseURL: async ({ workbench }, use) => use(workbench.url),

  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        errors.push(`${message.text()} (${message.location().url})`);
      }
    });
    await use(page);
    expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
  },
});
