import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { socketFolder } from './listen.ts';

/**
 * Removes the socket folders below `parent` that killed plugins left behind. One counts as left behind if no process
 * has its pid and nobody answers on its socket: in a shared folder, a container's pids say nothing about another's.
 */
export async function removeStaleSockets(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const pid = Number(socketFolder.exec(name)?.[1]);
    if (pid && !isRunning(pid) && !(await answers(join(parent, name, 'plugin.sock')))) {
      // Fails for another user's folder, which is theirs to remove.
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Whether a process has this pid, also one of another user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
