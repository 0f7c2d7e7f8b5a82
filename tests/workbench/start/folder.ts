import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Problem } from './problem.ts';

export interface Folder {
  path: string;
  /** Whether it stays when the workbench ends. */
  kept: boolean;
  remove(): Promise<void>;
}

/** The folder of `PMTA_DATA`, which stays; a temporary one where it is not set. */
export async function openFolder({ PMTA_DATA }: NodeJS.ProcessEnv): Promise<Folder> {
  if (PMTA_DATA) {
    const kept = path.resolve(PMTA_DATA);
    await mkdir(kept, { recursive: true }).catch((error: Error) => {
      throw new Problem(`PMTA_DATA="${PMTA_DATA}" cannot be used: ${error.message}.`);
    });
    return { path: kept, kept: true, remove: async () => undefined };
  }
  const temporary = await mkdtemp(path.join(tmpdir(), 'pmta-workbench-'));
  return { path: temporary, kept: false, remove: () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }) };
}
