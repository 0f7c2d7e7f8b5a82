import { css } from '@emotion/css';
import {
  type DataFrame,
  type GrafanaTheme2,
  LoadingState,
  renderTextPanelMarkdown,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import type { SortOrder, TooltipDisplayMode, VizLegendOptions } from '@grafana/schema';
import { RenderUserContentAsHTML, useStyles2 } from '@grafana/ui';
import type { ComponentProps } from 'react';

import { DataTable } from '../panels/DataTable.tsx';
import { Graph } from '../panels/Graph.tsx';
import { logLines } from '../panels/logLine.ts';
import { LogLines } from '../panels/LogLines.tsx';
import { Bars, type ReducedOptions, Stat } from '../panels/Stat.tsx';
import { templateSrv } from '../services/templates.ts';
import type { Panel } from './model.ts';

interface Props {
  panel: Panel;
  frames: DataFrame[];
  state: LoadingState;
  width: number;
  height: number;
  range: TimeRange;
  scopedVars: ScopedVars;
  onChangeRange(range: { from: number; to: number }): void;
}

interface GraphOptions {
  legend?: Partial<VizLegendOptions>;
  tooltip?: { mode?: TooltipDisplayMode; sort?: SortOrder };
}

function NoData({ panel, state }: { panel: Panel; state: LoadingState }) {
  const styles = useStyles2(getStyles);
  const waiting = state === LoadingState.NotStarted || state === LoadingState.Loading;
  return <div className={styles.noData}>{waiting ? '' : (panel.fieldConfig?.defaults?.noValue ?? 'No data')}</div>;
}

/** The inside of a panel. Types that only Grafana itself can draw show their data as a table. */
export function PanelContent({ panel, frames, state, width, height, range, scopedVars, onChangeRange }: Props) {
  const options = panel.options ?? {};
  if (panel.type === 'text') {
    const content = templateSrv.replace(String(options.content ?? ''), scopedVars);
    return <RenderUserContentAsHTML className="markdown-html" content={renderTextPanelMarkdown(content)} />;
  }
  const filled = frames.filter((frame) => frame.fields.length > 0 && frame.length > 0);
  if (filled.length === 0) {
    return <NoData panel={panel} state={state} />;
  }
  const size = { width, height };
  switch (panel.type) {
    case 'timeseries': {
      const { legend, tooltip } = options as GraphOptions;
      return (
        <Graph
          {...size}
          frames={filled}
          range={range}
          onChangeRange={onChangeRange}
          legend={legend}
          tooltip={tooltip}
        />
      );
    }
    case 'stat':
    case 'gauge':
      return <Stat {...size} frames={filled} options={options as ReducedOptions} fieldConfig={panel.fieldConfig} />;
    case 'bargauge':
      return <Bars {...size} frames={filled} options={options as ReducedOptions} fieldConfig={panel.fieldConfig} />;
    case 'logs':
      return (
        <div style={size}>
          <LogLines lines={logLines(filled)} wrap={options.wrapLogMessage !== false} />
        </div>
      );
    default: {
      const tableOptions = panel.type === 'table' ? (options as ComponentProps<typeof DataTable>['options']) : {};
      return <DataTable {...size} frames={filled} range={range} options={tableOptions} />;
    }
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  noData: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    height: '100%',
    color: theme.colors.text.secondary,
  }),
});
