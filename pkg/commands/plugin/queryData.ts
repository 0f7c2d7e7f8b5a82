import { encodeFrame } from '../../frames/encodeFrame.ts';
import type { CallScope, DataQuery, DataResponse, QueryDataRequest } from '../../grafana/handlers.ts';
import { header } from '../../grafana/headers.ts';
import type { Logger } from '../../grafana/log.ts';
import type { QueryContext } from '../../query/context.ts';
import { runQuery } from '../../query/run.ts';
import { validateQuery } from '../../query/validate.ts';
import type { DataSource } from './dataSource.ts';
import { errorStatus } from './errorStatus.ts';

/** A live answer that is not older, and not older than a poll, serves all panels: PMTA is not asked for each of them. */
const liveReuseMs = 5_000;

/** Answers each query on its own: one that fails carries its own error beside the others' frames. */
export async function queryData(
  request: QueryDataRequest,
  dataSource: () => Promise<DataSource>,
  scope: CallScope,
  log: Logger
): Promise<Map<string, DataResponse>> {
  const fromAlert = header(request.headers, 'FromAlert') === 'true';
  const answers = await Promise.all(
    request.queries.map(async (query): Promise<[string, DataResponse]> => {
      try {
        const valid = validateQuery(query.json, query.queryType);
        const frames = await runQuery(valid, contextOf(query, await dataSource(), fromAlert, scope.signal));
        return [query.refId, { frames: frames.map(encodeFrame) }];
      } catch (error) {
        return [query.refId, { frames: [], error: responseError(error, log) }];
      }
    })
  );
  return new Map(answers);
}

function contextOf(query: DataQuery, dataSource: DataSource, fromAlert: boolean, signal: AbortSignal): QueryContext {
  const { fromMs, toMs, intervalMs, maxDataPoints } = query;
  return {
    refId: query.refId,
    range: { fromMs, toMs, intervalMs, maxDataPoints },
    nowMs: Date.now(),
    pollSeconds: dataSource.settings.pollSeconds,
    lagBytes: dataSource.intake.state().reduce((sum, { accounting }) => sum + accounting.lagBytes, 0),
    fromAlert,
    signal,
    table: (name) => `${dataSource.database}.${name}`,
    async select(statement) {
      const engine = await dataSource.engine();
      return engine.query(statement, signal);
    },
    nodes: [...dataSource.monitors.values()].map((monitor) => ({
      name: monitor.node,
      get: (resource, aborted) =>
        monitor.get(resource, {
          signal: aborted,
          maxAgeMs: Math.min(liveReuseMs, dataSource.settings.pollSeconds * 1000),
        }),
    })),
  };
}

/** `downstream` is what is not the plugin's own fault. */
function responseError(error: unknown, log: Logger): NonNullable<DataResponse['error']> {
  const message = error instanceof Error ? error.message : String(error);
  const status = errorStatus(error);
  if (status !== undefined) {
    return { message, status, source: 'downstream' };
  }
  log.error('a query failed', { error: message, stack: error instanceof Error ? (error.stack ?? '') : '' });
  return { message: `The plugin failed: ${message}`, status: 500, source: 'plugin' };
}
