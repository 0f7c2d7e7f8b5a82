import type { MonitorResource } from './resource.ts';

/**
 * What went wrong with a node's monitor:
 * `settings` the node's settings cannot be used, `unreachable` no connection, `timeout` no whole answer in time,
 * `tls` certificate or handshake, `forbidden` refused by PMTA or by a proxy before it, `not-found` no such resource,
 * `html` a web page instead of data, `redirect` sent to an address that is not followed, `fail` PMTA answered that it
 * failed, `malformed` an answer that cannot be read, `too-large` more than the bound, `http` any other HTTP status,
 * `closed` the monitor was closed while or before it was asked, `interrupted` a file broke off and can be asked for from
 * where it did, `shrunk` a file is shorter than what is already known of it, so it is another file.
 */
export type PmtaErrorCode =
  | 'settings'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'forbidden'
  | 'not-found'
  | 'html'
  | 'redirect'
  | 'fail'
  | 'malformed'
  | 'too-large'
  | 'http'
  | 'closed'
  | 'interrupted'
  | 'shrunk';

/** A node's monitor could not be asked or read. The message is for the user: what is wrong and the next step. */
export class PmtaError extends Error {
  override readonly name = 'PmtaError';
  readonly code: PmtaErrorCode;
  readonly node: string;
  /** Status of the HTTP answer, where that is what failed. */
  readonly httpStatus: number | null;

  constructor(code: PmtaErrorCode, node: string, message: string, httpStatus: number | null = null) {
    super(message);
    this.code = code;
    this.node = node;
    this.httpStatus = httpStatus;
  }
}

/** An answer that lacks what it must have, or that cannot be parsed; `what` continues "answer of mta1 to /status …". */
export function malformed(node: string, resource: MonitorResource, what: string): PmtaError {
  return new PmtaError(
    'malformed',
    node,
    `answer of ${node} to /${resource} ${what}: see it as it came in the raw view ` +
      `(resources/raw?node=${encodeURIComponent(node)}&resource=${resource}) and report it with your PMTA version`
  );
}

const quotedLength = 200;

/** Text of a foreign system for use in a message: one line, no control characters, at most 200 characters. */
export function quote(text: string): string {
  const line = text
    .slice(0, quotedLength * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return `"${line.length > quotedLength ? `${line.slice(0, quotedLength)}…` : line}"`;
}
