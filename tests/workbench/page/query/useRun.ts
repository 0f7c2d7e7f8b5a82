import { type DataSourceApi, LoadingState } from '@grafana/data';
import { useEffect, useState } from 'react';

import { notStarted, run, type RunOptions, type RunResult } from './run.ts';

/**
 * Runs queries again whenever `key` changes; undefined options run nothing. The last answer stays on screen while the
 * next one is under way.
 */
export function useRun(dataSource: DataSourceApi, options: RunOptions | undefined, key: string): RunResult {
  const [result, setResult] = useState(notStarted);
  useEffect(() => {
    if (!options) {
      return undefined;
    }
    const running = run(dataSource, options).subscribe((next) =>
      setResult((last) => (next.state === LoadingState.Loading ? { ...last, state: LoadingState.Loading } : next))
    );
    return () => running.unsubscribe();
    // The key stands for the options, which are new objects at every rendering.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dataSource, key]);
  return result;
}
