import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { readContext } from '../context.ts';
import type { CallScope } from '../handlers.ts';
import { jsonBytes } from '../json.ts';
import type {
  CheckHealthRequestMessage,
  CheckHealthResponseMessage,
  CollectMetricsRequestMessage,
  CollectMetricsResponseMessage,
} from '../proto/messages.ts';
import { reportFailure, unary, type ServiceContext } from './service.ts';

const noDetails = new Uint8Array();

/** Grafana's `Diagnostics` service: "Save & test" and the plugin's own metrics. */
export function diagnosticsMethods(context: ServiceContext): UntypedServiceImplementation {
  return {
    CheckHealth: unary<CheckHealthRequestMessage, CheckHealthResponseMessage>(
      context,
      'CheckHealth',
      (request, scope) => checkHealth(context, request, scope)
    ),
    CollectMetrics: unary<CollectMetricsRequestMessage, CollectMetricsResponseMessage>(
      context,
      'CollectMetrics',
      async () => {
        const plugin = await context.handlers;
        return { metrics: { prometheus: Buffer.from(await plugin.collectMetrics()) } };
      }
    ),
  };
}

/** What goes wrong in the check is its result: a gRPC error would show the user no message. */
async function checkHealth(
  { handlers, log }: ServiceContext,
  request: CheckHealthRequestMessage,
  scope: CallScope
): Promise<CheckHealthResponseMessage> {
  try {
    const plugin = await handlers;
    const { status, message, details } = await plugin.checkHealth(readContext(request.pluginContext), scope);
    return {
      status: status === 'ok' ? 'OK' : 'ERROR',
      message: message.toWellFormed(),
      jsonDetails: details ? jsonBytes(details, 'The details of the health check') : noDetails,
    };
  } catch (error) {
    const message = reportFailure(log, 'CheckHealth', error, request, scope);
    return { status: 'ERROR', message, jsonDetails: noDetails };
  }
}
