/**
 * A host for plugins as far as tests and the workbench need one: starts an executable the way Grafana does and makes
 * Grafana's calls. It decodes messages only; `decodeFrame.ts` reads the Arrow bytes in them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import type { PluginContext } from '../../pkg/grafana/handlers.ts';
import type * as message from '../../pkg/grafana/proto/messages.ts';
import * as services from '../../pkg/grafana/proto/services.ts';
import { Caller, type CallOptions } from './caller.ts';
import { writeContext } from './context.ts';
import { PluginProcess, type Exit, type StartOptions } from './process.ts';

export type { CallOptions } from './caller.ts';
export type { Exit, StartOptions } from './process.ts';

/** Who asks, and which data source. */
export type ClientContext = Partial<PluginContext>;

export interface ClientQuery {
  refId: string;
  queryType?: string;
  maxDataPoints?: number;
  intervalMs?: number;
  /** Any further field of the saved query. */
  [field: string]: unknown;
}

export interface QueryCall {
  context?: ClientContext;
  headers?: Record<string, string>;
  fromMs: number;
  toMs: number;
  queries: ClientQuery[];
}

export interface ResourceCall {
  context?: ClientContext;
  method?: string;
  path: string;
  /** Query string without question mark. */
  query?: string;
  headers?: Record<string, string[]>;
  body?: Uint8Array | string;
}

export interface StreamCall {
  context?: ClientContext;
  path: string;
  data?: unknown;
}

export interface HealthAnswer {
  status: message.CheckHealthResponseMessage['status'];
  message: string;
  details: unknown;
}

export interface ResourceAnswer {
  status: number;
  headers: Record<string, string[]>;
  body: Buffer;
}

export interface Stopped extends Exit {
  /** False where the plugin had to be killed. */
  graceful: boolean;
  stopMs: number;
}

/** Grafana waits this long after Shutdown, then kills. */
const killAfterMs = 2000;

/** A running plugin. */
export class PluginClient {
  readonly process: PluginProcess;
  readonly #caller: Caller;

  private constructor(process: PluginProcess) {
    this.process = process;
    const [, , network, address] = process.handshake.split('|');
    this.#caller = new Caller(network === 'unix' ? `unix:${address}` : `${address}`, credentials.createInsecure());
  }

  /** Starts the executable and connects; rejects where the handshake is not one that Grafana takes. */
  static async start(executable: string, options?: StartOptions): Promise<PluginClient> {
    const process = await PluginProcess.start(executable, options);
    if (!/^1\|2\|(unix|tcp)\|[^|]+\|grpc$/.test(process.handshake)) {
      process.kill('SIGKILL');
      throw new Error(`Unrecognized remote plugin message: ${process.handshake}`);
    }
    return new PluginClient(process);
  }

  /** Answers by refId; a query's own error is in its answer. */
  async queryData(call: QueryCall, options?: CallOptions): Promise<Record<string, message.DataResponseMessage>> {
    const { responses } = await this.queryDataRaw(
      {
        pluginContext: writeContext(call.context),
        headers: call.headers ?? {},
        queries: call.queries.map((query) => ({
          refId: query.refId,
          queryType: query.queryType ?? '',
          maxDataPoints: query.maxDataPoints ?? 0,
          intervalMS: query.intervalMs ?? 0,
          timeRange: { fromEpochMS: call.fromMs, toEpochMS: call.toMs },
          json: jsonBytes(query),
        })),
      },
      options
    );
    return responses;
  }

  /** QueryData with a message as it is, for what Grafana itself would not send. */
  queryDataRaw(
    request: message.QueryDataRequestMessage,
    options?: CallOptions
  ): Promise<message.QueryDataResponseMessage> {
    return this.#caller.unary(services.dataService, 'QueryData', request, options);
  }

