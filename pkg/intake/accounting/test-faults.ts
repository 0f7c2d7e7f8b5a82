import { type Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';

/** When an engine begins to fail, and whether the first call that fails did its work before. */
export interface Fault {
  kind: 'killed' | 'outage';
  afterCalls: number;
  /** The answer is lost, not the work: as when a process is killed between "rows in" and "journal says done". */
  isDone: boolean;
}

/** An engine that fails from a given call on, as it looks to a process that dies there, or to one whose store goes away. */
export class FaultyEngine implements Engine {
  private readonly engine: Engine;
  private fault: Fault | undefined;
  private calls = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  failWith(fault: Fault | undefined): void {
    this.fault = fault;
    this.calls = 0;
  }

  /** Whether the fault was met. */
  hasFailed(): boolean {
    return this.fault !== undefined && this.calls > this.fault.afterCalls;
  }

  query: Engine['query'] = (statement, signal) => this.call(() => this.engine.query(statement, signal));
  execute: Engine['execute'] = (statement) => this.call(() => this.engine.execute(statement));
  insert: Engine['insert'] = (table, rows) => this.call(() => this.engine.insert(table, rows));
  insertCsv: Engine['insertCsv'] = (insert) => this.call(() => this.engine.insertCsv(insert));
  close: Engine['close'] = () => this.engine.close();

  private async call<T>(work: () => Promise<T>): Promise<T> {
    const { fault } = this;
    const left = fault ? fault.afterCalls - this.calls++ : 1;
    if (!fault || left > 0) {
      return work();
    }
    if (left === 0 && fault.isDone) {
      await work();
    }
    throw fault.kind === 'killed' ? new Error('killed') : new StoreError('unavailable', 'the store is away');
  }
}
