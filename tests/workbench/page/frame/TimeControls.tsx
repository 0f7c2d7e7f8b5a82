import { dateTime, type TimeRange } from '@grafana/data';
import { RefreshPicker, TimeRangePicker } from '@grafana/ui';
import { useEffect, useState } from 'react';

import type { TimeRangeState } from './timeRange.ts';

interface Props {
  time: TimeRangeState;
  loading: boolean;
  /** `5s`, or empty for none. */
  initialInterval?: string;
  /** Says "Run query" on the button instead of showing a bare arrow. */
  runButton?: boolean;
}

function moved(range: TimeRange, factor: number): TimeRange {
  const span = range.to.valueOf() - range.from.valueOf();
  const from = dateTime(range.from.valueOf() + span * factor);
  const to = dateTime(range.to.valueOf() + span * factor);
  return { from, to, raw: { from, to } };
}

function zoomedOut(range: TimeRange): TimeRange {
  const half = (range.to.valueOf() - range.from.valueOf()) / 2;
  const from = dateTime(range.from.valueOf() - half);
  const to = dateTime(range.to.valueOf() + half);
  return { from, to, raw: { from, to } };
}

function milliseconds(interval: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(interval) ?? [];
  return Number(count ?? 0) * { s: 1000, m: 60_000, h: 3_600_000 }[(unit ?? 's') as 's' | 'm' | 'h'];
}

/** Time range, refresh button and automatic refresh, as at the top of Grafana's dashboards and Explore. */
export function TimeControls({ time, loading, initialInterval = '', runButton = false }: Props) {
  const [interval, setChosen] = useState(initialInterval);
  const { range, setRange, refresh } = time;
  useEffect(() => {
    const every = milliseconds(interval);
    if (every > 0) {
      const timer = setInterval(refresh, every);
      return () => clearInterval(timer);
    }
    return undefined;
  }, [interval, refresh]);
  return (
    <>
      <TimeRangePicker
        value={range}
        onChange={setRange}
        onChangeTimeZone={() => undefined}
        onMoveBackward={() => setRange(moved(range, -0.5))}
        onMoveForward={() => setRange(moved(range, 0.5))}
        onZoom={() => setRange(zoomedOut(range))}
        isOnCanvas
      />
      <RefreshPicker
        value={interval}
        onIntervalChanged={setChosen}
        onRefresh={refresh}
        isLoading={loading}
        text={runButton ? 'Run query' : undefined}
        primary={runButton}
        isOnCanvas
      />
    </>
  );
}
