/** How a plugin process starts and ends. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { PluginClient } from './client.ts';
import {
  collect,
  eventually,
  logged,
  messages,
  sampleExecutable,
  startSample,
  temporaryFolder,
} from './sample/start.ts';

const socketOf = (client: PluginClient) => client.process.handshake.split('|')[3] ?? '';

test('starts without any environment and answers', async (t) => {
  const client = await startSample(t);
  assert.match(client.process.handshake, /^1\|2\|unix\|\/.+\/plugin\.sock\|grpc$/);
  assert.equal(await client.health(), 'SERVING');
});

test('two instances run side by side', async (t) => {
  const [first, second] = await Promise.all([startSample(t), startSample(t)]);
  assert.notEqual(socketOf(first), socketOf(second));
  assert.deepEqual(await Promise.all([first.health(), second.health()]), ['SERVING', 'SERVING']);
});

test('nothing but the handshake reaches stdout, whatever is printed', async (t) => {
  const client = await startSample(t);
  assert.equal((await client.callResource({ path: 'print' })).status, 204);
  await logged(client, 'from a worker');
  assert.equal((await client.stop()).graceful, true);
  assert.deepEqual(client.process.strayLines, []);
  const printed = messages(client);
  for (const from of ['console.log { a: 1 }', 'console.error', 'process.stdout', 'process.stderr', 'a warning']) {
    assert.ok(printed.includes(`from ${from}`), from);
  }
});

test('says what it is when it is not Grafana that starts it', (t) => {
  const { status, stdout, stderr } = spawnSync(sampleExecutable(t), { env: {}, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /Grafana starts it/);
});

test('a host that wants TLS gets a reason, not a plugin', async (t) => {
  const starting = startSample(t, { env: { PLUGIN_CLIENT_CERT: '-----BEGIN CERTIFICATE-----' } });
  await assert.rejects(starting, /code 1[^]*"@level":"error"[^]*mutual TLS/);
});

test('listens on the loopback where there is no folder for a socket', async (t) => {
  const client = await startSample(t, { env: { TMPDIR: join(temporaryFolder(t), 'missing') } });
  assert.match(client.process.handshake, /^1\|2\|tcp\|127\.0\.0\.1:\d+\|grpc$/);
  assert.equal(await client.health(), 'SERVING');
});

test('uses the folder that the host names', async (t) => {
  const folder = temporaryFolder(t);
  const client = await startSample(t, { env: { PLUGIN_UNIX_SOCKET_DIR: folder } });
  assert.equal(dirname(dirname(socketOf(client))), folder);
});

test('removes the sockets of killed predecessors', async (t) => {
  const folder = temporaryFolder(t);
  const env = { TMPDIR: folder };
  const killed = await startSample(t, { env });
  killed.kill('SIGKILL');
  await killed.process.exited;
  const left = dirname(socketOf(killed));
  assert.ok(existsSync(left));
  const client = await startSample(t, { env });
  await eventually(() => !existsSync(left), 'removed');
  assert.equal(await client.health(), 'SERVING');
});

test('Shutdown is answered, then the process ends and takes its socket with it', async (t) => {
  const folder = temporaryFolder(t);
  const client = await startSample(t, { env: { TMPDIR: folder } });
  await client.health();
  const { code, graceful } = await client.stop();
  assert.deepEqual({ code, graceful }, { code: 0, graceful: true });
  assert.ok(messages(client).includes('shutting down'));
  assert.deepEqual(readdirSync(folder), []);
});

test('Shutdown ends what is running', async (t) => {
  const client = await startSample(t);
  const query = client.queryData({ fromMs: 0, toMs: 1, queries: [{ refId: 'A', do: 'wait' }] });
  const stream = collect(client.runStream({ path: 'endless' }));
  const ended = Promise.allSettled([query, stream]);
  await logged(client, 'waiting');
  assert.equal((await client.stop()).graceful, true);
  assert.ok(messages(client).includes('aborted'));
  const [, streamed] = await ended;
  // A stream that ends well would not be restarted.
  assert.equal(streamed.status === 'rejected' && streamed.reason.code, 14);
});

test('a shutdown that hangs is cut short before the host kills', async (t) => {
  const client = await startSample(t, { env: { SAMPLE_SHUTDOWN: 'never' } });
  const { code, signal } = await client.stop();
  assert.deepEqual({ code, signal }, { code: 1, signal: null });
  assert.ok(messages(client).includes('Stopping took too long, giving up'));
});

test('SIGTERM stops, SIGINT does not', async (t) => {
  const client = await startSample(t);
  client.kill('SIGINT');
  assert.equal(await client.health(), 'SERVING');
  client.kill('SIGTERM');
  assert.deepEqual(await client.process.exited, { code: 0, signal: null });
  assert.ok(messages(client).includes('shutting down'));
});

test('ends when the host is killed', async (t) => {
  const executable = sampleExecutable(t);
  const folder = temporaryFolder(t);
  const host = `require('node:child_process').spawn(${JSON.stringify(executable)}, { stdio: ['ignore', 'inherit', 'ignore'] })`;
  const env = { grafana_plugin_type: 'datasource', TMPDIR: folder };
  const parent = spawn(process.execPath, ['-e', host], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  assert.match(line, /^1\|2\|unix\|/);
  parent.kill('SIGKILL');
  await eventually(() => readdirSync(folder).length === 0, 'ended and cleaned up');
});

test('an uncaught exception is one line in the log and ends the process', async (t) => {
  const client = await startSample(t);
  await client.callResource({ path: 'crash' }).catch(() => undefined);
  assert.deepEqual(await client.process.exited, { code: 1, signal: null });
  assert.deepEqual(messages(client), ['Uncaught exception: crashed']);
  assert.ok(!existsSync(dirname(socketOf(client))));
});

test('an unhandled rejection is one line in the log and nothing more', async (t) => {
  const client = await startSample(t);
  await client.callResource({ path: 'reject' });
  await logged(client, 'Unhandled rejection: forgotten');
  assert.equal(await client.health(), 'SERVING');
});

test('a plugin that cannot be made answers with the reason', async (t) => {
  const client = await startSample(t, { env: { SAMPLE_CREATE: 'throw' } });
  assert.equal(await client.health(), 'SERVING');
  const answers = await client.queryData({ fromMs: 0, toMs: 1, queries: [{ refId: 'A' }] });
  assert.equal(answers.A?.error, 'the store is broken');
  assert.deepEqual(await client.checkHealth(), { status: 'ERROR', message: 'the store is broken', details: undefined });
  assert.equal((await client.stop()).graceful, true);
});

test('a stranger on the socket does no harm', async (t) => {
  const client = await startSample(t);
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\u0000'.repeat(100_000), '']) {
    const socket = connect(socketOf(client));
    socket.on('error', () => undefined);
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
  }
  assert.equal(await client.health(), 'SERVING');
});

test('a folder in the way of the socket folders stays', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'grafana-plugin-notes'));
  const client = await startSample(t, { env: { TMPDIR: folder } });
  await client.stop();
  assert.deepEqual(readdirSync(folder), ['grafana-plugin-notes']);
});
