import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'simulate-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

function simulate(
  t: TestContext,
  args: string[]
): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, output, errors })));
  return { child, output: () => output, ended };
}

test('it tells where it listens and writes, answers, and ends on Ctrl-C with complete files', async (t) => {
  const dir = directory(t);
  const run = simulate(t, [
    '--port',
    '0',
    '--dir',
    dir,
    '--nodes',
    '2',
    '--history',
    '5m',
    '--rate',
    '50',
    '--partial-lines',
  ]);
  while (!run.output().includes('Ctrl-C')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const urls = [...run.output().matchAll(/^mta\d: monitor at (\S+)/gm)].map(([, url]) => url!);
  assert.equal(urls.length, 2);
  for (const [i, url] of urls.entries()) {
    const answer = (await (await fetch(`${url}/status?format=json`)).json()) as {
      data: { mta: { fullHostName: string } };
    };
    assert.equal(answer.data.mta.fullHostName, `mta${i + 1}.example.com`);
  }
  run.child.kill('SIGINT');
  const { code, output, errors } = await run.ended;
  assert.equal(code, 0);
  assert.equal(errors, '');
  for (const node of ['mta1', 'mta2']) {
    assert.ok(output.includes(join(dir, node, '*.csv')));
    const files = readdirSync(join(dir, node));
    assert.ok(files.length > 0);
    assert.ok(files.every((name) => readFileSync(join(dir, node, name), 'utf8').endsWith('\r\n')));
  }
  const first = (node: string): string =>
    readFileSync(join(dir, node, readdirSync(join(dir, node)).sort()[0]!), 'utf8');
  assert.notEqual(first('mta1'), first('mta2'), 'each node has traffic of its own');
});

test('a port in use, a folder that cannot be, and a mistaken option are explained', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const dir = directory(t);
  const [inUse, unwritable, mistaken] = await Promise.all([
    simulate(t, ['--port', String(port), '--dir', dir]).ended,
    simulate(t, ['--port', '0', '--dir', join(CLI, 'below')]).ended,
    simulate(t, ['--layout', 'two']).ended,
  ]);
  assert.deepEqual([inUse.code, unwritable.code, mistaken.code], [1, 1, 2]);
  assert.match(inUse.errors, new RegExp(`^port ${port} is in use: choose another with --port`));
  assert.match(unwritable.errors, /^cannot write to .*below.* choose a folder of your own with --dir/);
  assert.match(mistaken.errors, /^--layout takes one of .*not "two"\nSee --help/);
});
