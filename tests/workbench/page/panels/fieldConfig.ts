import {
  applyFieldOverrides,
  type DataFrame,
  displayNameOverrideProcessor,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  identityOverrideProcessor,
  type ScopedVars,
} from '@grafana/data';

import { templateSrv } from '../services/templates.ts';

/** Properties of every field, whatever draws it (grafana.com/docs: "Configure standard options"). */
const standardProperties = [
  'unit',
  'min',
  'max',
  'fieldMinMax',
  'decimals',
  'displayName',
  'noValue',
  'thresholds',
  'mappings',
  'links',
  'actions',
  'color',
  'filterable',
  'description',
];

/** What a panel type assumes for the properties that its JSON leaves out. */
const panelDefaults: Record<string, FieldConfigSource['defaults']> = {
  timeseries: {
    color: { mode: 'palette-classic' },
    custom: {
      drawStyle: 'line',
      lineInterpolation: 'linear',
      lineWidth: 1,
      fillOpacity: 0,
      gradientMode: 'none',
      pointSize: 5,
      showPoints: 'auto',
      spanNulls: false,
      axisPlacement: 'auto',
      axisGridShow: true,
      stacking: { mode: 'none', group: 'A' },
      thresholdsStyle: { mode: 'off' },
      hideFrom: { legend: false, tooltip: false, viz: false },
    },
  },
  table: { custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false } },
};

const greenToRed: FieldConfigSource['defaults'] = {
  color: { mode: 'thresholds' },
  thresholds: {
    mode: 'absolute' as never,
    steps: [
      { value: -Infinity, color: 'green' },
      { value: 80, color: 'red' },
    ],
  },
};

function propertyItem(id: string): FieldConfigPropertyItem {
  const custom = id.startsWith('custom.');
  return {
    id,
    path: custom ? id.slice('custom.'.length) : id,
    name: id,
    isCustom: custom,
    editor: () => null,
    override: () => null,
    process: id === 'displayName' ? displayNameOverrideProcessor : identityOverrideProcessor,
    settings: { expandTemplateVars: true },
    shouldApply: () => true,
  };
}

/** The standard properties and those custom ones that this panel sets: what the panel's own plugin would register. */
function registryFor({ defaults, overrides }: FieldConfigSource): FieldConfigOptionsRegistry {
  const custom = new Set<string>(Object.keys(defaults.custom ?? {}).map((name) => `custom.${name}`));
  for (const { properties } of overrides) {
    for (const { id } of properties) {
      if (id.startsWith('custom.')) {
        custom.add(id);
      }
    }
  }
  return new FieldConfigOptionsRegistry(() => [...standardProperties, ...custom].map(propertyItem));
}

function withDefaults(type: string, given: Partial<FieldConfigSource> | undefined): FieldConfigSource {
  const assumed = panelDefaults[type] ?? greenToRed;
  const defaults = { ...greenToRed, ...assumed, ...given?.defaults };
  defaults.custom = { ...assumed.custom, ...given?.defaults?.custom };
  return { defaults, overrides: given?.overrides ?? [] };
}

/** Gives every field its unit, thresholds, colour and links, as Grafana does before a panel draws. */
export function withFieldConfig(
  frames: DataFrame[],
  panelType: string,
  given: Partial<FieldConfigSource> | undefined,
  theme: GrafanaTheme2,
  scopedVars: ScopedVars = {}
): DataFrame[] {
  const fieldConfig = withDefaults(panelType, given);
  return applyFieldOverrides({
    data: frames,
    fieldConfig,
    fieldConfigRegistry: registryFor(fieldConfig),
    replaceVariables: (text, scoped, format) => templateSrv.replace(text, { ...scopedVars, ...scoped }, format),
    theme,
    timeZone: 'browser',
  });
}
