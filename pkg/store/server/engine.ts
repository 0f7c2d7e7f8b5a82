import { arrowSettings, readArrow } from '../arrow.ts';
import { csvInsertSql } from '../csv.ts';
import type { Engine, QueryLimits } from '../engine.ts';
import { tokenSettings } from '../token.ts';
import { literal } from '../sql.ts';
import { connect, type ServerAddress } from './connection.ts';
import { notClickHouse } from './errors.ts';

/** A ClickHouse server and its users. */
export interface ServerOptions extends ServerAddress {
  username: string;
  password: string;
  /** Name of the cluster whose servers share the tables; empty for one server. */
  cluster: string;
  /** Runs the queries where it is given; the other user then only writes. */
  queryUsername?: string;
  queryPassword?: string;
}

/** What a server may take for a change: a statement ON CLUSTER waits 180 seconds for a server that is away. */
const changeSeconds = 200;
/** Beyond its time limit a query gets this long to say that it ran out of it. */
const graceSeconds = 5;

/**
 * In a cluster: reads and writes go to the first replica of each shard that is up, whichever server takes the call, so that
 * what was written is read at once; another replica has it a moment later only.
 */
const sameReplica = { load_balancing: 'in_order', prefer_localhost_replica: 0 } as const;

/**
 * The engine on a ClickHouse server. Nothing is connected before the first statement, and a server that goes away and
 * comes back is used again. Queries are sealed like those of the embedded engine: `readonly = 1` arrives with the bounds,
 * so no SETTINGS clause can lift them.
 */
export function openServerEngine(options: ServerOptions, limits: QueryLimits): Engine {
  const isCluster = options.cluster !== '';
  const writer = connect(options, {
    username: options.username,
    password: options.password,
    silenceSeconds: changeSeconds,
    purpose: 'change',
    settings: {
      // The answer to an insert must mean that the rows are there.
      async_insert: 0,
      ...(isCluster ? { ...sameReplica, distributed_foreground_insert: 1 } : {}),
    },
  });
  const reader = connect(options, {
    username: options.queryUsername || options.username,
    password: options.queryUsername ? (options.queryPassword ?? '') : options.password,
    silenceSeconds: limits.maxSeconds + graceSeconds,
    purpose: 'query',
    settings: {
      ...arrowSettings,
      max_execution_time: limits.maxSeconds,
      max_memory_usage: String(limits.maxMemoryBytes),
      max_result_rows: String(limits.maxRows),
      result_overflow_mode: 'throw',
      // Stops a query whose caller has left. Unlike KILL QUERY it needs no right and finds the server behind a proxy.
      cancel_http_readonly_queries_on_client_close: 1,
      // A subquery over a sharded table is run once, and its answer sent to the shards.
      ...(isCluster ? { ...sameReplica, distributed_product_mode: 'global' } : {}),
      readonly: '1',
    },
  });

  return {
    async query(statement, signal) {
      const answer = await reader.run({ ...statement, signal });
      // A file of Arrow begins with these letters.
      if (answer.subarray(0, 6).toString('latin1') !== 'ARROW1') {
        throw notClickHouse(new URL(options.url).origin, answer.subarray(0, 200).toString('utf8'));
      }
      return readArrow(answer);
    },
    async execute(statement) {
      await writer.run(statement);
    },
    async insert(table, rows, token) {
      if (rows.length === 0) {
        return;
      }
      const body = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
      const settings = Object.entries(tokenSettings(token)).map(
        ([name, value]) => `${name} = ${literal(String(value))}`
      );
      const clause = settings.length > 0 ? `SETTINGS ${settings.join(', ')} ` : '';
      await writer.run({ sql: `INSERT INTO ${table} ${clause}FORMAT JSONEachRow`, params: {}, body });
    },
    async insertCsv(insert) {
      const sql = csvInsertSql(insert, (structure) => `input(${literal(structure)})`);
      await writer.run({ sql: `${sql}\nFORMAT CSV`, params: insert.params, body: insert.bytes });
    },
    async close() {
      await Promise.all([reader.close(), writer.close()]);
    },
  };
}
