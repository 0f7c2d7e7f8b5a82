import type { ScopedVars } from '@grafana/data';

import { valuesOfVariable } from '../services/templates.ts';
import type { GridPos, Panel } from './model.ts';

/** Grafana's grid: 24 columns, rows of 30 pixels, 8 pixels between. */
const columns = 24;
const rowHeight = 30;
const gap = 8;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A panel of the dashboard, or one repetition of it. */
export interface PlacedPanel {
  key: string;
  panel: Panel;
  scopedVars: ScopedVars;
}

/** Pixels of a grid position where the grid is `width` pixels wide. */
export function boxOf({ x, y, w, h }: GridPos, width: number): Box {
  const column = (width + gap) / columns;
  return {
    left: Math.round(x * column),
    top: y * (rowHeight + gap),
    width: Math.round(w * column) - gap,
    height: h * (rowHeight + gap) - gap,
  };
}

export function heightOf(panels: PlacedPanel[]): number {
  return Math.max(0, ...panels.map(({ panel: { gridPos } }) => (gridPos.y + gridPos.h) * (rowHeight + gap)));
}

function repeated(panel: Panel, values: string[]): PlacedPanel[] {
  const perRow = panel.repeatDirection === 'v' ? 1 : Math.min(values.length, panel.maxPerRow ?? 4);
  const { x, y, w, h } = panel.gridPos;
  const width = panel.repeatDirection === 'v' ? w : Math.floor(columns / perRow);
  return values.map((value, index) => {
    const column = index % perRow;
    const left = panel.repeatDirection === 'v' ? x : column * width;
    const gridPos = { x: left, y: y + Math.floor(index / perRow) * h, w: width, h };
    const scopedVars: ScopedVars = { [panel.repeat ?? '']: { text: value, value } };
    return { key: `${panel.id}-${value}`, panel: { ...panel, gridPos }, scopedVars };
  });
}

/** All panels in reading order: opened rows unfold, repeated panels become several, and what is below moves down. */
export function place(panels: Panel[], opened: ReadonlySet<number>): PlacedPanel[] {
  const placed: PlacedPanel[] = [];
  let moved = 0;
  const inOrder = [...panels].sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
  const put = (panel: Panel) => {
    const down = { ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + moved } };
    if (!panel.repeat) {
      placed.push({ key: String(panel.id), panel: down, scopedVars: {} });
      return;
    }
    const copies = repeated(down, valuesOfVariable(panel.repeat));
    placed.push(...copies);
    const rows = new Set(copies.map((copy) => copy.panel.gridPos.y)).size;
    moved += Math.max(0, rows - 1) * panel.gridPos.h;
  };
  for (const panel of inOrder) {
    put(panel);
    const inside = panel.type === 'row' && panel.collapsed && opened.has(panel.id) ? (panel.panels ?? []) : [];
    if (inside.length > 0) {
      inside.forEach(put);
      const top = Math.min(...inside.map(({ gridPos }) => gridPos.y));
      moved += Math.max(...inside.map(({ gridPos }) => gridPos.y + gridPos.h)) - top;
    }
  }
  return placed;
}
