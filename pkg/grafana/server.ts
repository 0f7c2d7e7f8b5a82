import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import {
  controllerService,
  dataService,
  diagnosticsService,
  healthService,
  resourceService,
  streamService,
} from './proto/services.ts';
import { controllerMethods, healthMethods } from './services/control.ts';
import { dataMethods } from './services/data.ts';
import { diagnosticsMethods } from './services/diagnostics.ts';
import { resourceMethods } from './services/resource.ts';
import type { ServiceContext } from './services/service.ts';
import { streamMethods } from './services/stream.ts';

/** Uploads come as one message; grpc-js would refuse more than 4 MiB. */
const maxRequestBytes = 64 * 1024 * 1024;

/** How long the last answers have to leave; the host closes its side at once. */
const closeMs = 200;

export interface PluginServer {
  /** Serves a paused connection from now on. */
  accept(connection: Socket): void;
  /** Lets running calls end and closes all connections. */
  close(): Promise<void>;
}

/** The gRPC server with all services of a data source plugin; `stop` is the host's wish that the plugin ends. */
export function createPluginServer(context: ServiceContext, stop: () => void): PluginServer {
  const server = new Server({
    'grpc.max_receive_message_length': maxRequestBytes,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  });
  server.addService(dataService, dataMethods(context));
  server.addService(diagnosticsService, diagnosticsMethods(context));
  server.addService(resourceService, resourceMethods(context));
  server.addService(streamService, streamMethods(context));
  server.addService(controllerService, controllerMethods(stop));
  server.addService(healthService, healthMethods());
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept: (connection) => {
      connections.injectConnection(connection);
      connection.resume();
    },
    close: async () => {
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.tryShutdown(() => resolve());
      await Promise.race([closed, delay(closeMs)]);
      server.forceShutdown();
    },
  };
}
