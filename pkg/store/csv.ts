import type { CsvInsert, OnlyNew } from './engine.ts';
import { literal } from './sql.ts';

/**
 * How the engine reads accounting CSV (RFC 4180 with the liberties that PMTA takes): rows shorter or longer than the
 * header, no single quotes, nothing read as NULL or taken for a header. One thread and one block a file: the same file
 * must make the same blocks again, or its token would not be recognised.
 */
const csvSettings = {
  input_format_csv_allow_variable_number_of_columns: 1,
  format_csv_allow_single_quotes: 0,
  format_csv_allow_double_quotes: 1,
  input_format_null_as_default: 0,
  input_format_csv_detect_header: 0,
  input_format_csv_trim_whitespaces: 0,
  input_format_csv_empty_as_default: 0,
  input_format_parallel_parsing: 0,
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 1_000_000,
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 4_000_000_000,
  max_partitions_per_insert_block: 0,
  insert_deduplicate: 1,
};

/**
 * The statement that turns CSV into rows.
 *
 * @param from the table function that yields the CSV, for the structure of its fields
 */
export function csvInsertSql(insert: CsvInsert, from: (structure: string) => string): string {
  const structure = Array.from({ length: insert.fields }, (_, index) => `c${index + 1} String`).join(', ');
  const fields = (insert.stages ?? []).reduce(
    (inner, stage) => `(SELECT *, ${stage.join(', ')} FROM ${inner})`,
    from(structure)
  );
  // Nothing in a plain insert can be planned better, and looking for it takes longer than writing a tenth of the rows.
  const all = insert.onlyNew ? csvSettings : { ...csvSettings, query_plan_enable_optimizations: 0 };
  const settings = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  return [
    `INSERT INTO ${insert.table} (${insert.columns.join(', ')})`,
    insert.onlyNew ? newRows(insert, insert.onlyNew, fields) : rows(insert.select, fields),
    `SETTINGS ${settings.join(', ')}, insert_deduplication_token = ${literal(insert.token)}`,
  ].join('\n');
}

function rows(select: readonly string[], from: string): string {
  return `SELECT ${select.join(',\n  ')}\nFROM ${from}`;
}

/** One hash stands for the whole key: comparing a dozen texts a row costs more than all the rest of the insert. */
function newRows(insert: CsvInsert, { key, where }: OnlyNew, from: string): string {
  const named = insert.select.map((expression, index) => `${expression} AS new_${insert.columns[index]}`);
  const hash = (prefix: string) => `sipHash128(${key.map((column) => `${prefix}${column}`).join(', ')})`;
  return `
    SELECT ${insert.columns.map((column) => `new_${column}`).join(', ')}
    FROM (
      SELECT *, row_number() OVER (PARTITION BY event ORDER BY new_position) AS occurrence
      FROM (SELECT *, ${hash('new_')} AS event FROM (${rows(named, from)}))
    ) AS incoming
    LEFT JOIN (
      SELECT ${hash('')} AS event, count() AS stored FROM ${insert.table} WHERE ${where} GROUP BY event
    ) AS known ON incoming.event = known.event
    WHERE occurrence > stored`;
}
