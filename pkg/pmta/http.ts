import { createEndpoint, type Endpoint, type MonitorSecrets } from './endpoint.ts';
import { PmtaError, quote } from './error.ts';
import { createExchange, type AnswerHead, type Exchange, type OpenAnswer } from './exchange.ts';
import { connectionFailure, fileMissing, statusFailure, webPage } from './failure.ts';
import { judgeRedirect } from './redirect.ts';
import type { NodeSettings } from '../settings/model.ts';
import type { MonitorResource } from './resource.ts';

export type MonitorPath = `/${MonitorResource}`;

const filePath = '/getFile';

/** All that is ever asked of a PMTA; the same port also edits its configuration and runs commands. */
const monitorPaths: ReadonlySet<string> = new Set<MonitorPath | typeof filePath>([
  '/status',
  '/queues',
  '/domains',
  '/vmtas',
  '/jobs',
  '/logs',
  filePath,
]);

export interface MonitorParameters {
  format: 'json' | 'xml';
  /** Rows of a list; a hint, which PMTA may ignore. */
  maxitems?: number;
}

export interface HttpBounds {
  /** For one answer from connect to last byte, redirects included. */
  timeoutMs: number;
  maxBytes: number;
}

/** A successful answer as it came. */
export interface Reply {
  contentType: string;
  text: string;
}

export interface MonitorHttp {
  /** Throws PmtaError, or the signal's reason when the caller aborted. */
  get(path: MonitorPath, parameters: MonitorParameters, signal?: AbortSignal): Promise<Reply>;
  /**
   * Begins a GET of a file that `/logs` lists; answers as soon as the headers are there, with status 200, 206 or 416.
   * The signal ends the body too; there is no other deadline for it. Throws as `get` does.
   * @param timeoutMs for the headers, redirects included
   */
  openFile(name: string, headers: Record<string, string>, timeoutMs: number, signal: AbortSignal): Promise<OpenAnswer>;
  /** Origin that a redirect led to and that is asked directly since; null where there was none. */
  movedTo(): string | null;
  /** Ends the kept connections; answers that are under way fail. */
  close(): void;
}

const maxRedirects = 2;
/** PMTA accepts no shorter key, so a shorter text is not one and may well occur in an answer. */
const shortestApiKey = 32;

/** The HTTP client of one node. Settings are checked at the first request, so that one wrong node spoils no other. */
export function createMonitorHttp(node: NodeSettings, secrets: MonitorSecrets, bounds: HttpBounds): MonitorHttp {
  let opened: { endpoint: Endpoint; exchange: Exchange } | undefined;
  let moved: string | null = null;

  function open(): { endpoint: Endpoint; exchange: Exchange } {
    if (opened === undefined) {
      const endpoint = createEndpoint(node, secrets);
      opened = { endpoint, exchange: createExchange(node.name, endpoint, bounds.maxBytes) };
    }
    return opened;
  }

  async function follow<A extends AnswerHead>(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
    ask: (exchange: Exchange, url: URL) => Promise<A>
  ): Promise<A> {
    // Types end where a name of a resource comes from a request to the plugin.
    if (!monitorPaths.has(path)) {
      throw new TypeError(`not a resource of the monitor: ${quote(path)}`);
    }
    const { endpoint, exchange } = open();
    const { base } = endpoint;
    let origin = moved ?? base.origin;
    for (let redirects = 0; ; redirects++) {
      const url = new URL(`${origin}${base.pathname.replace(/\/$/, '')}${path}?${query.toString()}`);
      const answer = await ask(exchange, url).catch((error: unknown) => {
        moved = null;
        throw error instanceof PmtaError || signal.aborted ? error : connectionFailure(node.name, url, error);
      });
      if (answer.status < 300 || answer.status >= 400) {
        moved = origin === base.origin ? null : origin;
        return answer;
      }
      const verdict = judgeRedirect(url, answer.headers.location);
      if (verdict.kind === 'web-page') {
        throw webPage(node.name, path);
      }
      if (verdict.kind === 'refuse' || redirects === maxRedirects) {
        const reason = verdict.kind === 'refuse' ? verdict.reason : 'again and again';
        throw new PmtaError(
          'redirect',
          node.name,
          `${node.name} redirects ${path} ${reason}, which is not followed: enter the address of PMTA's monitor itself`,
          answer.status
        );
      }
      origin = verdict.origin;
    }
  }

  /** Tells a deadline of ours from the abort of the caller, whose reason it throws. */
  function explain(
    error: unknown,
    path: string,
    timeoutMs: number,
    deadline: AbortSignal,
    caller?: AbortSignal
  ): never {
    caller?.throwIfAborted();
    if (deadline.aborted && !(error instanceof PmtaError)) {
      throw new PmtaError(
        'timeout',
        node.name,
        `${node.name} did not answer ${path} within ${timeoutMs / 1000} s: check its address, the firewall and its load`
      );
    }
    throw error;
  }

  return {
    async get(path, parameters, signal) {
      const deadline = AbortSignal.timeout(bounds.timeoutMs);
      const query = new URLSearchParams({ format: parameters.format });
      if (parameters.maxitems !== undefined) {
        query.set('maxitems', String(parameters.maxitems));
      }
      try {
        const scope = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
        const answer = await follow(path, query, scope, (exchange, url) => exchange.get(url, scope));
        const { apiKey } = open().endpoint;
        if (answer.status < 200 || answer.status >= 300) {
          throw statusFailure(node.name, path, answer.status, apiKey !== '');
        }
        return { contentType: answer.headers['content-type'] ?? '', text: decode(answer.body, apiKey) };
      } catch (error) {
        return explain(error, path, bounds.timeoutMs, deadline, signal);
      }
    },
    async openFile(name, headers, timeoutMs, signal) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs);
      const scope = AbortSignal.any([signal, late.signal]);
      try {
        const query = new URLSearchParams({ file: name });
        const answer = await follow(filePath, query, scope, (exchange, url) => exchange.open(url, headers, scope));
        if (answer.status === 200 || answer.status === 206 || answer.status === 416) {
          return answer;
        }
        answer.body?.destroy();
        throw answer.status === 404
          ? fileMissing(node.name, name)
          : statusFailure(node.name, filePath, answer.status, open().endpoint.apiKey !== '');
      } catch (error) {
        return explain(error, filePath, timeoutMs, late.signal, signal);
      } finally {
        clearTimeout(timer);
      }
    },
    movedTo: () => moved,
    close: () => opened?.exchange.close(),
  };
}

/** UTF-8, with our own API key taken out in case that something on the way echoes the headers of a request. */
function decode(body: Buffer, apiKey: string): string {
  const text = new TextDecoder().decode(body);
  return apiKey.length >= shortestApiKey ? text.replaceAll(apiKey, '[API key]') : text;
}
