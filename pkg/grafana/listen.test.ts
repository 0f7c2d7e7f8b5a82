import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { listen, socketFolder, socketParent, type Listener } from './listen.ts';
import { createLogger } from './log.ts';

const home = mkdtempSync(join(tmpdir(), 'listen-test-'));
after(() => rmSync(home, { recursive: true }));

const lines: string[] = [];
const log = createLogger((line) => lines.push(line));

function close(listener: Listener): void {
  listener.server.close();
  listener.cleanUp();
}

const onUnix = { skip: process.platform === 'win32' && 'Windows has no sockets in folders' };

test('listens on a socket in a folder that only this user can enter', onUnix, async () => {
  const listener = await listen(home, log);
  const folder = dirname(listener.address);
  assert.equal(listener.network, 'unix');
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(socketFolder.exec(basename(folder))?.[1], String(process.pid));
  const socket = connect(listener.address);
  await once(socket, 'connect');
  socket.destroy();
  close(listener);
  assert.ok(!existsSync(folder));
});

const unusable: Record<string, () => string> = {
  'that is missing': () => join(home, 'missing'),
  'that is a file': () => {
    writeFileSync(join(home, 'file'), '');
    return join(home, 'file');
  },
  'whose path is too long for a socket': () => {
    const long = join(home, 'x'.repeat(100));
    mkdirSync(long);
    return long;
  },
  'with the separator of the handshake line in its path': () => {
    mkdirSync(join(home, 'a|b'));
    return join(home, 'a|b');
  },
};

for (const [what, make] of Object.entries(unusable)) {
  test(`falls back to the loopback from a folder ${what}`, onUnix, async () => {
    const parent = make();
    lines.length = 0;
    const listener = await listen(parent, log);
    assert.equal(listener.network, 'tcp');
    assert.match(listener.address, /^127\.0\.0\.1:\d+$/);
    assert.match(lines.join(''), /"@level":"warn"/);
    if (existsSync(parent) && statSync(parent).isDirectory()) {
      assert.deepEqual(readdirSync(parent), [], 'leaves nothing behind');
    }
    close(listener);
  });
}

test('the host can choose the folder', () => {
  assert.equal(socketParent({ PLUGIN_UNIX_SOCKET_DIR: '/run/plugins' }), '/run/plugins');
  assert.equal(socketParent({}), tmpdir());
});
