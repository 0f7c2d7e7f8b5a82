import { once } from 'node:events';
import { status, type ServerWritableStream, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { readContext } from '../context.ts';
import type { CallScope, PluginHandlers, StreamRequest, SubscribeResult } from '../handlers.ts';
import { jsonBytes, parseJson } from '../json.ts';
import type { StreamPacketMessage, StreamRequestMessage, StreamResponseMessage } from '../proto/messages.ts';
import { reportFailure, unary, type ServiceContext } from './service.ts';

type StreamCall = ServerWritableStream<StreamRequestMessage, StreamPacketMessage>;

const subscribeStatus: Record<SubscribeResult['status'], StreamResponseMessage['status']> = {
  ok: 'OK',
  'not-found': 'NOT_FOUND',
  'permission-denied': 'PERMISSION_DENIED',
};

const noData = new Uint8Array();

/** Grafana's `Stream` service (Grafana Live). Nothing can be published to this plugin. */
export function streamMethods(context: ServiceContext): UntypedServiceImplementation {
  return {
    SubscribeStream: unary<StreamRequestMessage, StreamResponseMessage>(
      context,
      'SubscribeStream',
      async (request, scope) => subscribe(await context.handlers, request, scope)
    ),
    RunStream: (call: StreamCall) => context.calls.run(call, (scope) => runStream(context, call, scope)),
    PublishStream: unary<StreamRequestMessage, StreamResponseMessage>(context, 'PublishStream', async () => ({
      status: 'PERMISSION_DENIED',
      data: noData,
    })),
  };
}

async function subscribe(
  plugin: PluginHandlers,
  request: StreamRequestMessage,
  scope: CallScope
): Promise<StreamResponseMessage> {
  const result = await plugin.subscribeStream(readRequest(request), scope);
  return {
    status: subscribeStatus[result.status],
    data: result.data === undefined ? noData : jsonBytes(result.data, 'The initial frame'),
  };
}

/** Grafana closes a stream that ends well and restarts one that fails, so a stopping plugin must not end it well. */
async function runStream({ handlers, log }: ServiceContext, call: StreamCall, scope: CallScope): Promise<void> {
  try {
    const plugin = await handlers;
    await plugin.runStream(readRequest(call.request), sender(call, scope), scope);
    scope.signal.throwIfAborted();
    call.end();
  } catch (error) {
    const details = reportFailure(log, `RunStream ${call.request.path}`, error, call.request, scope);
    call.emit('error', { code: scope.signal.aborted ? status.UNAVAILABLE : status.INTERNAL, details });
  }
}

/** Waits while Grafana does not take packets: what is queued here is bounded by the call's own buffer. */
function sender(call: StreamCall, { signal }: CallScope): (packet: unknown) => Promise<void> {
  return async (packet) => {
    signal.throwIfAborted();
    if (!call.write({ data: jsonBytes(packet, 'The packet') })) {
      await once(call, 'drain', { signal });
    }
  };
}

function readRequest(message: StreamRequestMessage): StreamRequest {
  return {
    context: readContext(message.pluginContext),
    path: message.path,
    data: parseJson(message.data, 'The data of the stream request'),
  };
}
