import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { type ClickHouse, startClickHouse } from '../../../tests/clickhouse/server.ts';
import { users } from '../../../tests/clickhouse/users.ts';
import type { QueryLimits } from '../engine.ts';
import { openServerEngine, type ServerOptions } from './engine.ts';

export const limits: QueryLimits = { maxSeconds: 30, maxMemoryBytes: 1e9, maxRows: 100_000 };

/** A ClickHouse server of its own for the tests of one file, gone after them. */
export async function testServer(tls?: { key: string; cert: string }): Promise<ClickHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-server-'));
  const server = await startClickHouse({ directory, ...(tls ? { tls } : {}) });
  after(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });
  return server;
}

/** What reaches the server as the user that may do everything. */
export function as(
  server: ClickHouse,
  user: keyof typeof users = 'pmta',
  more: Partial<ServerOptions> = {}
): ServerOptions {
  return { url: server.url, username: user, password: users[user]?.password ?? '', cluster: '', ...more };
}

/** An engine on the server, closed after the tests of the file. */
export function testServerEngine(options: ServerOptions, bounds: Partial<QueryLimits> = {}) {
  const engine = openServerEngine(options, { ...limits, ...bounds });
  after(() => engine.close());
  return engine;
}
