// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

const scaffolded = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

const [swc] = Object.values(scaffolded.transform);

module.exports = {
  // Jest configuration provided by Grafana scaffolding
  ...scaffolded,
  // Dependencies that come to a browser, which Jest plays here, as ES modules only.
  transform: { ...scaffolded.transform, '^.+\\.mjs$': swc },
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, '@marcbachmann/cel-js', 'yaml'])],
  // Typing into Grafana's editors key by key takes seconds in jsdom on a busy machine.
  testTimeout: 30_000,
};
