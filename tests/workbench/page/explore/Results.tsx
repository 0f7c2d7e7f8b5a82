import { css } from '@emotion/css';
import { type DataFrame, dateTime, LoadingState, type TimeRange } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { EmptyState, PanelChrome, useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';

import { DataTable } from '../panels/DataTable.tsx';
import { withFieldConfig } from '../panels/fieldConfig.ts';
import { Graph } from '../panels/Graph.tsx';
import { logLines } from '../panels/logLine.ts';
import { LogLines } from '../panels/LogLines.tsx';
import { byKind } from '../query/kinds.ts';
import type { RunResult } from '../query/run.ts';

interface Props {
  result: RunResult;
  targets: DataQuery[];
  range: TimeRange;
  onChangeRange(range: TimeRange): void;
  width: number;
}

/** Room for the rows of the longest table, within bounds; the scrollbar of wide rows included. */
function tableHeight(frames: DataFrame[]): number {
  const rows = Math.max(...frames.map(({ length }) => length));
  const chrome = 112;
  return Math.min(480, chrome + rows * 36);
}

/** What the queries looked for, to be marked in the log lines. */
function searchWordsOf(targets: DataQuery[]): string[] {
  return targets.flatMap((target) => ('search' in target && target.search ? [String(target.search)] : []));
}

/** The answers, each shown as its kind asks: graph, table, log lines. */
export function Results({ result, targets, range, onChangeRange, width }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const kinds = useMemo(() => {
    const { graph, table, logs } = byKind(result.series);
    return {
      graph: withFieldConfig(graph, 'timeseries', undefined, theme),
      table: withFieldConfig(table, 'table', undefined, theme),
      lines: logLines(logs),
    };
  }, [result.series, theme]);
  const done = result.state === LoadingState.Done || result.state === LoadingState.Streaming;
  if (done && kinds.graph.length + kinds.table.length + kinds.lines.length === 0) {
    return <EmptyState variant="not-found" message="No data" />;
  }
  const loadingState = result.state;
  return (
    <>
      {kinds.graph.length > 0 && (
        <PanelChrome title="Graph" width={width} height={400} loadingState={loadingState}>
          {(innerWidth, innerHeight) => (
            <Graph
              frames={kinds.graph}
              width={innerWidth}
              height={innerHeight}
              range={range}
              onChangeRange={({ from, to }) => {
                const raw = { from: dateTime(from), to: dateTime(to) };
                onChangeRange({ ...raw, raw });
              }}
            />
          )}
        </PanelChrome>
      )}
      {kinds.table.length > 0 && (
        <PanelChrome
          title="Table"
          width={width}
          height={tableHeight(kinds.table)}
          padding="none"
          loadingState={loadingState}
        >
          {(innerWidth, innerHeight) => (
            <DataTable frames={kinds.table} width={innerWidth} height={innerHeight} range={range} />
          )}
        </PanelChrome>
      )}
      {kinds.lines.length > 0 && (
        <PanelChrome title={`Logs (${kinds.lines.length})`} width={width} height={600} loadingState={loadingState}>
          {(innerWidth, innerHeight) => (
            <div className={styles.logs} style={{ width: innerWidth, height: innerHeight }}>
              <LogLines lines={kinds.lines} searchWords={searchWordsOf(targets)} />
            </div>
          )}
        </PanelChrome>
      )}
    </>
  );
}

const getStyles = () => ({ logs: css({ overflow: 'hidden' }) });
