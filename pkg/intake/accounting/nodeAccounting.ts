import type { Engine } from '../../store/engine.ts';
import { timeValue } from '../../store/sql.ts';
import { oneAtATime } from '../oneAtATime.ts';
import { Journal, type JournalTotals } from './journal.ts';
import type { Sink } from './readOn.ts';
import type { RecordReader } from './reader/reader.ts';
import type { Reject } from './reader/records.ts';

export interface NodeAccountingOptions {
  node: string;
  database: string;
  /** Waits for the store; asked again after it failed. */
  engine(): Promise<Engine>;
  reader: RecordReader;
}

/** What all ways have in common by which accounting of one node comes in: one journal, and one turn for each. */
export class NodeAccounting {
  private readonly options: NodeAccountingOptions;
  private readonly inTurn = oneAtATime();
  private opened: { engine: Engine; sink: Sink } | undefined;

  constructor(options: NodeAccountingOptions) {
    this.options = options;
  }

  totals(): JournalTotals {
    return this.opened?.sink.journal.totals() ?? { records: 0, duplicates: 0, rejects: 0, lostBytes: 0 };
  }

  /** Where this node's accounting is read to, the same one as long as the store is. Throws StoreError. */
  sink(): Promise<Sink> {
    return this.inTurn(async () => {
      const engine = await this.options.engine();
      if (this.opened?.engine !== engine) {
        this.opened = { engine, sink: await this.open(engine) };
      }
      return this.opened.sink;
    });
  }

  private async open(engine: Engine): Promise<Sink> {
    const { node, database, reader } = this.options;
    return {
      node,
      journal: await Journal.load(engine, database, node),
      inTurn: this.inTurn,
      target: { engine, database, reader },
      keepRejects: (path, source, rejects) => this.keepRejects(engine, path, source, rejects),
    };
  }

  private async keepRejects(
    engine: Engine,
    path: string,
    source: string,
    rejects: readonly Reject[]
  ): Promise<void> {
    const { node, database } = this.options;
    const time = timeValue(Date.now());
    await engine.insert(
      `${database}.rejects`,
      rejects.map((reject) => ({ time, node, path, source, ...reject }))
    );
  }
}
