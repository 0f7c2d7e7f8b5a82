import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { dist, pluginId } from '../paths.ts';
import { Problem } from './problem.ts';
import { writeProvisioning } from './provisioning.ts';
import type { Target } from './target.ts';

/** A Grafana that is installed here. */
export interface Grafana {
  executable: string;
  /** Where `conf/defaults.ini` and `public` are. */
  home: string;
}

export interface Running {
  url: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 90_000;
const stopTimeoutMs = 10_000;

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false
  );
}

async function firstExisting(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    if (await exists(file)) {
      return file;
    }
  }
  return undefined;
}

/** The Grafana of `GRAFANA_HOME`, or of the PATH; undefined where there is none. */
export async function findGrafana({ GRAFANA_HOME, PATH = '' }: NodeJS.ProcessEnv): Promise<Grafana | undefined> {
  if (GRAFANA_HOME) {
    const executable = await firstExisting([path.join(GRAFANA_HOME, 'bin', 'grafana')]);
    if (!executable || !(await exists(path.join(GRAFANA_HOME, 'conf/defaults.ini')))) {
      throw new Problem(
        `GRAFANA_HOME="${GRAFANA_HOME}" holds no Grafana: bin/grafana and conf/defaults.ini are missing.`
      );
    }
    return { executable, home: GRAFANA_HOME };
  }
  const executable = await firstExisting(PATH.split(path.delimiter).map((folder) => path.join(folder, 'grafana')));
  if (!executable) {
    return undefined;
  }
  // A tarball has bin/grafana below its home, the packages have it at a place of its own.
  const besides = path.dirname(path.dirname(await realpath(executable)));
  const defaults = await firstExisting(
    [besides, '/usr/share/grafana'].map((home) => path.join(home, 'conf/defaults.ini'))
  );
  if (!defaults) {
    throw new Problem(`The home of ${executable} was not found: name it in GRAFANA_HOME.`);
  }
  return { executable, home: path.dirname(path.dirname(defaults)) };
}

/** The sections that let Grafana load the plugin and keep to itself; the same for a program and a container. */
export function settingsOf(target: Target, port: number, dataPath: string): Record<string, Record<string, string>> {
  return {
    server: { http_addr: '127.0.0.1', http_port: String(port) },
    'auth.anonymous': { enabled: 'true', org_role: 'Admin' },
    auth: { disable_login_form: 'true' },
    analytics: { reporting_enabled: 'false', check_for_updates: 'false', check_for_plugin_updates: 'false' },
    news: { news_feed_enabled: 'false' },
    plugins: { allow_loading_unsigned_plugins: pluginId, preinstall_disabled: 'true', plugin_admin_enabled: 'false' },
    [`plugin.${pluginId}`]: { data_path: dataPath, accounting_roots: target.accountingRoots },
  };
}

/** Resolves when Grafana answers; rejects with the end of its log when it ends before. */
export async function untilReady(url: string, ended: Promise<unknown>, log: () => Promise<string>): Promise<void> {
  const over = ended.then(() => true);
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline;) {
    const answered = await fetch(`${url}/api/health`).then(
      (response) => response.ok,
      () => false
    );
    if (answered) {
      return;
    }
    if (await Promise.race([over, delay(300, false)])) {
      break;
    }
  }
  throw new Problem(
    `${(await log()).split('\n').slice(-20).join('\n')}\nGrafana did not start; the end of its log is above.`
  );
}

/** Runs an installed Grafana with the plugin, everything that it writes below `folder`. */
export async function startGrafana(grafana: Grafana, target: Target, folder: string, port: number): Promise<Running> {
  const place = (name: string) => path.join(folder, name);
  await writeProvisioning(place('provisioning'), target.settings);
  await mkdir(place('plugins'), { recursive: true });
  await symlink(dist, place(`plugins/${pluginId}`)).catch(() => undefined);
  const sections = {
    paths: {
      data: place('grafana'),
      logs: place('log'),
      plugins: place('plugins'),
      provisioning: place('provisioning'),
    },
    log: { mode: 'file', filters: `plugin.${pluginId}:debug` },
    ...settingsOf(target, port, place('store')),
  };
  const lines = Object.entries(sections).flatMap(([name, keys]) => [
    `[${name}]`,
    ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`),
  ]);
  await writeFile(place('grafana.ini'), lines.join('\n'));
  const child = spawn(grafana.executable, ['server', '--homepath', grafana.home, '--config', place('grafana.ini')], {
    // Not in the group of the terminal: Ctrl-C must reach it once, from here.
    detached: process.platform !== 'win32',
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  };
  try {
    await untilReady(url, ended, () => readFile(place('log/grafana.log'), 'utf8').catch(() => ''));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
