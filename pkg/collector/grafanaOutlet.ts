import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { Received } from '../intake/accounting/receive.ts';
import { StoreError } from '../store/errors.ts';
import { refusal } from './grafanaRefusal.ts';
import type { Outlet } from './outlet.ts';

export interface GrafanaOutletOptions {
  /** Of Grafana, with its sub path if it has one. */
  url: string;
  /** UID of the data source. */
  dataSource: string;
  /** Of a service account with the role Editor. */
  token: string;
  node: string;
  /** Longest wait for an answer; two minutes unless given. */
  answerMs?: number;
}

/** Longer than any store takes for a piece, so that it is not sent again while it is still being stored. */
const defaultAnswerMs = 120_000;

const pack = promisify(gzip);

/** To the resource endpoints of the data source in Grafana, which stores it whatever its store is. */
export function grafanaOutlet(options: GrafanaOutletOptions): Outlet {
  const { url, dataSource, token, node, answerMs = defaultAnswerMs } = options;
  const base = `${url.replace(/\/+$/, '')}/api/datasources/uid/${encodeURIComponent(dataSource)}/resources`;

  async function post(
    path: string,
    query: Record<string, string>,
    body: Buffer,
    signal: AbortSignal
  ): Promise<Record<string, unknown>> {
    const address = `${base}/${path}/${encodeURIComponent(node)}?${new URLSearchParams(query).toString()}`;
    const late = AbortSignal.timeout(answerMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/octet-stream',
          'Content-Encoding': 'gzip',
        },
        body: await pack(body, { level: 1 }),
        // The token is for this Grafana and nobody else.
        redirect: 'manual',
        signal: AbortSignal.any([signal, late]),
      });
      text = await response.text();
    } catch (error) {
      const reason = late.aborted ? `no answer in ${answerMs / 1000} s` : reasonOf(error);
      const origin = new URL(url).origin;
      // Without the cause: it may quote the request, and the token with it.
      throw new StoreError('unreachable', `Grafana at ${origin} does not answer: ${reason}`.replaceAll(token, '…'));
    }
    if (!response.ok) {
      throw refusal(response.status, text.replaceAll(token, '…'), response.headers.get('Location'));
    }
    return objectIn(text);
  }

  return {
    async accounting({ acctFile, source, start, bytes }, signal) {
      const answer = await post('accounting', { acctFile, source, start: String(start) }, bytes, signal);
      return receivedOf(answer);
    },
    async snapshots(id, tables, signal) {
      const { rows } = await post('snapshots', { id }, Buffer.from(JSON.stringify(tables)), signal);
      // A page of a proxy with 200 would otherwise count as stored.
      if (typeof rows !== 'number') {
        throw notOurs();
      }
    },
    close: async () => undefined,
  };
}

function receivedOf(answer: Record<string, unknown>): Received {
  const { new: fresh, seen, rejected } = answer;
  if (typeof fresh !== 'number' || typeof seen !== 'number' || typeof rejected !== 'number') {
    throw notOurs();
  }
  return { new: fresh, seen, rejected };
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notOurs();
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function notOurs(): StoreError {
  return new StoreError(
    'unavailable',
    'What answers at target.grafana.url is not this data source (a login page or a proxy): check url and dataSource'
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // Node gives an AggregateError without a message where a name has several addresses.
  const { message = '', code = '' } = cause as { message?: string; code?: string };
  return message || code || String(cause);
}
