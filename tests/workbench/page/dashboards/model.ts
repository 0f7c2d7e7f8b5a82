import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import { type BundledDashboard, bundledDashboards, type PowerMta } from '../plugin.ts';
import { backendSrv } from '../services/backend.ts';

export interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A panel as saved in a dashboard's JSON. */
export interface Panel {
  id: number;
  type: string;
  title?: string;
  description?: string;
  gridPos: GridPos;
  targets?: DataQuery[];
  options?: Record<string, unknown>;
  fieldConfig?: Partial<FieldConfigSource>;
  transformations?: DataTransformerConfig[];
  interval?: string;
  maxDataPoints?: number;
  transparent?: boolean;
  /** Panels of a collapsed row. */
  panels?: Panel[];
  collapsed?: boolean;
  /** Name of a variable: the panel is shown once for each of its values. */
  repeat?: string;
  repeatDirection?: 'h' | 'v';
  maxPerRow?: number;
}

export interface VariableOption {
  text: string;
  value: string;
}

/** A variable as saved in a dashboard's JSON. */
export interface Variable {
  name: string;
  label?: string;
  type: 'query' | 'custom' | 'interval' | 'textbox' | 'constant' | 'datasource' | 'adhoc';
  hide?: number;
  query?: unknown;
  definition?: string;
  regex?: string;
  sort?: number;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string | null;
  current?: { text?: string | string[]; value?: string | string[] };
  options?: VariableOption[];
  filters?: Array<{ key: string; operator: string; value: string; values?: string[] }>;
}

/** Grafana's dashboard JSON, schema version 1, as far as the workbench draws it. */
export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  tags?: string[];
  time?: { from: string; to: string };
  refresh?: string | false;
  panels: Panel[];
  templating?: { list: Variable[] };
  links?: Array<{ title: string; url?: string; type?: string; keepTime?: boolean }>;
}

export interface LoadedDashboard extends BundledDashboard {
  dashboard: Dashboard;
}

/** Every dashboard that the plugin brings. */
export function loadDashboards({ meta }: PowerMta): Promise<LoadedDashboard[]> {
  return Promise.all(
    bundledDashboards(meta).map(async (bundled) => ({
      ...bundled,
      dashboard: await backendSrv.get<Dashboard>(bundled.path),
    }))
  );
}
