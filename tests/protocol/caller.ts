import {
  Client,
  type ChannelCredentials,
  type ClientReadableStream,
  type ClientUnaryCall,
  type MethodDefinition,
  type ServiceDefinition,
} from '@grpc/grpc-js';

/** Bounds of one call, which reach the plugin's handler. */
export interface CallOptions {
  signal?: AbortSignal;
  deadlineMs?: number;
}

/** Calls by service definition and method name; errors are grpc-js' `ServiceError` with `code` and `details`. */
export class Caller {
  readonly #client: Client;

  constructor(target: string, credentials: ChannelCredentials) {
    this.#client = new Client(target, credentials, {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
    });
  }

  unary<Response>(service: ServiceDefinition, name: string, request: object, options?: CallOptions): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, name);
    return new Promise((resolve, reject) => {
      const call: ClientUnaryCall = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        bounds(options),
        (error, response) => (error ? reject(error) : resolve(response as Response))
      );
      cancelOn(options?.signal, call);
    });
  }

  /** Cancels the call when the loop is left early; ends without error where `options.signal` cancelled it. */
  async *serverStream<Response>(
    service: ServiceDefinition,
    name: string,
    request: object,
    options?: CallOptions
  ): AsyncGenerator<Response, void> {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, name);
    const call: ClientReadableStream<object> = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      bounds(options)
    );
    cancelOn(options?.signal, call);
    try {
      for await (const response of call) {
        yield response as Response;
      }
    } catch (error) {
      if (!options?.signal?.aborted) {
        throw error;
      }
    } finally {
      call.on('error', () => undefined);
      call.cancel();
    }
  }

  close(): void {
    this.#client.close();
  }
}

function methodOf(service: ServiceDefinition, name: string): MethodDefinition<object, object> {
  const method = service[name];
  if (!method) {
    throw new Error(`No such method: ${name}`);
  }
  return method;
}

function bounds(options: CallOptions | undefined): { deadline?: number } {
  return options?.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs };
}

function cancelOn(signal: AbortSignal | undefined, call: { cancel(): void }): void {
  if (signal?.aborted) {
    call.cancel();
  }
  signal?.addEventListener('abort', () => call.cancel(), { once: true });
}
