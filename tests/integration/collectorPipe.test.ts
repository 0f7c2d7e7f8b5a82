import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { type Collector, newRig, type Rig, startGrafana, until, untilStored } from './collectorRig.ts';

const header = 'type,timeLogged,rcpt,dsnDiag\r\n';
const begin = Math.floor(Date.now() / 1000) - 86_400;

/** One in ten spans two lines. */
const row = (n: number) =>
  `d,${begin + Math.floor(n / 10)},r${n}@example.com,${n % 10 === 0 ? '"smtp;250 ok,\r\ntwo lines"' : 'smtp;250 ok'}\r\n`;
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => row(from + n)).join('');

function piped(rig: Rig, config: string): { collector: Collector; input: Writable } {
  const collector = rig.collector(['--config', config, '--stdin', '--acct-file', 'acct'], { stdin: true });
  const input = collector.child.stdin;
  assert(input);
  // Of a collector that was killed.
  input.on('error', () => undefined);
  return { collector, input };
}

/** Waits until a process has taken in what was written to it. */
async function taken(input: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve) => input.write(text, () => resolve()));
}

const spooled = ({ statePath }: Rig): string[] => {
  const folder = join(statePath, 'pipe-acct/spool');
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'))
    : [];
};

test('what PMTA pipes is stored once, and the spool is empty when the pipe has ended', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const { collector, input } = piped(rig, rig.configure(grafana.target));
  const text = header + rows(0, 5000);
  for (let at = 0; at < text.length; at += 50_001) {
    await taken(input, text.slice(at, at + 50_001));
  }
  await untilStored(grafana, collector, 5000);
  input.end(header + rows(5000, 5010).trimEnd());
  assert.deepEqual(await collector.exited, { code: 0, signal: null });
  assert.deepEqual(collector.lines, []);
  assert.equal(await grafana.attempts(), 5010);
  assert.deepEqual(spooled(rig), []);
});

test('a pipe needs nothing else to collect', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const config = rig.configure(grafana.target);
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^node: .*$/m, 'node: {name: mta1}'));
  const { collector, input } = piped(rig, config);
  input.end(header + rows(0, 10));
  assert.deepEqual(await collector.exited, { code: 0, signal: null });
  assert.equal(await grafana.attempts(), 10);
  const files = rig.collector(['--config', config]);
  assert.equal((await files.exited).code, 2);
  assert.match(files.lines.join('\n'), /^there is nothing to collect/);
});

test('while Grafana is away PMTA does not wait; killed and started again, all rows are stored once', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const config = rig.configure(grafana.target);
  await grafana.front.away();
  let sent = 0;
  for (let round = 0; round < 6; round++) {
    const { collector, input } = piped(rig, config);
    await taken(input, header + rows(sent, sent + 3000));
    // Taken from the pipe is not yet in the file.
    await until(
      () => spooled(rig).length > round,
      () => collector.lines.join('\n')
    );
    await delay(300);
    sent += 3000;
    if (round === 3) {
      await grafana.front.back();
      await delay(Math.random() * 600);
    }
    await collector.kill('SIGKILL');
  }
  const { collector, input } = piped(rig, config);
  await untilStored(grafana, collector, sent);
  assert.equal(await grafana.attempts(), sent);
  input.end();
  assert.deepEqual(await collector.exited, { code: 0, signal: null });
  assert.deepEqual(spooled(rig), []);
});

test('PMTA starts the next before the one before has ended', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const config = rig.configure(grafana.target);
  const first = piped(rig, config);
  await taken(first.input, header + rows(0, 2000));
  await untilStored(grafana, first.collector, 2000);
  const second = piped(rig, config);
  await taken(second.input, header + rows(2000, 3000));
  // The first one sends for both.
  await untilStored(grafana, first.collector, 3000);
  first.input.end(rows(3000, 3100));
  assert.deepEqual(await first.collector.exited, { code: 0, signal: null });
  await taken(second.input, rows(3100, 4000));
  await untilStored(grafana, second.collector, 4000);
  second.input.end();
  assert.deepEqual(await second.collector.exited, { code: 0, signal: null });
  assert.equal(await grafana.attempts(), 4000);
  assert.deepEqual(spooled(rig), []);
});

test('SIGTERM ends it while the pipe is open, soon, and what was taken in is sent later', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const config = rig.configure(grafana.target);
  await grafana.front.away();
  const { collector, input } = piped(rig, config);
  await taken(input, header + rows(0, 1000) + 'd,1,half');
  await until(
    () => spooled(rig).length > 0,
    () => collector.lines.join('\n')
  );
  await delay(300);
  const began = Date.now();
  collector.child.kill('SIGTERM');
  assert.deepEqual(await collector.exited, { code: 0, signal: null });
  assert(Date.now() - began < 2000, `it took ${Date.now() - began} ms`);
  await grafana.front.back();
  const next = piped(rig, config);
  next.input.end(header + rows(1000, 1010));
  assert.deepEqual(await next.collector.exited, { code: 0, signal: null });
  assert.equal(await grafana.attempts(), 1010);
});