  async checkHealth(context?: ClientContext, options?: CallOptions): Promise<HealthAnswer> {
    const request: message.CheckHealthRequestMessage = { pluginContext: writeContext(context), headers: {} };
    const answer: message.CheckHealthResponseMessage = await this.#caller.unary(
      services.diagnosticsService,
      'CheckHealth',
      request,
      options
    );
    return { status: answer.status, message: answer.message, details: parsed(answer.jsonDetails) };
  }

  /** The plugin's own metrics in Prometheus' text format. */
  async collectMetrics(options?: CallOptions): Promise<string> {
    const request: message.CollectMetricsRequestMessage = { pluginContext: writeContext(undefined) };
    const answer: message.CollectMetricsResponseMessage = await this.#caller.unary(
      services.diagnosticsService,
      'CollectMetrics',
      request,
      options
    );
    return Buffer.from(answer.metrics?.prometheus ?? []).toString();
  }

  async callResource(call: ResourceCall, options?: CallOptions): Promise<ResourceAnswer> {
    const request: message.CallResourceRequestMessage = {
      pluginContext: writeContext(call.context),
      path: call.path,
      method: call.method ?? 'GET',
      url: call.query ? `${call.path}?${call.query}` : call.path,
      headers: Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, values]) => [name, { values }])),
      body: Buffer.from(call.body ?? ''),
    };
    const answer: ResourceAnswer = { status: 0, headers: {}, body: Buffer.alloc(0) };
    const parts = this.#caller.serverStream<message.CallResourceResponseMessage>(
      services.resourceService,
      'CallResource',
      request,
      options
    );
    for await (const { code, headers, body } of parts) {
      answer.status ||= code;
      for (const [name, list] of Object.entries(headers)) {
        answer.headers[name] = list.values;
      }
      answer.body = Buffer.concat([answer.body, body]);
    }
    return answer;
  }

  async subscribeStream(
    call: StreamCall,
    options?: CallOptions
  ): Promise<{ status: message.StreamResponseMessage['status']; data: unknown }> {
    const answer: message.StreamResponseMessage = await this.#caller.unary(
      services.streamService,
      'SubscribeStream',
      streamRequest(call),
      options
    );
    return { status: answer.status, data: parsed(answer.data) };
  }

  async publishStream(call: StreamCall, options?: CallOptions): Promise<message.StreamResponseMessage['status']> {
    const answer: message.StreamResponseMessage = await this.#caller.unary(
      services.streamService,
      'PublishStream',
      streamRequest(call),
      options
    );
    return answer.status;
  }

  /** Packets, parsed; leaving the loop or aborting `options.signal` cancels the stream. */
  async *runStream(call: StreamCall, options?: CallOptions): AsyncGenerator<unknown, void> {
    const packets = this.#caller.serverStream<message.StreamPacketMessage>(
      services.streamService,
      'RunStream',
      streamRequest(call),
      options
    );
    for await (const packet of packets) {
      yield parsed(packet.data);
    }
  }

  /** gRPC's health check, which go-plugin's Ping makes. */
  async health(options?: CallOptions): Promise<message.HealthCheckResponseMessage['status']> {
    const request = { service: 'plugin' };
    const answer: message.HealthCheckResponseMessage = await this.#caller.unary(
      services.healthService,
      'Check',
      request,
      options
    );
    return answer.status;
  }

  /** Stops the plugin as Grafana does: asks, waits two seconds, kills. */
  async stop(): Promise<Stopped> {
    const started = performance.now();
    await this.#caller.unary(services.controllerService, 'Shutdown', {}).catch((error: ServiceError) => error);
    const timer = new AbortController();
    const killed = delay(killAfterMs, undefined, { signal: timer.signal }).then(
      () => this.process.kill('SIGKILL'),
      () => undefined
    );
    const exit = await this.process.exited;
    timer.abort();
    await killed;
    this.#caller.close();
    return { ...exit, graceful: exit.code === 0, stopMs: performance.now() - started };
  }

  /** Sends a signal; the connection stays open for what the plugin still says. */
  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Closes the connection of a plugin that has ended without `stop`. */
  close(): void {
    this.#caller.close();
  }
}

function streamRequest({ context, path, data }: StreamCall): message.StreamRequestMessage {
  const bytes = data === undefined ? new Uint8Array() : jsonBytes(data);
  return { pluginContext: writeContext(context), path, data: bytes, headers: {} };
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function parsed(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString());
}
