import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { build } from 'esbuild';

import { root } from './paths.ts';

const pages = path.join(import.meta.dirname, 'page');
const keepMs = 24 * 3_600_000;
const cache = path.join(root, 'node_modules', '.cache', 'workbench');

/** Changes when a source of the page, this file, or an installed package changes. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(pages, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of [...sources.sort(), import.meta.filename, path.join(root, 'package-lock.json')]) {
    hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function bundle(outdir: string): Promise<void> {
  await build({
    entryPoints: {
      main: path.join(pages, 'main.tsx'),
      'editor.worker': path.join(root, 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js'),
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"production"',
      global: 'globalThis',
      // SystemJS' AMD extra defines a global `define`: UMD libraries inside the bundle must not find it, or they
      // register themselves there and export nothing.
      define: 'undefined',
    },
    loader: { '.ttf': 'file', '.svg': 'dataurl' },
    logLevel: 'error',
  });
}

/** Another workbench may be serving a page from the folder of its own state, so only old ones go. */
async function removeOld(): Promise<void> {
  const folders = (await readdir(cache)).map((name) => path.join(cache, name));
  for (const folder of folders) {
    if ((await stat(folder)).mtimeMs < Date.now() - keepMs) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/**
 * The folder with the workbench's page, bundled once for each state of its sources.
 */
export async function buildPage(): Promise<string> {
  const folder = path.join(cache, await fingerprint());
  if (existsSync(folder)) {
    return folder;
  }
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await bundle(unfinished);
  await copyFile(path.join(pages, 'index.html'), path.join(unfinished, 'index.html'));
  await rename(unfinished, folder).catch(async (error: unknown) => {
    // Another process may have finished the same first.
    await rm(unfinished, { recursive: true });
    if (!existsSync(folder)) {
      throw error;
    }
  });
  await removeOld();
  return folder;
}
