/**
 * The messages of backend.proto as `services.ts` decodes them: every field present, absent messages null, int64 as
 * number, enums by name. Only the fields that are used here; a sender may leave out what an interface leaves out.
 */

export interface UserMessage {
  login: string;
  name: string;
  email: string;
  role: string;
}

export interface DataSourceMessage {
  id: number;
  uid: string;
  name: string;
  url: string;
  /** JSON; may be empty. */
  jsonData: Uint8Array;
  decryptedSecureJsonData: Record<string, string>;
  lastUpdatedMS: number;
}

export interface ContextMessage {
  orgId: number;
  user: UserMessage | null;
  dataSourceInstanceSettings: DataSourceMessage | null;
  grafanaConfig: Record<string, string>;
}

export interface QueryMessage {
  refId: string;
  queryType: string;
  maxDataPoints: number;
  intervalMS: number;
  timeRange: { fromEpochMS: number; toEpochMS: number } | null;
  json: Uint8Array;
}

export interface QueryDataRequestMessage {
  pluginContext: ContextMessage | null;
  headers: Record<string, string>;
  queries: QueryMessage[];
}

export interface DataResponseMessage {
  frames: Uint8Array[];
  error: string;
  status: number;
  errorSource: string;
}

export interface QueryDataResponseMessage {
  responses: Record<string, DataResponseMessage>;
}

export interface CheckHealthRequestMessage {
  pluginContext: ContextMessage | null;
  headers: Record<string, string>;
}

export interface CheckHealthResponseMessage {
  status: 'UNKNOWN' | 'OK' | 'ERROR';
  message: string;
  /** A JSON object, or empty. */
  jsonDetails: Uint8Array;
}

export interface CollectMetricsRequestMessage {
  pluginContext: ContextMessage | null;
}

export interface CollectMetricsResponseMessage {
  metrics: { prometheus: Uint8Array } | null;
}

export type HeaderLists = Record<string, { values: string[] }>;

export interface CallResourceRequestMessage {
  pluginContext: ContextMessage | null;
  path: string;
  method: string;
  /** The path with its query string. */
  url: string;
  headers: HeaderLists;
  body: Uint8Array;
}

/** The first one of a call carries code and headers; the bodies of all are joined. */
export interface CallResourceResponseMessage {
  code: number;
  headers: HeaderLists;
  body: Uint8Array;
}

/** SubscribeStream, RunStream and PublishStream ask alike. */
export interface StreamRequestMessage {
  pluginContext: ContextMessage | null;
  path: string;
  data: Uint8Array;
  headers: Record<string, string>;
}

/** SubscribeStream and PublishStream answer alike. */
export interface StreamResponseMessage {
  status: 'OK' | 'NOT_FOUND' | 'PERMISSION_DENIED';
  data: Uint8Array;
}

export interface StreamPacketMessage {
  data: Uint8Array;
}

export interface HealthCheckResponseMessage {
  status: 'UNKNOWN' | 'SERVING' | 'NOT_SERVING';
}
