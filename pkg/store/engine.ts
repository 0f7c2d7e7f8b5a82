/**
 * What the rest of the backend asks of a ClickHouse engine, whether it is embedded in the process (`embedded/`) or a
 * server. SQL is the same for both; values travel as parameters, never inside the text.
 */

export type SqlValue = string | number | boolean | readonly string[] | readonly number[];

/** One statement with `{name:Type}` placeholders and the values for them. */
export interface Statement {
  sql: string;
  params: Record<string, SqlValue>;
}

/** Bounds that no query can lift. */
export interface QueryLimits {
  maxSeconds: number;
  maxMemoryBytes: number;
  maxRows: number;
}

/** One column of a result: numbers where the SQL type is numeric, else strings. */
export interface ResultColumn {
  name: string;
  values: ArrayLike<number | null> | ArrayLike<string | null>;
}

export interface Result {
  rows: number;
  columns: ResultColumn[];
}

/**
 * Leaves out rows that are in the table already under another name: of rows with an equal key, as many as the table has
 * where `where` holds.
 */
export interface OnlyNew {
  /** Columns that make two rows the same event. */
  key: readonly string[];
  /** A condition over the table's columns; its values are in the insert's `params`. */
  where: string;
}

/** CSV without header that `select` turns into rows of `table`. */
export interface CsvInsert {
  /** Qualified and quoted. */
  table: string;
  columns: readonly string[];
  /** The expressions of `columns` over the CSV's fields, which are called c1, c2, … and are strings. */
  select: readonly string[];
  /** Columns (`expression AS name`) that `select` needs, each stage over the fields and the stages before it. */
  stages?: ReadonlyArray<readonly string[]>;
  params: Statement['params'];
  bytes: Uint8Array;
  fields: number;
  /** An insert with a token that the table has seen is ignored: the same rows sent twice count once. */
  token: string;
  onlyNew?: OnlyNew | undefined;
}

export interface Engine {
  /** Runs a SELECT on a sealed (read-only, bounded) connection; aborting the signal stops it in the engine too. */
  query(statement: Statement, signal: AbortSignal): Promise<Result>;
  /** Runs a statement that changes the store. */
  execute(statement: Statement): Promise<void>;
  /**
   * Appends rows (objects by column name). With a token that the table has seen it does nothing: rows that are sent again
   * because the answer was lost count once.
   */
  insert(table: string, rows: ReadonlyArray<Record<string, unknown>>, token?: string): Promise<void>;
  /** Appends rows given as CSV, all or none. */
  insertCsv(insert: CsvInsert): Promise<void>;
  close(): Promise<void>;
}
