import type { Engine } from '../../store/engine.ts';
import { repeatedly } from '../repeatedly.ts';
import type { Row } from '../snapshots/rows.ts';
import type { AccountingState } from '../state.ts';
import { loadLastBatches } from './lastBatches.ts';
import { rowOfState, type StateSample } from './stateRow.ts';
import type { StoreWrites } from './storeWrites.ts';

/** A node whose accounting comes in. */
export interface RecordedNode {
  node: string;
  /** Opens the journal, without which the counters begin at 0. Throws StoreError. */
  open(): Promise<void>;
  state(): AccountingState;
  /** Told once, when a batch was posted for it before this process began; UTC milliseconds. */
  onLastBatch(ms: number): void;
}

export interface RecordStatesOptions {
  nodes: readonly RecordedNode[];
  pollSeconds: number;
  database: string;
  engine(): Promise<Engine>;
  writes: StoreWrites;
}

/**
 * Stores how the accounting of each node comes in, at every poll until the signal aborts. While the store takes nothing
 * there are no rows; the next one then counts from the last that went in.
 */
export async function recordStates(options: RecordStatesOptions, signal: AbortSignal): Promise<void> {
  const { nodes, pollSeconds, database, engine, writes } = options;
  if (nodes.length === 0) {
    return;
  }
  let previous: ReadonlyMap<string, StateSample> | undefined;
  await repeatedly(pollSeconds * 1000, signal, async () => {
    const write = async () => {
      const opened = await engine();
      await Promise.all(nodes.map((node) => node.open()));
      if (!previous) {
        const batches = await loadLastBatches(opened, database, signal);
        nodes.forEach(({ node, onLastBatch }) => batches.has(node) && onLastBatch(batches.get(node) ?? 0));
      }
      const atMs = performance.now();
      const timeMs = Date.now();
      const samples = new Map<string, StateSample>();
      const rows: Row[] = [];
      for (const { node, state } of nodes) {
        const current = state();
        rows.push(rowOfState(node, current, previous?.get(node) ?? null, atMs, timeMs));
        samples.set(node, { totals: current, atMs });
      }
      await opened.insert(`${database}.intake_state`, rows);
      previous = samples;
    };
    // `writes` keeps the error.
    await writes.run(write).catch(() => undefined);
  });
}
