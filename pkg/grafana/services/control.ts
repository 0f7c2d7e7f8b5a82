import type { handleUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { HealthCheckResponseMessage } from '../proto/messages.ts';

/** go-plugin's controller: answers first, because the host takes a broken call for a plugin that must be killed. */
export function controllerMethods(stop: () => void): UntypedServiceImplementation {
  const shutdown: handleUnaryCall<object, object> = (_call, reply) => {
    reply(null, {});
    stop();
  };
  return { Shutdown: shutdown };
}

/** gRPC's health check: a process that answers is one that serves. */
export function healthMethods(): UntypedServiceImplementation {
  const check: handleUnaryCall<object, HealthCheckResponseMessage> = (_call, reply) =>
    reply(null, { status: 'SERVING' });
  return { Check: check };
}
