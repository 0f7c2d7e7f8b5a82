/** Writes the provisioned copies of the bundled dashboards: `node provisioning/generate.mts` after a change of one. */
import { readFile, writeFile } from 'node:fs/promises';

import { format, resolveConfig } from 'prettier';

import { type BundledDashboard, toProvisioned } from '../src/dashboards/provisioned.ts';

/** As in `provisioning/datasources/pmta.yaml`. */
const dataSourceUid = 'pmta';

const source = new URL('../src/dashboards/overview.json', import.meta.url);
const target = new URL('dashboards/pmta/overview.json', import.meta.url);

const bundled = JSON.parse(await readFile(source, 'utf8')) as BundledDashboard;
const text = JSON.stringify(toProvisioned(bundled, dataSourceUid), null, 2);
await writeFile(target, await format(text, { ...(await resolveConfig(target)), parser: 'json' }));
