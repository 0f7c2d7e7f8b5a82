import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Session } from 'chdb';

import { arrowSettings, readArrow } from '../arrow.ts';
import { csvInsertSql } from '../csv.ts';
import type { CsvInsert, Engine, QueryLimits, Result, Statement } from '../engine.ts';
import { StoreError, toInsertError, toStoreError } from '../errors.ts';
import { literal } from '../sql.ts';
import type { Chdb } from './chdb.ts';
import { tokenSettings } from '../token.ts';
import { setParameters } from './parameters.ts';
import { Pool } from './pool.ts';

/** Queries that run side by side; more would only divide the same cores. */
const queryConnections = 4;
/** A chunk uses one thread, so that the same rows make the same blocks; two of them use both cores of a small machine. */
const chunkConnections = 2;
/** A KILL that comes before the engine has registered the query finds nothing, so it is repeated. */
const killRepeatMs = 25;

/**
 * Opens the embedded engine over one directory. Connections are many because each runs one query at a time: two take in
 * chunks, one writes all else (which is small, and must not wait behind them), one controls (it stops queries of the
 * others), the rest are sealed and answer queries. Throws what the engine throws
 * when the directory is locked, unwritable or damaged.
 *
 * @param scratch a folder of the engine's own, for files that live as long as one insert
 */
export function openEmbeddedEngine(chdb: Chdb, directory: string, scratch: string, limits: QueryLimits): Engine {
  const chunkWriters = Array.from({ length: chunkConnections }, () => new chdb.Session(directory));
  const writer = new chdb.Session(directory);
  const control = new chdb.Session(directory);
  const connect = () => seal(new chdb.Session(directory), limits);
  const pool = new Pool(Array.from({ length: queryConnections }, connect), (failed) => {
    // A query that was stopped leaves the beginning of its answer in the connection, in front of the next answer.
    failed.close();
    return connect();
  });
  const chunkQueue = new Pool([...chunkWriters], (same) => same);
  const queue = new Pool([writer], (same) => same);
  const never = new AbortController().signal;
  // What a predecessor left there when it was killed.
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });

  async function query(statement: Statement, signal: AbortSignal): Promise<Result> {
    return pool.use(signal, async (session) => {
      const marker = `/* ${randomUUID()} */ `;
      let killer: NodeJS.Timeout | undefined;
      const stop = () => {
        killer = setInterval(() => void kill(marker), killRepeatMs);
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        await bind(session, statement);
        const answer = await session.queryAsync(marker + statement.sql, { format: 'Arrow' });
        return readArrow(answer.bytes());
      } catch (error) {
        throw signal.aborted ? new StoreError('cancelled', 'The query was cancelled.', error) : toStoreError(error);
      } finally {
        signal.removeEventListener('abort', stop);
        clearInterval(killer);
      }
    });
  }

  async function kill(marker: string): Promise<void> {
    await control.queryAsync(`KILL QUERY WHERE startsWith(query, ${literal(marker)}) ASYNC`).catch(() => undefined);
  }

  function write<T>(connections: Pool<Session>, work: (session: Session) => Promise<T>): Promise<T> {
    return connections.use(never, async (session) => {
      try {
        return await work(session);
      } catch (error) {
        throw toStoreError(error);
      }
    });
  }

  return {
    query,
    async execute(statement) {
      await write(queue, async (session) => {
        await bind(session, statement);
        await session.queryAsync(statement.sql);
      });
    },
    async insert(table, rows, token) {
      if (rows.length === 0) {
        return;
      }
      const values = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
      await write(queue, (session) =>
        session.insert({ table, values, format: 'JSONEachRow', settings: tokenSettings(token) })
      );
    },
    async insertCsv(insert: CsvInsert) {
      // Through a file, because the engine's reader takes inline data at a quarter of the speed.
      const file = join(scratch, `${randomUUID()}.csv`);
      const sql = csvInsertSql(insert, (structure) => `file(${literal(file)}, 'CSV', ${literal(structure)})`);
      try {
        await writeFile(file, insert.bytes, { mode: 0o600 });
        await write(chunkQueue, async (session) => {
          await bind(session, insert);
          await session.queryAsync(sql);
        });
      } catch (error) {
        throw toInsertError(error);
      } finally {
        await rm(file, { force: true });
      }
    },
    async close() {
      for (const session of [...pool.drain(), control, writer, ...chunkWriters]) {
        session.close();
      }
      await chdb.drainPending();
    },
  };
}

async function bind(session: Session, statement: Pick<Statement, 'params'>): Promise<void> {
  const assignments = setParameters(statement.params);
  if (assignments) {
    await session.queryAsync(assignments);
  }
}

/**
 * Takes from a connection what a query must not do. `readonly = 1` comes last and cannot be taken back, so neither a
 * SETTINGS clause nor a SET can lift the bounds, write, or read files and addresses.
 */
function seal(session: Session, limits: QueryLimits): Session {
  const settings = {
    max_execution_time: limits.maxSeconds,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_rows: limits.maxRows,
    result_overflow_mode: "'throw'",
    session_timezone: "'UTC'",
    ...Object.fromEntries(Object.entries(arrowSettings).map(([name, value]) => [name, sqlSetting(value)])),
  };
  const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  session.query(`SET ${assignments.join(', ')}`);
  session.query('SET readonly = 1');
  return session;
}

function sqlSetting(value: string | number): string | number {
  return typeof value === 'string' ? `'${value}'` : value;
}
