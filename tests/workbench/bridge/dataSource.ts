import type { DataSourceInstance } from '../../../pkg/grafana/handlers.ts';
import { pluginId } from '../paths.ts';
import { HttpError } from './http.ts';

type JsonObject = Record<string, unknown>;

/** What `PUT /api/datasources/uid/:uid` may change. */
export interface DataSourceUpdate {
  jsonData?: JsonObject;
  secureJsonData?: Record<string, string>;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The part of a request's body that can be saved. */
export function parseUpdate({ jsonData = {}, secureJsonData = {} }: JsonObject): DataSourceUpdate {
  if (!isObject(jsonData) || !isObject(secureJsonData)) {
    throw new HttpError(400, 'bad request data: jsonData and secureJsonData are objects');
  }
  const secrets = Object.entries(secureJsonData).map(([key, value]): [string, string] => [key, String(value ?? '')]);
  return { jsonData, secureJsonData: Object.fromEntries(secrets) };
}

/** Settings of the one data source as Grafana's database keeps them; secrets go in and never come out over HTTP. */
export class DataSourceState {
  readonly uid = 'pmta';
  readonly name = 'PowerMTA';
  #jsonData: JsonObject;
  #secrets: Map<string, string>;
  #updatedMs = Date.now();
  #version = 1;

  constructor({ jsonData = {}, secureJsonData = {} }: DataSourceUpdate) {
    this.#jsonData = jsonData;
    this.#secrets = new Map(Object.entries(secureJsonData));
  }

  /** Secrets that the update does not name stay; an empty text takes one away. */
  save({ jsonData = {}, secureJsonData = {} }: DataSourceUpdate): void {
    this.#jsonData = jsonData;
    for (const [key, value] of Object.entries(secureJsonData)) {
      if (value === '') {
        this.#secrets.delete(key);
      } else {
        this.#secrets.set(key, value);
      }
    }
    // The plugin builds its instance anew where this differs, so two saves in one millisecond must differ too.
    this.#updatedMs = Math.max(Date.now(), this.#updatedMs + 1);
    this.#version += 1;
  }

  /** As Grafana's HTTP API shows it. */
  toJson(): JsonObject {
    return {
      id: 1,
      uid: this.uid,
      orgId: 1,
      name: this.name,
      type: pluginId,
      typeName: this.name,
      access: 'proxy',
      url: '',
      user: '',
      database: '',
      basicAuth: false,
      basicAuthUser: '',
      withCredentials: false,
      isDefault: true,
      jsonData: this.#jsonData,
      secureJsonFields: Object.fromEntries([...this.#secrets.keys()].map((key) => [key, true])),
      version: this.#version,
      readOnly: false,
    };
  }

  /** As the plugin gets it. */
  toInstance(): DataSourceInstance {
    return {
      id: 1,
      uid: this.uid,
      name: this.name,
      url: '',
      jsonData: this.#jsonData,
      secureJsonData: Object.fromEntries(this.#secrets),
      updatedMs: this.#updatedMs,
    };
  }
}
