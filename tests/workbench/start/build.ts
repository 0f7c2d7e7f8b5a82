import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { dist, executable, root } from '../paths.ts';
import { Problem } from './problem.ts';

/** What the plugin is built from. */
const sources = ['src', 'pkg', '.config', 'package.json', 'package-lock.json'];

const products = [path.join(dist, 'module.js'), executable];

async function changedMs(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

async function newest(name: string): Promise<number> {
  const top = path.join(root, name);
  const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch(() => []);
  // Tests are no part of the plugin.
  const files = entries.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name));
  const times = files.map((entry) => changedMs(path.join(entry.parentPath, entry.name)));
  return Math.max(await changedMs(top), ...(await Promise.all(times)));
}

async function isStale(): Promise<boolean> {
  const built = await Promise.all(products.map(changedMs));
  const written = await Promise.all(sources.map(newest));
  return Math.min(...built) < Math.max(...written);
}

/** Builds the plugin (`npm run build`) where a source is newer than `dist`. */
export async function buildIfStale(say: (line: string) => void): Promise<void> {
  if (!(await isStale())) {
    return;
  }
  say('Building the plugin …');
  const build = spawn('npm', ['run', 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const [output, errors, [code]] = await Promise.all([text(build.stdout), text(build.stderr), once(build, 'close')]);
  if (code !== 0) {
    throw new Problem(`${output}${errors}\n"npm run build" failed with code ${code}; see above.`);
  }
  // A build leaves a file alone whose content did not change, which would look stale for ever.
  const now = new Date();
  await Promise.all(
    products.map((file) =>
      utimes(file, now, now).catch(() => {
        throw new Problem(`"npm run build" made no ${path.relative(root, file)}.`);
      })
    )
  );
}
