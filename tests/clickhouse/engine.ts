import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Session } from 'chdb';

import { loadChdb } from '../../pkg/store/embedded/chdb.ts';
import { literal } from '../../pkg/store/sql.ts';

/** One statement as it came over HTTP. */
export interface Call {
  sql: string;
  body: Buffer;
  settings: Record<string, string>;
  /** Of the user's profile, in force before the call's own settings. */
  profile: Record<string, string>;
  /** As the URL has them, which is as the engine takes them. */
  params: Record<string, string>;
  format: string;
}

export interface Running {
  answer: Promise<Uint8Array>;
  /** What `cancel_http_readonly_queries_on_client_close` does when the client leaves. */
  kill(): Promise<void>;
}

/** The embedded engine behind the HTTP interface: a connection for each call, as ClickHouse has a context for each. */
export async function openEngine(directory: string): Promise<{ run(call: Call): Running; close(): Promise<void> }> {
  const chdb = await loadChdb();
  const spool = join(directory, 'spool');
  mkdirSync(spool, { recursive: true });
  // The engine unloads with its last connection.
  const control = new chdb.Session(join(directory, 'store'));

  async function answer(call: Call, marker: string): Promise<Uint8Array> {
    const session = new chdb.Session(join(directory, 'store'));
    const file = join(spool, randomUUID());
    try {
      await set(session, call.profile);
      for (const [name, value] of Object.entries(call.params)) {
        // The engine's own interface ends a statement at the first NUL, which HTTP lets through.
        await session.queryAsync(`SET param_${name} = ${literal(value.replaceAll('\0', '\\0'))}`);
      }
      await set(session, call.settings);
      const sql = marker + withBody(call, file);
      return (await session.queryAsync(sql, { format: call.format })).bytes();
    } finally {
      session.close();
      await rm(file, { force: true });
    }
  }

  return {
    run(call) {
      const marker = `/* ${randomUUID()} */ `;
      let isRunning = true;
      return {
        answer: answer(call, marker).finally(() => (isRunning = false)),
        async kill() {
          // One that comes before the query is registered finds nothing.
          while (isRunning) {
            await control.queryAsync(`KILL QUERY WHERE startsWith(query, ${literal(marker)}) ASYNC`);
            await delay(25);
          }
        },
      };
    },
    async close() {
      control.close();
      await chdb.drainPending();
    },
  };
}

async function set(session: Session, settings: Record<string, string>): Promise<void> {
  const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${literal(value)}`);
  if (assignments.length > 0) {
    // In one statement, as the HTTP interface checks all settings of a URL before it applies any.
    await session.queryAsync(`SET ${assignments.join(', ')}`);
  }
}

/** The statement with the body where the engine finds it: it has no `input()` over what follows a statement. */
function withBody({ sql, body }: Call, file: string): string {
  const input = /\binput\('((?:[^'\\]|\\.)*)'\)([^]*)\bFORMAT (\w+)\s*$/;
  const [, structure, , format] = input.exec(sql) ?? [];
  if (structure === undefined) {
    return body.length > 0 ? `${sql}\n${body.toString('utf8')}` : sql;
  }
  writeFileSync(file, body);
  return sql.replace(input, (_all, _structure, rest: string) => {
    return `file(${literal(file)}, '${format}', '${structure}')${rest}`;
  });
}
