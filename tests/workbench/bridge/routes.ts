import { frameToJson } from '../../../pkg/frames/frameToJson.ts';
import { decodeFrame } from '../../protocol/decodeFrame.ts';
import type { Backend } from './backend.ts';
import { type DataSourceState, parseUpdate } from './dataSource.ts';
import { type Call, HttpError, readBody, readJson, type Route, sendJson } from './http.ts';
import { contextOf, forwardedHeaders, queriesOf, roleOf } from './request.ts';

interface World {
  backend: Backend;
  dataSource: DataSourceState;
}

/** Headers of one hop, which no proxy hands on, and those that could be credentials of the browser. */
const keptBack =
  /^(connection|keep-alive|transfer-encoding|upgrade|host|content-length|cookie|authorization|x-workbench-.*)$/;

async function query({ backend, dataSource }: World, { request, response, signal }: Call): Promise<void> {
  const call = queriesOf(await readJson(request), Date.now());
  const context = contextOf(request, dataSource);
  const responses = await backend.client.queryData(
    { context, headers: forwardedHeaders(request), ...call },
    { signal }
  );
  const results = Object.entries(responses).map(([refId, { frames, status, error, errorSource }]) => [
    refId,
    {
      // A status that was not set is "unknown" to Grafana, which answers 500.
      status: status > 0 ? status : 500,
      frames: frames.map((frame) => frameToJson(decodeFrame(frame))),
      ...(error && { error, errorSource }),
    },
  ]);
  const failed = Object.values(responses).some(({ error }) => error !== '');
  sendJson(response, failed ? 400 : 200, { results: Object.fromEntries(results) });
}

async function health({ backend, dataSource }: World, { request, response, signal }: Call): Promise<void> {
  const answer = await backend.client.checkHealth(contextOf(request, dataSource), { signal });
  sendJson(response, answer.status === 'OK' ? 200 : 400, answer);
}

async function resource({ backend, dataSource }: World, call: Call): Promise<void> {
  const { request, response, url, parameters, signal } = call;
  const headers = Object.entries(request.headersDistinct).filter(([name]) => !keptBack.test(name));
  const answer = await backend.client.callResource(
    {
      context: contextOf(request, dataSource),
      path: parameters[0] ?? '',
      method: request.method,
      query: url.search.slice(1),
      headers: Object.fromEntries(headers.map(([name, values]) => [name, values ?? []])),
      body: await readBody(request),
    },
    { signal }
  );
  for (const [name, values] of Object.entries(answer.headers)) {
    response.setHeader(name, values);
  }
  // Whatever a resource answers must not run as a page of this origin; Grafana does the same.
  response.setHeader('Content-Security-Policy', 'sandbox');
  response.writeHead(answer.status).end(answer.body);
}

async function save({ dataSource }: World, { request, response }: Call): Promise<void> {
  if (roleOf(request) !== 'Admin') {
    throw new HttpError(403, "You'll need additional permissions to perform this action: datasources:write");
  }
  dataSource.save(parseUpdate(await readJson(request)));
  sendJson(response, 200, { message: 'Datasource updated', datasource: dataSource.toJson() });
}

/** The part of Grafana's HTTP API that a data source plugin and its users meet. */
export function apiRoutes(world: World): Route[] {
  const { dataSource } = world;
  const route = (method: string, path: string, handle: (world: World, call: Call) => Promise<void>): Route => ({
    method,
    path,
    handle: async (call) => {
      if ('uid' in call.parameters && call.parameters.uid !== dataSource.uid) {
        throw new HttpError(404, 'Data source not found');
      }
      await handle(world, call);
    },
  });
  const uid = '/api/datasources/uid/:uid';
  return [
    route('POST', '/api/ds/query', query),
    route('GET', '/api/datasources', async (_, { response }) => sendJson(response, 200, [dataSource.toJson()])),
    route('GET', uid, async (_, { response }) => sendJson(response, 200, dataSource.toJson())),
    route('PUT', uid, save),
    route('GET', `${uid}/health`, health),
    ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => route(method, `${uid}/resources/*`, resource)),
  ];
}
