import { type RawTimeRange, rangeUtil, type TimeRange, toUtc } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useCallback, useMemo, useState } from 'react';

import { templateSrv } from '../services/templates.ts';
import { useLocation } from './location.ts';

function fromUrl(text: string): RawTimeRange['from'] {
  return /^\d+$/.test(text) ? toUtc(Number(text)) : text;
}

function toUrl(value: RawTimeRange['from']): string {
  return typeof value === 'string' ? value : String(value.valueOf());
}

export interface TimeRangeState {
  range: TimeRange;
  setRange(range: TimeRange): void;
  /** Reads the clock again: `now` moves only then, as in Grafana. */
  refresh(): void;
  /** Counts refreshes; part of the key of a query's run. */
  revision: number;
}

/** The time range in the address (`from`, `to`), evaluated at the last refresh. */
export function useTimeRange(fallback: { from: string; to: string }): TimeRangeState {
  const { search } = useLocation();
  const from = search.get('from') ?? fallback.from;
  const to = search.get('to') ?? fallback.to;
  const [revision, setRevision] = useState(0);
  const range = useMemo(() => {
    const evaluated = rangeUtil.convertRawToRange({ from: fromUrl(from), to: fromUrl(to) });
    templateSrv.updateTimeRange(evaluated);
    return evaluated;
    // `revision` is the clock: without it "now" would stay where it was.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [from, to, revision]);
  const setRange = useCallback((next: TimeRange) => {
    locationService.partial({ from: toUrl(next.raw.from), to: toUrl(next.raw.to) });
    setRevision((count) => count + 1);
  }, []);
  const refresh = useCallback(() => setRevision((count) => count + 1), []);
  return { range, setRange, refresh, revision };
}
