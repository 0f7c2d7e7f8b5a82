import { openEnvelope, sniff, type Envelope, type WireFormat } from './envelope.ts';
import { PmtaError, type PmtaErrorCode } from './error.ts';
import type { MonitorHttp, Reply } from './http.ts';
import type { MonitorResource } from './resource.ts';

/** Asks a node in the format that it speaks: JSON since PMTA 5.0, XML before. */
export interface Dialect {
  /** An answer, unwrapped; throws PmtaError. */
  ask(resource: MonitorResource, signal?: AbortSignal): Promise<Envelope>;
  /** The same answer as it came, whatever it is. */
  askRaw(resource: MonitorResource, signal?: AbortSignal): Promise<Reply>;
  /** Found by the last answer; null while unknown. */
  format(): WireFormat | null;
  /** PMTA was restarted and may be another version now: find the format again. */
  forget(): void;
}

/** How many rows are asked for; no source confirms that PMTA heeds it, so lists are also checked for truncation. */
const maxItems = 1000;

/** Failures that say nothing about the format. */
const understood = new Set<PmtaErrorCode>(['forbidden', 'not-found', 'fail']);

/** Creates the dialect of one node. */
export function createDialect(node: string, http: MonitorHttp): Dialect {
  let format: WireFormat | null = null;
  let hinting = true;

  async function get(resource: MonitorResource, wire: WireFormat, signal?: AbortSignal): Promise<Reply> {
    if (resource === 'status' || resource === 'logs' || !hinting) {
      return http.get(`/${resource}`, { format: wire }, signal);
    }
    try {
      return await http.get(`/${resource}`, { format: wire, maxitems: maxItems }, signal);
    } catch (error) {
      if (!isBadRequest(error)) {
        throw error;
      }
      const reply = await http.get(`/${resource}`, { format: wire }, signal);
      hinting = false;
      return reply;
    }
  }

  /** JSON first; a PMTA that does not know it shows a web page, sends there, or refuses the parameter. */
  async function negotiate(resource: MonitorResource, signal?: AbortSignal): Promise<Reply> {
    if (format === 'xml') {
      return get(resource, 'xml', signal);
    }
    try {
      const reply = await get(resource, 'json', signal);
      const kind = sniff(reply.text);
      if (kind === 'json' || kind === 'xml') {
        return reply;
      }
    } catch (error) {
      if (!isBadRequest(error) && !(error instanceof PmtaError && error.code === 'html')) {
        throw error;
      }
    }
    return get(resource, 'xml', signal);
  }

  return {
    async ask(resource, signal) {
      try {
        const envelope = openEnvelope(node, resource, await negotiate(resource, signal));
        format = envelope.format;
        return envelope;
      } catch (error) {
        if (!signal?.aborted && !(error instanceof PmtaError && understood.has(error.code))) {
          format = null;
        }
        throw error;
      }
    },
    askRaw: negotiate,
    format: () => format,
    forget() {
      format = null;
      hinting = true;
    },
  };
}

function isBadRequest(error: unknown): boolean {
  return error instanceof PmtaError && error.httpStatus === 400;
}
