import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { StoreError } from '../errors.ts';

/**
 * Why the engine could not open a directory. The engine prints its reason on stderr and throws none, so the usual three
 * are told apart here: somebody holds the lock, the folder cannot be written, or what is in it cannot be read.
 */
export function diagnoseDirectory(directory: string, error: unknown): StoreError {
  const holder = lockHolder(directory);
  if (holder !== undefined) {
    return new StoreError(
      'locked',
      `The store in ${directory} is in use by process ${holder}. It opens by itself when that process ends; ` +
        'if that is another Grafana, give each its own data_path.',
      error
    );
  }
  if (!writable(directory)) {
    return new StoreError(
      'unwritable',
      `The store cannot write to ${directory}: create the folder and give it to the user that runs Grafana, or set ` +
        'data_path in [plugin.pmta-datasource] of grafana.ini.',
      error
    );
  }
  return new StoreError(
    'damaged',
    `The store in ${directory} cannot be opened; the reason stands in Grafana's log. Live queries go on. Restore the ` +
      'folder from a backup, or move it away and restart Grafana to begin a new one.',
    error
  );
}

/** The engine's own lock file names its process; that of a process which has ended holds nothing. */
function lockHolder(directory: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(directory, 'status'), 'utf8'))?.[1]);
    if (!pid || pid === process.pid) {
      return undefined;
    }
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return undefined;
  }
}

function writable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
