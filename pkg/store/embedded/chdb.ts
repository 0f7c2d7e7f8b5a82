import type { Session } from 'chdb';

/** The part of npm's `chdb` that the store uses. */
export interface Chdb {
  Session: new (path: string) => Session;
  drainPending(): Promise<void>;
}

/**
 * Loads the engine. It is a shared library of half a gigabyte: loading takes up to a second with a cold disk, which is
 * why it must never happen before the handshake line.
 */
export async function loadChdb(): Promise<Chdb> {
  const loaded = (await import('chdb')) as unknown as Chdb & { default?: Chdb };
  // Bundled, the engine's CommonJS entry is loaded, whose exports are the default export.
  return 'Session' in loaded ? loaded : (loaded as { default: Chdb }).default;
}
