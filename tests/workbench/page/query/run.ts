import {
  type AdHocVariableFilter,
  type CoreApp,
  type DataFrame,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  LoadingState,
  rangeUtil,
  type ScopedVars,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { catchError, from, map, type Observable, of, scan, startWith } from 'rxjs';

export interface RunOptions {
  app: CoreApp;
  targets: DataQuery[];
  range: TimeRange;
  maxDataPoints: number;
  /** Lower bound of the interval, as in a panel's query options. */
  minInterval?: string;
  scopedVars?: ScopedVars;
  filters?: AdHocVariableFilter[];
  panelId?: number;
  dashboardUid?: string;
}

/** What the queries of one panel have answered so far. */
export interface RunResult {
  state: LoadingState;
  series: DataFrame[];
  errors: DataQueryError[];
  request?: DataQueryRequest;
}

export const notStarted: RunResult = { state: LoadingState.NotStarted, series: [], errors: [] };

let runs = 0;

function requestOf(options: RunOptions): DataQueryRequest {
  const { app, range, maxDataPoints, minInterval, panelId, dashboardUid, filters } = options;
  const { interval, intervalMs } = rangeUtil.calculateInterval(range, maxDataPoints, minInterval);
  const scopedVars: ScopedVars = {
    ...options.scopedVars,
    __interval: { text: interval, value: interval },
    __interval_ms: { text: String(intervalMs), value: intervalMs },
  };
  return {
    app,
    requestId: `W${++runs}`,
    timezone: 'browser',
    range,
    rangeRaw: range.raw,
    interval,
    intervalMs,
    maxDataPoints,
    targets: options.targets,
    scopedVars,
    startTime: Date.now(),
    panelId,
    dashboardUID: dashboardUid,
    filters,
  };
}

/** Answers with a key replace the earlier one of that key: a query that was split, or a stream. */
function merged(packets: Map<string, DataQueryResponse>, request: DataQueryRequest): RunResult {
  const answers = [...packets.values()];
  const errors = answers.flatMap((answer) => answer.errors ?? (answer.error ? [answer.error] : []));
  const last = answers.at(-1);
  return {
    state: errors.length > 0 ? LoadingState.Error : (last?.state ?? LoadingState.Done),
    series: answers.flatMap((answer) => answer.data.map((frame) => toDataFrame(frame))),
    errors,
    request,
  };
}

/** Runs the queries of one panel against the data source as Grafana's query runner does; leaving cancels them. */
export function run(dataSource: DataSourceApi, options: RunOptions): Observable<RunResult> {
  const request = requestOf(options);
  request.targets = options.targets.filter((target) => !target.hide && (dataSource.filterQuery?.(target) ?? true));
  if (request.targets.length === 0) {
    return of({ state: LoadingState.Done, series: [], errors: [], request });
  }
  return from(dataSource.query(request)).pipe(
    scan((packets, packet) => new Map(packets).set(packet.key ?? 'A', packet), new Map<string, DataQueryResponse>()),
    map((packets) => merged(packets, request)),
    catchError((error: unknown) =>
      of({ state: LoadingState.Error, series: [], errors: [{ message: String(error) }], request })
    ),
    startWith({ state: LoadingState.Loading, series: [], errors: [], request })
  );
}
