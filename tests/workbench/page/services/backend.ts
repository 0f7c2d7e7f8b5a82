import type { BackendSrv, BackendSrvRequest, FetchError, FetchResponse } from '@grafana/runtime';
import { lastValueFrom, Observable, throwError } from 'rxjs';

/** Roles that the bridge understands; `?role=Viewer` tries what a viewer may do. */
export const role = new URLSearchParams(window.location.search).get('role') ?? 'Admin';

function addressOf({ url, params }: BackendSrvRequest): string {
  const address = new URL(url, window.location.origin);
  for (const [key, value] of Object.entries(params ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) {
        address.searchParams.append(key, String(item));
      }
    }
  }
  return address.href;
}

function bodyOf(data: unknown): { body?: BodyInit; type?: string } {
  if (data === undefined || data === null) {
    return {};
  }
  if (typeof data === 'string' || data instanceof Blob || data instanceof FormData || data instanceof URLSearchParams) {
    return { body: data };
  }
  return { body: JSON.stringify(data), type: 'application/json' };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function readBody(response: Response, kind: BackendSrvRequest['responseType']): Promise<unknown> {
  switch (kind) {
    case 'text':
      return response.text();
    case 'blob':
      return response.blob();
    case 'arraybuffer':
      return response.arrayBuffer();
    default:
      return response.text().then(parsed);
  }
}

async function send<T>(config: BackendSrvRequest, signal: AbortSignal): Promise<FetchResponse<T>> {
  const { body, type } = bodyOf(config.data);
  const response = await fetch(addressOf(config), {
    method: config.method ?? 'GET',
    headers: { ...(type ? { 'Content-Type': type } : {}), 'X-Workbench-Role': role, ...config.headers },
    body,
    signal,
  });
  const data = (await readBody(response, config.responseType)) as T;
  const { status, statusText, ok, headers, redirected, type: kind, url } = response;
  if (!ok) {
    const failure: FetchError<T> = { status, statusText, data, config };
    throw failure;
  }
  return { data, status, statusText, ok, headers, redirected, type: kind, url, config };
}

/** As Grafana's: the answer once, or a FetchError; leaving early cancels the request. */
function fetchOnce<T>(config: BackendSrvRequest): Observable<FetchResponse<T>> {
  return new Observable((subscriber) => {
    const leave = new AbortController();
    send<T>(config, leave.signal).then(
      (response) => {
        subscriber.next(response);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(error)
    );
    return () => leave.abort();
  });
}

async function request<T>(config: BackendSrvRequest): Promise<T> {
  return (await lastValueFrom(fetchOnce<T>(config))).data;
}

/** Grafana's `backendSrv`, speaking to the bridge that served this page. */
export const backendSrv: BackendSrv = {
  get: (url, params, requestId, options) => request({ ...options, method: 'GET', url, params, requestId }),
  delete: (url, data, options) => request({ ...options, method: 'DELETE', url, data }),
  post: (url, data, options) => request({ ...options, method: 'POST', url, data }),
  patch: (url, data, options) => request({ ...options, method: 'PATCH', url, data }),
  put: (url, data, options) => request({ ...options, method: 'PUT', url, data }),
  request,
  datasourceRequest: (config) => lastValueFrom(fetchOnce(config)),
  fetch: fetchOnce,
  chunked: () => throwError(() => new Error('The workbench answers no chunked requests.')),
};
