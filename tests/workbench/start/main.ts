import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { startBridge } from '../bridge.ts';
import { buildPage } from '../build.ts';
import { executable } from '../paths.ts';
import { buildIfStale } from './build.ts';
import { dockerAnswers, startDocker } from './docker.ts';
import { openFolder } from './folder.ts';
import { findGrafana, type Running, startGrafana } from './grafana.ts';
import { checkPort, portOf } from './port.ts';
import { Problem } from './problem.ts';
import { startTarget, type Target } from './target.ts';

const usage = `npm start [-- --workbench]

Builds the plugin and opens it on this machine: in a Grafana if there is one (GRAFANA_HOME, "grafana" on the PATH, or
Docker), else, or with --workbench, in a page outside Grafana. It runs against two simulated PMTAs.

  PORT=3001                                   where to listen
  PMTA_URL=http://mta1.example.com:8080       monitor of a real PMTA
  PMTA_ACCOUNTING='/var/log/pmta/acct*.csv'   accounting files of a real PMTA, several with colons between
  PMTA_DATA=folder                            keep what is stored; else it is gone at the end`;

async function startWorkbench(target: Target, folder: string, port: number): Promise<Running> {
  const log = createWriteStream(path.join(folder, 'plugin.log'), { flags: 'a' });
  const bridge = await startBridge({
    executable,
    env: {
      GF_VERSION: '12.3.0',
      GF_PLUGIN_DATA_PATH: path.join(folder, 'store'),
      GF_PLUGIN_ACCOUNTING_ROOTS: target.accountingRoots,
    },
    dataSource: { jsonData: { ...target.settings } },
    page: await buildPage(),
    port,
    onLog: (line) => log.write(`${line}\n`),
  }).catch((error: Error) => {
    throw new Problem(`The plugin did not start: ${error.message}`);
  });
  const stop = async () => {
    await bridge.close();
    await new Promise((done) => log.end(done));
  };
  return { url: bridge.url, stop };
}

async function startHost(target: Target, folder: string, port: number, workbench: boolean): Promise<[string, Running]> {
  const grafana = workbench ? undefined : await findGrafana(process.env);
  if (grafana) {
    return [`Grafana (${grafana.executable})`, await startGrafana(grafana, target, folder, port)];
  }
  if (!workbench && (await dockerAnswers())) {
    return ['Grafana in Docker', await startDocker(target, folder, port)];
  }
  return ['the workbench', await startWorkbench(target, folder, port)];
}

/** Until Ctrl-C, or until what started this process takes it away. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
  });
}

function readOptions(): { workbench?: boolean; help?: boolean } {
  try {
    return parseArgs({ options: { workbench: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Problem(`${(error as Error).message}\n\n${usage}`);
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return;
  }
  const port = portOf(process.env);
  await checkPort(port);
  await buildIfStale(console.log);
  const stopped = untilStopped();
  const folder = await openFolder(process.env);
  await using open = new AsyncDisposableStack();
  open.defer(folder.remove);
  const target = await startTarget(process.env, folder.path);
  open.defer(target.stop);
  const [host, running] = await startHost(target, folder.path, port, options.workbench ?? false);
  open.defer(running.stop);
  // A plugin learns of a data source with its first call: from now on it stores, before anybody looks.
  fetch(`${running.url}/api/datasources/uid/pmta/health`).catch(() => undefined);
  console.log(`PowerMTA is open in ${host}:  ${running.url}`);
  console.log(`It runs against ${target.description}.`);
  console.log(
    `What it stores is in ${folder.path}${folder.kept ? '' : ', which is removed at the end'}. Ctrl-C stops.`
  );
  await Promise.race([stopped, target.failed]);
}

/** Runs until Ctrl-C; what went wrong is on stderr, and the exit status 1. */
export async function start(): Promise<void> {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exit(1);
  }
}
