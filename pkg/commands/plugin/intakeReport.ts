import { type RejectReason, rejectReasons } from '../../intake/health/rejectReasons.ts';
import { type StoreFailure, storeFailure } from '../../intake/health/storeWrites.ts';
import type { NodeIntake } from '../../intake/state.ts';
import { type StoreUsage, storeUsage } from '../../store/usage.ts';
import type { DataSource } from './dataSource.ts';

export interface NodeReport extends NodeIntake {
  /** The most frequent ones of the rejects that are kept; none while the store is not open. */
  rejectReasons: RejectReason[];
}

/** All of the usage but what could not be asked for. */
export interface StoreReport extends Partial<StoreUsage> {
  /** Why nothing is stored or read now; empty where all is well. */
  error: string;
  /** Such as `disk-full`; null where there is no error, or none of the store. */
  code: StoreFailure['code'];
}

/** What `GET intake` answers: how accounting and polls come in, and what has become of the store. */
export interface IntakeReport {
  nodes: NodeReport[];
  store: StoreReport;
}

/** Asks intake and store of a data source. A store that does not answer is part of the report. */
export async function intakeReport(dataSource: DataSource, signal: AbortSignal): Promise<IntakeReport> {
  const { intake, database, settings } = dataSource;
  try {
    const engine = await dataSource.engine();
    const [usage, reasons] = await Promise.all([
      storeUsage(engine, database, settings.retentionDays, signal),
      rejectReasons(engine, database, signal),
    ]);
    return {
      nodes: intake.state().map((state) => ({ ...state, rejectReasons: reasons.get(state.node) ?? [] })),
      store: { ...stateOf(intake.storeFailure()), ...usage },
    };
  } catch (error) {
    return {
      nodes: intake.state().map((state) => ({ ...state, rejectReasons: [] })),
      store: stateOf(storeFailure(error)),
    };
  }
}

function stateOf(failure: StoreFailure | null): Pick<StoreReport, 'error' | 'code'> {
  return { error: failure?.message ?? '', code: failure?.code ?? null };
}
