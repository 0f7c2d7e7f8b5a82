/**
 * What a data source plugin implements, free of gRPC: `serve.ts` translates Grafana's plugin protocol to these calls.
 */

export type Role = 'Viewer' | 'Editor' | 'Admin' | '';

export interface User {
  login: string;
  name: string;
  email: string;
  role: Role;
}

export interface DataSourceInstance {
  id: number;
  uid: string;
  name: string;
  url: string;
  /** Parsed `jsonData`; `{}` where Grafana sent none. */
  jsonData: unknown;
  secureJsonData: Record<string, string>;
  /** Changes whenever an administrator saves the settings. */
  updatedMs: number;
}

export interface PluginContext {
  orgId: number;
  /** Absent for alerting and for streams that Grafana restarts. */
  user?: User;
  dataSource?: DataSourceInstance;
  grafanaConfig: Record<string, string>;
}

/** Bounds of one call: aborted when the browser goes away or the deadline passes. */
export interface CallScope {
  signal: AbortSignal;
}

export interface DataQuery {
  refId: string;
  queryType: string;
  maxDataPoints: number;
  intervalMs: number;
  fromMs: number;
  toMs: number;
  /** The query as saved by the frontend, parsed; not validated. */
  json: unknown;
}

/** The answer to one query; `error` is shown to the user. */
export interface DataResponse {
  /** Encoded by `pkg/frames`. */
  frames: Uint8Array[];
  error?: { message: string; status: number; source: 'downstream' | 'plugin' };
}

export interface QueryDataRequest {
  context: PluginContext;
  /** As Grafana sent them; look up with `header()`. */
  headers: Record<string, string>;
  queries: DataQuery[];
}

export interface HealthResult {
  status: 'ok' | 'error';
  message: string;
  details?: Record<string, unknown>;
}

export interface ResourceRequest {
  context: PluginContext;
  /** Without leading slash and query string. */
  path: string;
  method: string;
  query: URLSearchParams;
  headers: Record<string, string[]>;
  body: Uint8Array;
}

export interface ResourceResponse {
  status: number;
  headers?: Record<string, string[]>;
  body: Uint8Array | string;
}

export interface StreamRequest {
  context: PluginContext;
  path: string;
  /** Parsed data of the request; undefined where there was none. */
  data: unknown;
}

export interface SubscribeResult {
  status: 'ok' | 'not-found' | 'permission-denied';
  /** Initial frame as JSON. */
  data?: unknown;
}

export interface PluginHandlers {
  /** Must answer every refId. */
  queryData(request: QueryDataRequest, scope: CallScope): Promise<Map<string, DataResponse>>;
  checkHealth(context: PluginContext, scope: CallScope): Promise<HealthResult>;
  callResource(request: ResourceRequest, scope: CallScope): Promise<ResourceResponse>;
  /** Prometheus text format. */
  collectMetrics(): Promise<string>;
  subscribeStream(request: StreamRequest, scope: CallScope): Promise<SubscribeResult>;
  /** Sends frames as JSON until the signal aborts; `send` resolves when Grafana can take more. */
  runStream(request: StreamRequest, send: (packet: unknown) => Promise<void>, scope: CallScope): Promise<void>;
  /** Flushes and closes; must end within 1.5 s, because Grafana kills after 2 s. */
  shutdown(): Promise<void>;
}
