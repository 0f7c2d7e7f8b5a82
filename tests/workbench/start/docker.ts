import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { dist, pluginId, root } from '../paths.ts';
import { Problem } from './problem.ts';
import { type Running, settingsOf, untilReady } from './grafana.ts';
import { writeProvisioning } from './provisioning.ts';
import type { Target } from './target.ts';

const run = promisify(execFile);

/** The image with glibc, which the plugin's Node wants as well as Grafana's smaller image has it. */
const image = 'grafana/grafana:12.3.0-ubuntu';

/** Whether containers can see the simulated PMTA and the built executable: a Docker engine on Linux that answers. */
export async function dockerAnswers(): Promise<boolean> {
  if (process.platform !== 'linux') {
    return false;
  }
  return run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 5000 }).then(
    () => true,
    () => false
  );
}

function docker(parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  return run('docker', parameters).catch((error: Error & { stderr?: string }) => {
    const why = error.stderr?.trim() ?? error.message;
    throw new Problem(`Docker did not run ${image}: ${why}\n"npm start -- --workbench" needs no Docker.`);
  });
}

/** Runs Grafana in a container that shares this machine's network, files and user, so that every path means the same. */
export async function startDocker(target: Target, folder: string, port: number): Promise<Running> {
  const provisioning = path.join(folder, 'provisioning');
  const data = path.join(folder, 'grafana');
  const store = path.join(folder, 'store');
  await writeProvisioning(provisioning, target.settings);
  await Promise.all([data, store].map((each) => mkdir(each, { recursive: true })));
  const settings = Object.entries(settingsOf(target, port, store)).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, value]) => {
      const name = `GF_${section}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
      return `${name}=${value}`;
    })
  );
  const environment = [...settings, `GF_PATHS_PROVISIONING=${provisioning}`, `GF_PATHS_DATA=${data}`];
  const mounts = [
    `${dist}:/var/lib/grafana/plugins/${pluginId}:ro`,
    `${path.join(root, 'provisioning')}:${path.join(root, 'provisioning')}:ro`,
    `${folder}:${folder}`,
    ...target.accountingRoots
      .split(':')
      .filter(Boolean)
      .map((each) => `${each}:${each}:ro`),
  ];
  const { stdout } = await docker([
    'run',
    '--detach',
    '--rm',
    '--network=host',
    `--user=${process.getuid?.()}:${process.getgid?.()}`,
    ...environment.flatMap((each) => ['--env', each]),
    ...mounts.flatMap((each) => ['--volume', each]),
    image,
  ]);
  const container = stdout.trim();
  const stop = async () => {
    await run('docker', ['stop', container]).catch(() => undefined);
  };
  const url = `http://127.0.0.1:${port}`;
  const log = async () => {
    const logged = await run('docker', ['logs', '--tail', '20', container]).catch(() => ({ stdout: '', stderr: '' }));
    return logged.stdout + logged.stderr;
  };
  try {
    await untilReady(url, run('docker', ['wait', container]), log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
