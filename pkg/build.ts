/**
 * Builds the backend into `dist/`, beside the frontend (whose build empties the folder, so this comes after it):
 *
 *   gpx_pmta_<os>_<arch>   what Grafana starts: a script, because Node itself cannot take the options it needs
 *   backend/main.mjs       the backend and its dependencies, in pieces that are loaded when they are needed
 *   backend/accountingReader.mjs  its thread that reads records one by one
 *   runtime/node           the Node that runs it
 *   node_modules/@chdb/…   the embedded engine's native library
 */
import { chmodSync, copyFileSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** As Grafana names platforms (Go's GOOS and GOARCH). */
const os = { linux: 'linux', darwin: 'darwin' }[process.platform as string];
const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];

/**
 * The engine's calls run on libuv's pool, four threads unless told otherwise before Node starts: intake, control and
 * every query connection need one each. Neither PATH nor any other variable can be assumed.
 *
 * A collector shares its machine with PMTA. It has no engine, and packs one piece at a time: many threads, each with an
 * arena of its own, and room for young objects would only keep what it has used once (123 MB instead of 110 MB).
 */
const launcher = `#!/bin/sh
D=\${0%/*}
if [ "$1" = collect ]; then
  export UV_THREADPOOL_SIZE=4 MALLOC_ARENA_MAX=2
  exec "$D/runtime/node" --no-warnings --max-semi-space-size=2 "$D/backend/main.mjs" "$@"
fi
UV_THREADPOOL_SIZE=12 exec "$D/runtime/node" --no-warnings "$D/backend/main.mjs" "$@"
`;

async function bundle(): Promise<void> {
  rmSync(join(dist, 'backend'), { recursive: true, force: true });
  await build({
    entryPoints: {
      main: join(root, 'pkg/main.ts'),
      // Of a thread, which starts from a file of its own.
      accountingReader: join(root, 'pkg/intake/accounting/reader/worker.ts'),
    },
    outdir: join(dist, 'backend'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // The handshake needs a twentieth of the code, and compiling all of it first would double the time to it.
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    // Its CommonJS entry: the ESM one finds its own files by import.meta, which bundling changes.
    alias: { chdb: require.resolve('chdb') },
    // Of chDB's code generator, which the backend does not use.
    external: ['typescript'],
    target: 'node24',
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

/** Hard links where the file system allows: the engine is half a gigabyte. */
function place(from: string, to: string): void {
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function placeRuntime(): void {
  mkdirSync(join(dist, 'runtime'), { recursive: true });
  place(process.execPath, join(dist, 'runtime/node'));
}

function placeEngine(): void {
  const platform = `lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  const source = dirname(require.resolve(`@chdb/${platform}/package.json`));
  const target = join(dist, 'node_modules/@chdb', platform);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) {
    place(join(source, name), join(target, name));
  }
}

function placeLauncher(): void {
  const file = join(dist, `gpx_pmta_${os}_${arch}`);
  writeFileSync(file, launcher);
  chmodSync(file, 0o755);
}

if (!os || !arch) {
  console.error(`The backend cannot be built on ${process.platform} ${process.arch}: build it on Linux or macOS.`);
  process.exit(1);
}
await bundle();
placeRuntime();
placeEngine();
placeLauncher();
