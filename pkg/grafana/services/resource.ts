import type { ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { readContext } from '../context.ts';
import type { CallScope, PluginHandlers, ResourceRequest, ResourceResponse } from '../handlers.ts';
import { jsonBytes } from '../json.ts';
import type { CallResourceRequestMessage, CallResourceResponseMessage, HeaderLists } from '../proto/messages.ts';
import { reportFailure, type ServiceContext } from './service.ts';

/** Grafana's `Resource` service: HTTP below `/api/datasources/uid/<uid>/resources/`. */
export function resourceMethods({ handlers, calls, log }: ServiceContext): UntypedServiceImplementation {
  return {
    CallResource: async (call: ServerWritableStream<CallResourceRequestMessage, CallResourceResponseMessage>) => {
      call.write(
        await calls.run(call, async (scope) => {
          try {
            return await callResource(await handlers, call.request, scope);
          } catch (error) {
            const what = `CallResource ${call.request.method} ${call.request.path}`;
            return failed(reportFailure(log, what, error, call.request, scope));
          }
        })
      );
      call.end();
    },
  };
}

async function callResource(
  plugin: PluginHandlers,
  message: CallResourceRequestMessage,
  scope: CallScope
): Promise<CallResourceResponseMessage> {
  const response = await plugin.callResource(readRequest(message), scope);
  // Grafana's HTTP server panics on a code outside of HTTP's.
  if (!Number.isInteger(response.status) || response.status < 200 || response.status > 599) {
    throw new Error(`HTTP status ${response.status} is not between 200 and 599`);
  }
  return { code: response.status, headers: writeHeaders(response.headers ?? {}), body: writeBody(response.body) };
}

function readRequest(message: CallResourceRequestMessage): ResourceRequest {
  const question = message.url.indexOf('?');
  return {
    context: readContext(message.pluginContext),
    path: message.path.replace(/^\/+/, ''),
    method: message.method.toUpperCase(),
    query: new URLSearchParams(question < 0 ? '' : message.url.slice(question + 1).split('#')[0]),
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, list]) => [name, list.values])),
    body: message.body,
  };
}

function writeBody(body: ResourceResponse['body']): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** Grafana counts the body itself; a Content-Length that differs from it breaks the browser's request. */
function writeHeaders(headers: Record<string, string[]>): HeaderLists {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return Object.fromEntries(kept.map(([name, values]) => [name, { values: values.map((v) => v.toWellFormed()) }]));
}

function failed(message: string): CallResourceResponseMessage {
  return {
    code: 500,
    headers: { 'Content-Type': { values: ['application/json'] } },
    body: jsonBytes({ message }, 'An error'),
  };
}
