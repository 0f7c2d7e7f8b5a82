import { join } from 'node:path';

import { startIntake } from '../../pkg/intake/intake.ts';
import type { NodeIntake } from '../../pkg/intake/state.ts';
import { defaultNode, defaultSettings } from '../../pkg/settings/model.ts';
import { openStore } from '../../pkg/store/store.ts';

/** What a process of `intakeProcess.ts` tells its parent, ten times a second. */
export interface IntakeReport {
  accounting: NodeIntake['accounting'];
  /** Why the store did not open, so far. */
  storeFailures: string[];
}

/*
 * An intake of its own, to be killed: `intakeProcess.ts DATA_PATH FOLDER` follows the accounting files below FOLDER into
 * the embedded store below DATA_PATH, until it is told to stop or its parent is gone.
 */
if (process.send) {
  const [dataPath = '', folder = ''] = process.argv.slice(2);
  const storeFailures: string[] = [];
  const store = openStore(dataPath, { maxSeconds: 30, maxMemoryBytes: 1e9, maxRows: 100_000 }, (error) =>
    storeFailures.push(`${error.code}: ${error.message}`)
  );
  const files = [join(folder, '**/*.csv*')];
  const node = { ...defaultNode, name: 'mta1', accounting: { ...defaultNode.accounting, files } };
  const intake = startIntake({
    settings: { ...defaultSettings, nodes: [node] },
    monitors: new Map(),
    engine: () => store.database('d', 3650),
    database: 'd',
    roots: [folder],
    privacy: { policy: 'keep', key: '' },
    onError: () => undefined,
  });
  const reporting = setInterval(() => {
    const [state] = intake.state();
    if (state) {
      process.send?.({ accounting: state.accounting, storeFailures } satisfies IntakeReport);
    }
  }, 100);
  const stop = async () => {
    clearInterval(reporting);
    await intake.stop();
    await store.close();
    process.exit();
  };
  process.once('message', () => void stop());
  process.once('disconnect', () => process.exit());
}
