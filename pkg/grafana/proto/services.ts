/**
 * gRPC service definitions of the descriptor, for servers and clients of @grpc/grpc-js.
 *
 * protobufjs is used directly, not through @grpc/proto-loader: the loader also builds reflection descriptors that
 * nothing here asks for, which costs more start-up time than everything else between the handshake and the first answer.
 */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs/light.js';
import descriptor from './descriptor.json' with { type: 'json' };

// protobufjs' types of its own JSON form leave out namespaces within namespaces.
const root = protobuf.Root.fromJSON(descriptor as unknown as protobuf.INamespace);

/** int64 fields are ids and milliseconds, which a number holds exactly; absent messages become null. */
const decoded: protobuf.IConversionOptions = { longs: Number, enums: String, defaults: true };

const serializer = (type: protobuf.Type) => (message: object) => {
  const bytes = type.encode(type.fromObject(message)).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

const deserializer = (type: protobuf.Type) => (bytes: Uint8Array) => type.toObject(type.decode(bytes), decoded);

function define(name: string): ServiceDefinition {
  const service = root.lookupService(name);
  const method = (m: protobuf.Method): MethodDefinition<object, object> => {
    const request = service.lookupType(m.requestType);
    const response = service.lookupType(m.responseType);
    return {
      path: `/${name}/${m.name}`,
      requestStream: m.requestStream ?? false,
      responseStream: m.responseStream ?? false,
      requestSerialize: serializer(request),
      requestDeserialize: deserializer(request),
      responseSerialize: serializer(response),
      responseDeserialize: deserializer(response),
    };
  };
  return Object.fromEntries(service.methodsArray.map((m) => [m.name, method(m)]));
}

export const dataService = define('pluginv2.Data');
export const diagnosticsService = define('pluginv2.Diagnostics');
export const resourceService = define('pluginv2.Resource');
export const streamService = define('pluginv2.Stream');
export const controllerService = define('plugin.GRPCController');
export const healthService = define('grpc.health.v1.Health');
