import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type ListenOptions, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from './errorText.ts';
import type { Address } from './handshake.ts';
import type { Logger } from './log.ts';

export interface Listener extends Address {
  server: Server;
  /** Removes the socket; to be called when the process ends, for nobody else knows the folder. */
  cleanUp(): void;
}

/** Folders of this process' kind; the number is the pid, by which the left-overs of killed ones are found. */
export const socketFolder = /^grafana-plugin-(\d+)-\w{6}$/;

/** The longest path that fits into `sun_path` with its final zero byte. */
const maxSocketPath = process.platform === 'darwin' ? 103 : 107;

/** Where this process makes its socket's folder. */
export function socketParent(env: NodeJS.ProcessEnv): string {
  return env.PLUGIN_UNIX_SOCKET_DIR || tmpdir();
}

/**
 * Listens on a socket in a private folder below `parent`, which no other user of the machine can reach; on a port of
 * the loopback where no socket can be made.
 */
export async function listen(parent: string, log: Logger): Promise<Listener> {
  if (process.platform !== 'win32') {
    try {
      return await listenUnix(parent);
    } catch (error) {
      log.warn('No socket can be made, listening on a TCP port instead, which every local user can reach', {
        folder: parent,
        error: errorText(error),
      });
    }
  }
  return listenTcp();
}

async function listenUnix(parent: string): Promise<Listener> {
  const folder = mkdtempSync(join(parent, `grafana-plugin-${process.pid}-`));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  try {
    const address = join(folder, 'plugin.sock');
    // The handshake line separates its fields by bars.
    if (Buffer.byteLength(address) > maxSocketPath || /[|\n]/.test(address)) {
      throw new Error(`The path ${address} cannot be a socket: it is over ${maxSocketPath} bytes long or contains "|"`);
    }
    return { network: 'unix', address, server: await open({ path: address }), cleanUp };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

async function listenTcp(): Promise<Listener> {
  const server = await open({ host: '127.0.0.1', port: 0 });
  const { address, port } = server.address() as AddressInfo;
  return { network: 'tcp', address: `${address}:${port}`, server, cleanUp: () => undefined };
}

/** Connections stay unread until the gRPC server, which loads after the handshake, takes and resumes them. */
async function open(where: ListenOptions): Promise<Server> {
  const server = createServer({ pauseOnConnect: true, noDelay: true });
  server.listen(where);
  await once(server, 'listening');
  return server;
}
