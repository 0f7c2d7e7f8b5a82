import { malformed, PmtaError, quote } from './error.ts';
import { tooLarge, webPage } from './failure.ts';
import type { Reply } from './http.ts';
import { parseJson } from './json.ts';
import { isTree, member, textOf } from './tree.ts';
import { parseXml } from './xml.ts';
import type { MonitorResource } from './resource.ts';

export type WireFormat = 'json' | 'xml';

/** An answer without its wrapping. */
export interface Envelope {
  node: string;
  resource: MonitorResource;
  format: WireFormat;
  /** Content of `data`; what stood beside it where there is no `data`; a string where PMTA sent only text. */
  data: unknown;
  /** PMTA said that it succeeded, rather than not saying that it failed. */
  confirmed: boolean;
}

/** XML is parsed at some 7 MB a second, and nothing else of this process happens meanwhile. */
const maxXmlLength = 16 * 1024 * 1024;

/** What a text is by its first characters; the content type is not asked, since pages and data share it at times. */
export function sniff(text: string): WireFormat | 'html' | 'other' {
  const start = text.slice(0, 4096).replace(/^(?:\s|<\?[^>]*>|<!--[\s\S]*?-->)*/, '');
  if (start.startsWith('{')) {
    return 'json';
  }
  if (/^<(!doctype html|html|head|body|title|meta|script|center|div|h\d|p|pre)\b/i.test(start)) {
    return 'html';
  }
  return /^<[a-z]/i.test(start) ? 'xml' : 'other';
}

/**
 * Unwraps a reply of PMTA's in either format. Throws PmtaError: `html` for a web page, `fail` where PMTA says that it
 * failed (with HTTP 200), `malformed` for what cannot be parsed, `too-large`.
 */
export function openEnvelope(node: string, resource: MonitorResource, reply: Reply): Envelope {
  const format = sniff(reply.text);
  if (format === 'html') {
    throw webPage(node, `/${resource}`);
  }
  if (format === 'other') {
    throw malformed(node, resource, reply.text.trim() === '' ? 'is empty' : 'is neither JSON nor XML');
  }
  if (format === 'xml' && reply.text.length > maxXmlLength) {
    throw tooLarge(node, maxXmlLength);
  }
  const root = parse(node, resource, format, reply.text);
  const wrapping = format === 'xml' ? (member(root, 'rsp') ?? root) : root;
  const failure = format === 'xml' ? xmlFailure(wrapping) : jsonFailure(wrapping);
  if (failure !== null) {
    const said = failure === '' ? 'without saying why' : `and said ${quote(failure)}`;
    throw new PmtaError(
      'fail',
      node,
      `${node} failed to answer /${resource} ${said}: check that pmtad runs on the PMTA host`
    );
  }
  const success =
    format === 'xml' ? member(wrapping, 'succ') !== undefined : textOf(member(wrapping, 'status')) === 'success';
  return { node, resource, format, data: content(node, resource, wrapping), confirmed: success };
}

/** `data` may also be the text of an object, as in the format json-text. */
function content(node: string, resource: MonitorResource, wrapping: unknown): unknown {
  const data = member(wrapping, 'data') ?? wrapping;
  return typeof data === 'string' && sniff(data) === 'json' ? parse(node, resource, 'json', data) : data;
}

function parse(node: string, resource: MonitorResource, format: WireFormat, text: string): unknown {
  try {
    return format === 'json' ? parseJson(text) : parseXml(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw malformed(node, resource, `is not whole ${format.toUpperCase()}: ${quote(reason)}`);
  }
}

/** The message of a failure, or null. */
function jsonFailure(root: unknown): string | null {
  if (/^(fail|error)/i.test(textOf(member(root, 'status')))) {
    return textOf(member(root, 'message'));
  }
  const errors = member(root, 'errors');
  if (Array.isArray(errors) && member(root, 'data') === undefined) {
    return textOf(member(errors[0], 'message', 'description'));
  }
  return null;
}

/** No source names the element of a failure, so each likely one counts. */
function xmlFailure(root: unknown): string | null {
  const failure = member(root, 'fail', 'err', 'error');
  if (failure === undefined) {
    return null;
  }
  return isTree(failure) ? textOf(member(failure, 'message', 'text')) : textOf(failure);
}
