import { status, type handleUnaryCall } from '@grpc/grpc-js';
import type { LiveCalls } from '../calls.ts';
import { secretsOf } from '../context.ts';
import { errorStack, errorText } from '../errorText.ts';
import type { CallScope, PluginHandlers } from '../handlers.ts';
import type { Logger } from '../log.ts';
import type { ContextMessage } from '../proto/messages.ts';

/** What every service needs. */
export interface ServiceContext {
  /** Resolves when the plugin is ready for calls; a rejection becomes the answer to each of them. */
  handlers: Promise<PluginHandlers>;
  calls: LiveCalls;
  log: Logger;
}

/** Every request of Grafana's own services names who asks and which data source. */
export interface ContextRequest {
  pluginContext: ContextMessage | null;
}

/** A unary method; what `answer` throws becomes a gRPC error, for answers that have no error of their own. */
export function unary<Request extends ContextRequest, Response>(
  { calls, log }: ServiceContext,
  name: string,
  answer: (request: Request, scope: CallScope) => Promise<Response>
): handleUnaryCall<Request, Response> {
  return (call, reply) =>
    calls.run(call, (scope) =>
      answer(call.request, scope).then(
        (response) => reply(null, response),
        (error: unknown) =>
          reply({ code: status.INTERNAL, details: reportFailure(log, name, error, call.request, scope) })
      )
    );
}

/** Logs what a handler threw, unless its caller had gone anyway, and returns the text to answer with. */
export function reportFailure(
  log: Logger,
  what: string,
  error: unknown,
  { pluginContext }: ContextRequest,
  { signal }: CallScope
): string {
  const secrets = secretsOf(pluginContext);
  const text = errorText(error, secrets);
  if (!signal.aborted) {
    log.error(`${what} failed: ${text}`, { stack: errorStack(error, secrets) });
  }
  return text;
}
