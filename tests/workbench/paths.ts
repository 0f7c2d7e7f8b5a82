import path from 'node:path';

/** The repository. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** The plugin as `npm run build` leaves it and as Grafana loads it. */
export const dist = path.join(root, 'dist');

/** The id of `src/plugin.json`. */
export const pluginId = 'pmta-datasource';

const systems: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64' };

/** The backend that Grafana would start here: `dist/gpx_pmta_<system>_<architecture>`, named as Go names them. */
export const executable = path.join(
  dist,
  `gpx_pmta_${systems[process.platform] ?? process.platform}_${architectures[process.arch] ?? process.arch}${process.platform === 'win32' ? '.exe' : ''}`
);
