import type { SqlValue, Statement } from '../store/engine.ts';

/**
 * Collects the values of a statement while its text is written: `bind` answers the placeholder. Nothing that comes from
 * a query ever stands in the text itself.
 */
export class Parameters {
  readonly values: Record<string, SqlValue> = {};
  private count = 0;

  bind(type: 'String' | 'Array(String)' | 'Float64' | 'UInt64' | 'Int64', value: SqlValue): string {
    const name = `p${this.count++}`;
    this.values[name] = value;
    return `{${name}:${type}}`;
  }

  statement(sql: string): Statement {
    return { sql, params: this.values };
  }
}
