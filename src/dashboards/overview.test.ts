import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providersByMx } from '../../pkg/pmta/accounting/providers.ts';
import pluginJson from '../plugin.json';
import { problemsOf } from '../testing/checkQuery';
import { type PmtaQuery } from '../types';
import overview from './overview.json';
import { toProvisioned } from './provisioned';

interface Panel {
  id: number;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: { defaults: { noValue?: string } };
  targets: PmtaQuery[];
}

const panels = overview.panels as unknown as Panel[];
const provisionedFile = join(__dirname, '../../provisioning/dashboards/pmta/overview.json');

/** Every data source that the dashboard refers to, but Grafana's own. */
function references(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'datasource' && child?.type !== 'grafana' ? [child] : references(child)
  );
}

describe('the bundled dashboard', () => {
  it('is registered in plugin.json', () => {
    expect(pluginJson.includes).toContainEqual({
      type: 'dashboard',
      name: overview.title,
      path: 'dashboards/overview.json',
    });
  });

  it('has a fixed uid, and leaves its id to Grafana', () => {
    expect(overview).toMatchObject({ uid: 'pmta-overview', id: null, schemaVersion: 42 });
  });

  it('asks for its data source on import, and refers to no other', () => {
    expect(overview.__inputs).toEqual([
      expect.objectContaining({ name: 'DS_POWERMTA', type: 'datasource', pluginId: pluginJson.id }),
    ]);
    const found = references(overview);
    expect(found.length).toBeGreaterThan(panels.length);
    expect(found.filter((reference) => JSON.stringify(reference) !== JSON.stringify(found[0]))).toEqual([]);
    expect(found[0]).toEqual({ type: pluginJson.id, uid: '${DS_POWERMTA}' });
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))('%s asks what the query model knows', (_, panel) => {
    expect(panel.targets.length).toBeGreaterThan(0);
    expect(panel.targets.flatMap(problemsOf)).toEqual([]);
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
  });

  it('names providers that the backend tells apart', () => {
    const known = providersByMx.map(([, provider]) => provider);
    const named = panels
      .flatMap(({ targets }) => targets.flatMap(({ filters = [] }) => filters))
      .flatMap(({ key, values }) => (key === 'provider' ? values : []));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((provider) => !known.includes(provider))).toEqual([]);
  });

  it('explains each panel, and says what to do where there is no data', () => {
    expect(panels.filter((panel) => !panel.description || !panel.fieldConfig.defaults.noValue)).toEqual([]);
  });

  it('places the panels apart, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`)
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe('the provisioned dashboard', () => {
  it('is the bundled one with the provisioned data source; `node provisioning/generate.mts` writes it anew', () => {
    expect(JSON.parse(readFileSync(provisionedFile, 'utf8'))).toEqual(toProvisioned(overview, 'pmta'));
  });

  it('holds no input that nobody would fill in', () => {
    expect(readFileSync(provisionedFile, 'utf8')).not.toMatch(/__inputs|DS_POWERMTA/);
  });
});
