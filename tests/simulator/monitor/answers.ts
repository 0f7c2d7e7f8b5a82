import { jsonAnswer, jsonFailure } from './json.ts';
import { FORBIDDEN_PAGE, uiPage } from './pages.ts';
import { logs } from './logs.ts';
import { status } from './status.ts';
import { without, type Tree } from './tree.ts';
import { Views } from './views.ts';
import { xmlAnswer, xmlFailure } from './xml.ts';
import { Zone } from '../zone.ts';
import type { Spool } from '../model/spool.ts';
import type { Variant } from './variant.ts';

/** What the monitor tells about. */
export interface Source {
  spool: Spool;
  /** Folder of the accounting files. */
  directory: string;
  hostName: string;
}

/** An answer that is ready to be sent. */
export interface Answer {
  code: number;
  type: 'application/json' | 'text/xml' | 'text/html' | 'text/plain';
  body: string;
  location?: string;
}

const HTML = 'text/html';

export function redirect(location: string): Answer {
  return { code: 302, type: HTML, body: '', location };
}

export function forbidden(): Answer {
  return { code: 403, type: HTML, body: FORBIDDEN_PAGE };
}

export function htmlPage(path: string): Answer {
  return { code: 200, type: HTML, body: uiPage(path) };
}

/** What the monitor answers to a request for a page, by its variant and the present state. */
export function answer(path: string, parameters: URLSearchParams, source: Source, variant: Variant): Answer {
  if (path === '/') {
    return variant.version === '5.0' ? redirect('/ui') : htmlPage(path);
  }
  if (path === '/ui' || path.startsWith('/ui/')) {
    return variant.version === '5.0' ? htmlPage(path) : notFound();
  }
  if (path === '/command' || path === '/configFile') {
    return forbidden();
  }
  const result = dataOf(path, parameters, source, variant);
  if (result === null) {
    return notFound();
  }
  const format = parameters.get('format');
  if (format === 'xml') {
    return {
      code: 200,
      type: 'text/xml',
      body: 'failure' in result ? xmlFailure(String(result.failure)) : xmlAnswer(result.data, variant),
    };
  }
  if (format === 'json' && variant.version === '5.0') {
    return {
      code: 200,
      type: 'application/json',
      body: 'failure' in result ? jsonFailure(String(result.failure), variant) : jsonAnswer(result.data, variant),
    };
  }
  return htmlPage(path);
}

/** The answer `fail` in the format of the request. */
export function failure(format: string | null, message: string, variant: Variant): Answer {
  return format === 'xml'
    ? { code: 200, type: 'text/xml', body: xmlFailure(message) }
    : { code: 200, type: 'application/json', body: jsonFailure(message, variant) };
}

function notFound(): Answer {
  return { code: 404, type: 'text/plain', body: 'File not found' };
}

type Result = { data: { [name: string]: Tree } } | { failure: string };

function dataOf(path: string, parameters: URLSearchParams, source: Source, variant: Variant): Result | null {
  const { spool, directory, hostName } = source;
  const zone = new Zone(variant.timeZone);
  const views = new Views(spool, variant, zone);
  const maxItems = parameters.has('maxitems') ? Number(parameters.get('maxitems')) : null;
  const list = (pattern: string) => ({ maxItems, pattern: parameters.get(pattern) ?? '' });
  const data = (tree: { [name: string]: Tree }): Result => ({
    data: without(tree, new Set(variant.omit)) as { [name: string]: Tree },
  });
  switch (path) {
    case '/status':
      return data(status(spool, hostName, variant, zone));
    case '/queues':
      return data(views.queues(list('queue')));
    case '/domains':
      return data(views.domains(list('domain')));
    case '/vmtas':
      return data(views.vmtas(list('vmta')));
    case '/jobs':
      return data(views.jobs(list('jobid')));
    case '/queueDetail': {
      const name = parameters.get('queue') ?? '';
      const detail = views.queueDetail(name);
      return detail === null ? { failure: `no such queue: ${name}` } : data(detail);
    }
    case '/logs':
      return data(logs(directory, variant, zone));
    default:
      return null;
  }
}
