import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { newRig, simulated, startGrafana, until, untilAllOnce } from './collectorRig.ts';

test('files are followed and every record is stored once, also when Grafana was away', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const pmta = await simulated(t, rig, { historyMs: 300_000, accounting: { maxBytes: 2_000_000, partialLines: true } });
  const collector = rig.collector(['--config', rig.configure(grafana.target)]);
  // With the file its half line ends.
  pmta.rotate();
  await untilAllOnce(pmta, grafana, collector);
  await grafana.front.away();
  await pmta.advance(60_000);
  await until(
    () => collector.lines.some((line) => line.includes('does not answer')),
    () => collector.lines.join('\n')
  );
  await pmta.advance(60_000);
  await grafana.front.back();
  pmta.rotate();
  await untilAllOnce(pmta, grafana, collector);
  assert.deepEqual(collector.lines, ['collecting for mta1', collector.lines[1], 'accounting: works again']);
  assert.equal((await grafana.intake()).accounting.duplicates, 0);
  assert.doesNotMatch(collector.lines.join('\n'), /editor-token/);
});

test('killed again and again while PMTA writes, with answers lost and the plugin killed, each record counts once', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const pmta = await simulated(t, rig, { historyMs: 120_000, rate: 400, accounting: { maxBytes: 3_000_000 } });
  const config = rig.configure(grafana.target);
  for (let round = 0; round < 12; round++) {
    const collector = rig.collector(['--config', config]);
    const killed = delay(150 + Math.random() * 900).then(() => collector.kill('SIGKILL'));
    if (round % 3 === 1) {
      grafana.front.loseAnswers(1);
    }
    await delay(Math.random() * 300);
    if (round % 4 === 2) {
      process.kill(grafana.pluginPid(), 'SIGKILL');
    }
    await pmta.advance(5_000);
    await killed;
  }
  const collector = rig.collector(['--config', config]);
  await untilAllOnce(pmta, grafana, collector);
});

test('answers that are lost after the rows were stored', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const pmta = await simulated(t, rig, { historyMs: 60_000 });
  grafana.front.loseAnswers(3);
  const collector = rig.collector(['--config', rig.configure(grafana.target)]);
  await untilAllOnce(pmta, grafana, collector);
  assert.equal((await grafana.intake()).accounting.records, pmta.counts.total);
});

test('a collector that has lost its state sends all again, and nothing counts twice', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const pmta = await simulated(t, rig, { historyMs: 60_000 });
  const config = rig.configure(grafana.target);
  const first = rig.collector(['--config', config]);
  await untilAllOnce(pmta, grafana, first);
  await first.kill('SIGKILL');
  const other = rig.configure(grafana.target).replace('collector.yaml', 'other.yaml');
  writeFileSync(other, readFileSync(config, 'utf8').replace(rig.statePath, join(rig.directory, 'new-state')));
  await pmta.advance(5_000);
  await untilAllOnce(pmta, grafana, rig.collector(['--config', other]));
});

test('SIGTERM ends it soon, in a backlog too, and nothing is lost', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const pmta = await simulated(t, rig, { historyMs: 600_000, rate: 250 });
  const config = rig.configure(grafana.target);
  for (const waitMs of [300, 600, 1000]) {
    const collector = rig.collector(['--config', config]);
    await delay(waitMs);
    const began = Date.now();
    collector.child.kill('SIGTERM');
    assert.deepEqual(await collector.exited, { code: 0, signal: null });
    assert(Date.now() - began < 2000, `it took ${Date.now() - began} ms`);
  }
  await grafana.front.away();
  const waiting = rig.collector(['--config', config]);
  await delay(1500);
  waiting.child.kill('SIGTERM');
  assert.deepEqual(await waiting.exited, { code: 0, signal: null });
  await grafana.front.back();
  await untilAllOnce(pmta, grafana, rig.collector(['--config', config]));
});

test('two collectors do not share a state', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const config = rig.configure(grafana.target);
  const first = rig.collector(['--config', config]);
  await until(
    () => first.lines.length > 0,
    () => 'the first one starts'
  );
  const second = rig.collector(['--config', config]);
  assert.deepEqual(await second.exited, { code: 1, signal: null });
  assert.deepEqual(second.lines, [`${rig.statePath} is used by another collector: give each its own statePath`]);
  await first.kill('SIGKILL');
  const third = rig.collector(['--config', config]);
  await until(
    () => third.lines.includes('collecting for mta1'),
    () => third.lines.join('\n')
  );
});

test('--check says whether the target takes what is sent', async (t) => {
  const rig = newRig(t);
  const grafana = await startGrafana(t, rig);
  const checked = async (token: string, change: (text: string) => string = (text) => text) => {
    writeFileSync(join(rig.directory, 'token'), token);
    const config = rig.configure(change(grafana.target));
    const collector = rig.collector(['--config', config, '--check']);
    const { code } = await collector.exited;
    return `${code} ${collector.lines.join('\n')}`;
  };
  assert.equal(await checked('editor-token'), '0 mta1: the configuration can be used, and its target answers');
  assert.match(await checked('viewer-token'), /^1 Grafana refused it with 403 \(.*\): .* with the role Editor$/);
  assert.match(await checked('wrong-token'), /^1 Grafana refused it with 401 \(Invalid API key\): /);
  const other = (text: string) => text.replace('dataSource: pmta', 'dataSource: other');
  assert.match(await checked('editor-token', other), /^1 .* 404 .*check target\.grafana\.dataSource/);
  await grafana.front.away();
  assert.match(await checked('editor-token'), /^1 Grafana at http:.* does not answer: /);
  await grafana.front.back();
});

test('what cannot be used is told with its field, and gives 2', async (t) => {
  const rig = newRig(t);
  const told = async (args: string[]) => {
    const collector = rig.collector(args);
    const { code } = await collector.exited;
    assert.equal(code, 2);
    return collector.lines.join('\n');
  };
  const target = `{grafana: {url: 'http://127.0.0.1:1', dataSource: pmta, tokenFile: ${join(rig.directory, 'token')}}}`;
  assert.match(await told(['--config', rig.configure(target, 'pollSecond: 5')]), /^pollSecond is not a setting/);
  assert.match(await told(['--config', rig.configure('{grafana: {url: x}}')]), /^target\.grafana\.url must begin/);
  writeFileSync(join(rig.directory, 'token'), 'two\nlines');
  const lines = await told(['--config', rig.configure(target)]);
  assert.match(lines, /^target\.grafana\.tokenFile must hold the token alone/);
  assert.match(await told(['--config', '/nowhere.yaml']), /^\/nowhere\.yaml cannot be read: ENOENT/);
  assert.match(await told([]), /^--config is missing\n\nCollects/);
  assert.match(await told(['--config', 'a', '--acct-file', 'a/b']), /^--acct-file must be a name/);
  assert.match(await told(['--colour']), /^Unknown option '--colour'/);
});

test('a state that cannot be used is told, and gives 1', async (t) => {
  const rig = newRig(t);
  writeFileSync(rig.statePath, '');
  const target = `{grafana: {url: 'http://127.0.0.1:1', dataSource: pmta, tokenFile: ${join(rig.directory, 'token')}}}`;
  const collector = rig.collector(['--config', rig.configure(target)]);
  assert.deepEqual(await collector.exited, { code: 1, signal: null });
  assert.match(collector.lines.join('\n'), /^EEXIST: .*\/state/);
});
