import { existsSync } from 'node:fs';

import { buildPage } from '../workbench/build.ts';
import { executable } from '../workbench/paths.ts';

/** Once before all workers: is the plugin built, and the page bundled? */
export default async function globalSetup(): Promise<void> {
  if (!existsSync(executable)) {
    throw new Error(`${executable} is missing: run "npm run build" first.`);
  }
  await buildPage();
}
