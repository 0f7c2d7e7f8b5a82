import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';

import { onOneServer } from './cluster.ts';
import { type Call, openEngine } from './engine.ts';
import { Exception, httpStatus, toException } from './exception.ts';
import { authenticate, authorize } from './users.ts';

/** A call that arrived, for tests that look at how it came. */
export interface SeenCall {
  sql: string;
  settings: Record<string, string>;
  requestEncoding: string;
  acceptedEncoding: string;
  bodyBytes: number;
}

export interface ClickHouseOptions {
  port?: number;
  /** Of the engine, which binds one folder a process. */
  directory: string;
  tls?: { key: string; cert: string };
}

/** ClickHouse's HTTP interface over the embedded engine, with switches for what goes wrong on real servers. */
export interface ClickHouse {
  url: string;
  /** All calls, oldest first. */
  calls: SeenCall[];
  /** Drops all connections and refuses new ones, until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** Answers inserts with this exception instead of doing them; undefined: does them again. */
  refuseInserts(refusal: { code: number; type: string } | undefined): void;
  /** Milliseconds before each statement is run. */
  delay(milliseconds: number): void;
  /** Inserts are done, but their answer is lost with the connection. */
  loseInsertAnswers(lose: boolean): void;
  close(): Promise<void>;
}

/** URL fields that are no settings. */
const reserved = new Set(['query', 'query_id', 'database', 'wait_end_of_query', 'default_format', 'role']);

/** Starts the server on 127.0.0.1; its users are in users.ts. */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const engine = await openEngine(options.directory);
  const calls: SeenCall[] = [];
  let refusal: { code: number; type: string } | undefined;
  let delayMs = 0;
  let losesAnswers = false;
  let server = await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<Server> {
    const answer = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
    // Node's own limit of 16 KiB is for headers and URL together; ClickHouse takes URLs of 1 MiB.
    const created = options.tls
      ? createTlsServer({ ...options.tls, maxHeaderSize: 1 << 20 }, answer)
      : createServer({ maxHeaderSize: 1 << 20 }, answer);
    await new Promise<void>((resolve, reject) => {
      created.once('error', reject);
      created.listen(at, '127.0.0.1', resolve);
    });
    return created;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const user = authenticate(request);
      const call = await readCall(request);
      calls.push({
        sql: call.sql,
        settings: call.settings,
        requestEncoding: request.headers['content-encoding'] ?? '',
        acceptedEncoding: String(request.headers['accept-encoding'] ?? ''),
        bodyBytes: call.body.length,
      });
      authorize(user, call.sql);
      const isInsert = /^\s*INSERT\b/i.test(call.sql);
      if (isInsert && refusal) {
        throw new Exception(refusal.code, refusal.type, 'Refused by a switch of this server.');
      }
      await delay(delayMs);
      const profile: Record<string, string> = user.readonly === undefined ? {} : { readonly: String(user.readonly) };
      const running = engine.run({ ...call, sql: onOneServer(call.sql), profile });
      if (call.settings.cancel_http_readonly_queries_on_client_close === '1' && call.settings.readonly === '1') {
        response.once('close', () => void running.kill());
      }
      const answer = await running.answer;
      if (isInsert && losesAnswers) {
        response.destroy();
        return;
      }
      send(request, response, 200, Buffer.from(answer), call.settings);
    } catch (error) {
      const exception = toException(error);
      response.setHeader('X-ClickHouse-Exception-Code', exception.code);
      send(request, response, httpStatus(exception), Buffer.from(`${exception.message}\n`), {});
    }
  }

  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    async away() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async back() {
      server = await listen(port);
    },
    refuseInserts(next) {
      refusal = next;
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    loseInsertAnswers(lose) {
      losesAnswers = lose;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await engine.close();
    },
  };
}

async function readCall(request: IncomingMessage): Promise<Omit<Call, 'profile'>> {
  const fields = new URL(request.url ?? '', 'http://localhost').searchParams;
  const raw = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  const query = fields.get('query');
  const entries = [...fields];
  return {
    sql: query ?? body.toString('utf8'),
    body: query === null ? Buffer.alloc(0) : body,
    params: Object.fromEntries(
      entries.filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), value])
    ),
    settings: Object.fromEntries(entries.filter(([name]) => !name.startsWith('param_') && !reserved.has(name))),
    format: String(request.headers['x-clickhouse-format'] ?? fields.get('default_format') ?? 'TabSeparated'),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Buffer,
  settings: Record<string, string>
): void {
  const isCompressed =
    settings.enable_http_compression === '1' && String(request.headers['accept-encoding'] ?? '').includes('gzip');
  response.writeHead(status, {
    'Content-Type': 'application/octet-stream',
    'X-ClickHouse-Summary': '{}',
    ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(isCompressed ? gzipSync(body) : body);
}

/** `node tests/clickhouse/server.ts --port 8123 --data DIR`, with `--key` and `--cert` for TLS; prints the URL. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      key: { type: 'string' },
      cert: { type: 'string' },
    },
  });
  const { key, cert } = values;
  const server = await startClickHouse({
    port: Number(values.port),
    directory: values.data ?? mkdtempSync(join(tmpdir(), 'pmta-clickhouse-')),
    ...(key && cert ? { tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } } : {}),
  });
  console.log(server.url);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
}

if (import.meta.main) {
  await main();
}
