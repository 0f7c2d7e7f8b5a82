import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { type Call, HttpError, type Route, sendJson } from './http.ts';

interface CompiledRoute extends Route {
  pattern: URLPattern;
}

function local(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

/**
 * The bridge asks for no password, so it answers only pages of its own: a foreign page could otherwise reach it through
 * a name that resolves to 127.0.0.1, or post to it.
 */
function refuseForeign({ headers }: IncomingMessage): void {
  const { host, origin } = headers;
  if (!local(host) || (origin !== undefined && !(URL.canParse(origin) && local(new URL(origin).host)))) {
    throw new HttpError(403, 'The workbench answers only this machine.');
  }
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof HttpError ? error.status : 500;
  sendJson(response, status, { message: error instanceof Error ? error.message : String(error) });
}

async function answer(routes: CompiledRoute[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  refuseForeign(request);
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const left = new AbortController();
  response.on('close', () => left.abort());
  for (const { method, pattern, handle } of routes) {
    const match = method === request.method ? pattern.exec({ pathname: url.pathname }) : null;
    if (match) {
      const parameters: Call['parameters'] = {};
      for (const [name, value] of Object.entries(match.pathname.groups)) {
        parameters[name] = decodeURIComponent(value ?? '');
      }
      return handle({ request, response, url, parameters, signal: left.signal });
    }
  }
  throw new HttpError(404, `Not found: ${request.method} ${url.pathname}`);
}

/** Listens on 127.0.0.1 alone; port 0 takes a free one. Fails as `listen` does, with EADDRINUSE as a rule. */
export async function listen(routes: Route[], port: number): Promise<Server> {
  const compiled = routes.map((route) => ({ ...route, pattern: new URLPattern({ pathname: route.path }) }));
  const server = createServer((request, response) => {
    answer(compiled, request, response).catch((error: unknown) => fail(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
