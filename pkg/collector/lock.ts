import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's SQLITE_BUSY: another process has the file. */
const busy = 5;

/**
 * Makes sure that one process alone works in a folder: two would send the same records under two names. The lock is the
 * system's own on a file (Node has no other way to it than an SQLite database), so it ends with its process however that
 * ends. Answers what releases it; undefined where it is held. Throws where the folder cannot be used.
 */
export function lockFolder(folder: string): (() => void) | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = database;
    return () => held.close();
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === busy) {
      return undefined;
    }
    throw new Error(`${path} cannot be locked: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Whether a process holds the lock of a folder. */
export function isLocked(folder: string): boolean {
  const unlock = lockFolder(folder);
  unlock?.();
  return unlock === undefined;
}
