import type { FieldConfig, Frame, FrameMeta, TimeField } from './frame.ts';
import { FrameError } from './frameError.ts';
import { noDataFrame } from './noDataFrame.ts';
import { seriesKey } from './seriesKey.ts';

export interface Series {
  /** What tells this series from the others; in the order in which the legend shows the values. */
  labels: Record<string, string>;
  /** Milliseconds since the epoch (or nanoseconds as BigInt64Array), oldest first. */
  times: TimeField['values'];
  /**
   * As many as there are times. A Float64Array is used as it is; an array may hold null for "no value here", which an
   * alert rule with a strict reducer turns into NaN, so leave such points out where the query is for a rule.
   */
  values: Float64Array | ReadonlyArray<number | null>;
}

export interface TimeSeries {
  refId: string;
  /** What the values are, as `delivered`. */
  name: string;
  series: Series[];
  /** Milliseconds between two points: where one is missing, panels draw a gap instead of a line. */
  intervalMs?: number;
  config?: FieldConfig;
  meta?: FrameMeta;
}

/**
 * A frame for each series, of the data plane type that alerting and panels both read by labels. Series without points
 * are dropped, because an alert rule would take them for normal; if none is left, the answer is "no data". Throws a
 * FrameError where two series have the same labels.
 */
export function timeSeriesMulti({ refId, name, series, intervalMs, config, meta }: TimeSeries): Frame[] {
  const typed: FrameMeta = { ...meta, type: 'timeseries-multi', typeVersion: [0, 1] };
  const frames = series
    .filter(({ times }) => times.length > 0)
    .map(({ labels, times, values }, index): Frame => {
      return {
        refId,
        meta: index === 0 ? typed : withoutSummary(typed),
        fields: [
          {
            name: 'time',
            kind: 'time',
            values: times,
            ...(intervalMs !== undefined && { config: { interval: intervalMs } }),
          },
          {
            name,
            kind: 'float64',
            nullable: !(values instanceof Float64Array),
            values,
            labels,
            config: { ...legend(labels), ...config },
          },
        ],
      };
    });
  refuseTwins(frames);
  return frames.length > 0 ? frames : [noDataFrame(refId, typed)];
}

/** What is said of the whole answer is said once, or panels and the inspector would repeat it for each series. */
function withoutSummary({ notices, stats, executedQueryString, ...meta }: FrameMeta): FrameMeta {
  return meta;
}

/** Label values alone; without labels, or with an empty one, Grafana's own name says more: `delivered {node=""}`. */
function legend(labels: Record<string, string>): FieldConfig {
  const values = Object.values(labels);
  return values.length > 0 && values.every((value) => value !== '') ? { displayNameFromDS: values.join(', ') } : {};
}

function refuseTwins(frames: Frame[]): void {
  const seen = new Set<string>();
  for (const frame of frames) {
    const key = seriesKey('', frame.fields[1]?.labels);
    if (seen.has(key)) {
      throw new FrameError(frame, 'another series has the same labels: group by what tells them apart', 1);
    }
    seen.add(key);
  }
}
