/** A plugin that does what its requests say, for the tests of the protocol. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type {
  CallScope,
  DataQuery,
  DataResponse,
  PluginHandlers,
  QueryDataRequest,
  ResourceResponse,
} from '../../../pkg/grafana/handlers.ts';
import type { Logger } from '../../../pkg/grafana/log.ts';
import { serve } from '../../../pkg/grafana/serve.ts';

/** `do` of a query, or the path of a resource or stream. */
type Field = string | number | undefined;

async function answer(
  query: DataQuery,
  request: QueryDataRequest,
  { signal }: CallScope,
  log: Logger
): Promise<DataResponse | undefined> {
  const json = query.json as Record<string, Field>;
  switch (json.do) {
    case 'forget':
      return undefined;
    case 'fail':
      return {
        frames: [],
        error: { message: String(json.message), status: Number(json.status), source: 'downstream' },
      };
    case 'throw':
      throw new Error(`broken: ${request.context.dataSource?.secureJsonData.password}`);
    case 'bytes':
      return { frames: [Buffer.alloc(Number(json.bytes))] };
    case 'wait':
      log.info('waiting');
      await once(signal, 'abort');
      log.info('aborted');
      return { frames: [] };
    default: {
      const { context, headers } = request;
      return { frames: [Buffer.from(JSON.stringify({ query, context, headers }))] };
    }
  }
}

async function print(): Promise<void> {
  console.log('from console.log', { a: 1 });
  console.error('from console.error');
  console.table([{ a: 1 }]);
  process.stdout.write('from process.stdout');
  process.stderr.write('from process.stderr');
  process.emitWarning('from a warning');
  const worker = new Worker(`console.log('from a worker')`, { eval: true });
  await once(worker, 'exit');
}

function handlers(log: Logger): PluginHandlers {
  return {
    async queryData(request, scope) {
      const answers = new Map<string, DataResponse>();
      for (const query of request.queries) {
        const response = await answer(query, request, scope, log);
        if (response) {
          answers.set(query.refId, response);
        }
      }
      return answers;
    },
    async checkHealth({ dataSource }) {
      const settings = dataSource?.jsonData as { throw?: string } | undefined;
      if (settings?.throw) {
        throw new Error(settings.throw);
      }
      return { status: 'ok', message: 'up', details: { jsonData: settings } };
    },
    async callResource(request): Promise<ResourceResponse> {
      switch (request.path) {
        case 'throw':
          throw new Error('no resource');
        case 'status':
          return { status: Number(request.query.get('code')), body: '' };
        case 'length':
          return { status: 200, headers: { 'Content-Length': ['1'] }, body: String(request.body.length) };
        case 'print':
          await print();
          return { status: 204, body: '' };
        case 'crash':
          setTimeout(() => {
            throw new Error('crashed');
          });
          return { status: 202, body: '' };
        case 'reject':
          void Promise.reject(new Error('forgotten'));
          return { status: 202, body: '' };
        default: {
          const { method, path, query, headers, body } = request;
          const echo = { method, path, query: [...query], headers, body: Buffer.from(body).toString() };
          return { status: 201, headers: { 'Content-Type': ['application/json'] }, body: JSON.stringify(echo) };
        }
      }
    },
    async collectMetrics() {
      return 'sample_up 1\n';
    },
    async subscribeStream({ path, data }) {
      switch (path) {
        case 'throw':
          throw new Error('no stream');
        case 'secret':
          return { status: 'permission-denied' };
        case 'missing':
          return { status: 'not-found' };
        default:
          return { status: 'ok', data: { path, data } };
      }
    },
    async runStream({ path, data }, send, { signal }) {
      if (path === 'throw') {
        throw new Error('stream broke');
      }
      const { count, padding = '' } = (data ?? { count: Infinity }) as { count: number; padding?: string };
      let sent = 0;
      try {
        while (sent < count) {
          await send({ i: sent, padding });
          sent += 1;
        }
      } finally {
        log.info('stream ended', { sent, aborted: signal.aborted });
      }
    },
    async shutdown() {
      log.info('shutting down');
      if (process.env.SAMPLE_SHUTDOWN === 'never') {
        await new Promise(() => undefined);
      }
    },
  };
}

await serve((log) => {
  if (process.env.SAMPLE_CREATE === 'throw') {
    throw new Error('the store is broken');
  }
  return handlers(log);
});
