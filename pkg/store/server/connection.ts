import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { addAbortSignal, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';

import type { Statement } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { serverError } from './errors.ts';

/** How to reach a server. */
export interface ServerAddress {
  url: string;
  /** PEM of the authority of the server's certificate; empty or absent for those that Node ships with. */
  ca?: string;
  skipVerify?: boolean;
}

/** A user's way to a server. */
export interface Connection {
  /** Runs one statement and returns its answer; throws StoreError. Aborting the signal closes the connection it is on. */
  run(request: StatementRequest): Promise<Buffer>;
  close(): Promise<void>;
}

export interface StatementRequest extends Statement {
  /** Sent behind the statement, for an INSERT that reads it. */
  body?: Uint8Array;
  signal?: AbortSignal;
}

export interface ConnectionOptions {
  username: string;
  password: string;
  /** Of every statement. */
  settings: ClickHouseSettings;
  /** Seconds without a byte after which the server counts as gone. */
  silenceSeconds: number;
  purpose: 'query' | 'change';
}

const maxSockets = 10;
/** Accounting shrinks to an eighth at the lowest level, in a third of the time that the default takes for a ninth. */
const gzipLevel = 1;

/**
 * The client over an agent of our own, because its own agent cannot skip verification. Sockets are kept and shared; one
 * that dies is replaced with the next statement, so a server that was away is used again without more ado.
 */
export function connect(address: ServerAddress, options: ConnectionOptions): Connection {
  const { origin, protocol, pathname } = new URL(address.url);
  const where = origin + (pathname === '/' ? '' : pathname);
  const agent =
    protocol === 'https:'
      ? new HttpsAgent({
          keepAlive: true,
          maxSockets,
          ...(address.ca ? { ca: address.ca } : {}),
          rejectUnauthorized: !address.skipVerify,
        })
      : new HttpAgent({ keepAlive: true, maxSockets });
  const client = createClient({
    url: origin,
    ...(pathname === '/' ? {} : { pathname }),
    username: options.username,
    password: options.password,
    http_agent: agent,
    http_headers: { 'X-ClickHouse-Format': 'Arrow' },
    request_timeout: options.silenceSeconds * 1000,
    compression: { request: { codec: 'gzip', level: gzipLevel }, response: true },
    clickhouse_settings: {
      // Else an answer that fails half-way begins as a success.
      wait_end_of_query: 1,
      session_timezone: 'UTC',
      ...options.settings,
    },
    // Its lines hold statements, and go where Grafana does not look.
    log: { level: ClickHouseLogLevel.OFF },
  });

  return {
    async run({ sql, params, body, signal }) {
      if (signal?.aborted) {
        throw cancelled();
      }
      try {
        const { stream } = await client.exec({
          query: sql,
          query_params: params,
          ...(signal ? { abort_signal: signal } : {}),
          ...(body ? { values: Readable.from([body], { objectMode: false }) } : {}),
        });
        return await buffer(signal ? addAbortSignal(signal, stream) : stream);
      } catch (error) {
        throw signal?.aborted ? cancelled(error) : serverError(error, where, options.purpose);
      }
    },
    close: () => client.close(),
  };
}

function cancelled(cause?: unknown): StoreError {
  return new StoreError('cancelled', 'The query was cancelled.', cause);
}
