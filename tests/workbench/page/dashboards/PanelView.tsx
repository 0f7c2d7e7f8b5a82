import {
  CoreApp,
  type DataFrame,
  dateTime,
  LoadingState,
  type ScopedVars,
  type TimeRange,
  transformDataFrame,
} from '@grafana/data';
import { Icon, PanelChrome, Tooltip, useTheme2 } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';

import { withFieldConfig } from '../panels/fieldConfig.ts';
import type { PowerMta } from '../plugin.ts';
import { errorText, noticesOf } from '../query/Messages.tsx';
import type { RunResult } from '../query/run.ts';
import { useRun } from '../query/useRun.ts';
import { templateSrv } from '../services/templates.ts';
import type { Box } from './grid.ts';
import type { Panel } from './model.ts';
import { PanelContent } from './PanelContent.tsx';
import type { AdHocFilter } from './variables.ts';

interface Props {
  powermta: PowerMta;
  dashboardUid: string;
  panel: Panel;
  scopedVars: ScopedVars;
  box: Box;
  range: TimeRange;
  onChangeRange(range: TimeRange): void;
  filters: AdHocFilter[];
  /** Changes when the panel has to ask again: refresh, time range, variables. */
  revision: string;
}

/** The frames after the panel's transformations. */
function useTransformed({ series }: RunResult, panel: Panel, scopedVars: ScopedVars): DataFrame[] {
  const [frames, setFrames] = useState<DataFrame[]>([]);
  useEffect(() => {
    const interpolate = (text: string) => templateSrv.replace(text, scopedVars);
    const transforming = transformDataFrame(panel.transformations ?? [], series, { interpolate }).subscribe(setFrames);
    return () => transforming.unsubscribe();
    // Panel and variables are constant as long as the answer is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [series]);
  return frames;
}

function Notices({ frames }: { frames: DataFrame[] }) {
  return (
    <>
      {noticesOf(frames).map(({ severity, text }) => (
        <Tooltip key={text} content={text}>
          <Icon name={severity === 'info' ? 'info-circle' : 'exclamation-triangle'} data-testid="panel-notice" />
        </Tooltip>
      ))}
    </>
  );
}

/** One panel of a dashboard: asks its own queries, transforms, and draws. */
export function PanelView(props: Props) {
  const { powermta, dashboardUid, panel, scopedVars, box, range, onChangeRange, filters, revision } = props;
  const theme = useTheme2();
  const options = {
    app: CoreApp.Dashboard,
    targets: panel.targets ?? [],
    range,
    maxDataPoints: panel.maxDataPoints ?? Math.max(box.width, 100),
    minInterval: panel.interval,
    scopedVars,
    filters,
    panelId: panel.id,
    dashboardUid,
  };
  const result = useRun(powermta.dataSource, panel.targets?.length ? options : undefined, revision);
  const transformed = useTransformed(result, panel, scopedVars);
  const frames = useMemo(
    () => withFieldConfig(transformed, panel.type, panel.fieldConfig, theme, scopedVars),
    [transformed, panel, theme, scopedVars]
  );
  const title = templateSrv.replace(panel.title, scopedVars);
  return (
    <section
      style={{ position: 'absolute', left: box.left, top: box.top }}
      aria-label={title || `Panel ${panel.id}`}
      data-panel-type={panel.type}
      data-state={result.state}
    >
      <PanelChrome
        title={title}
        description={panel.description ? templateSrv.replace(panel.description, scopedVars) : undefined}
        titleItems={<Notices frames={result.series} />}
        width={box.width}
        height={box.height}
        padding={panel.type === 'table' || panel.type === 'logs' ? 'none' : 'md'}
        displayMode={panel.transparent ? 'transparent' : 'default'}
        loadingState={result.state === LoadingState.Loading ? LoadingState.Loading : undefined}
        statusMessage={result.errors.map(errorText).join('\n') || undefined}
      >
        {(width, height) => (
          <PanelContent
            panel={panel}
            frames={frames}
            state={result.state}
            width={width}
            height={height}
            range={range}
            scopedVars={scopedVars}
            onChangeRange={({ from, to }) => {
              const raw = { from: dateTime(from), to: dateTime(to) };
              onChangeRange({ ...raw, raw });
            }}
          />
        )}
      </PanelChrome>
    </section>
  );
}
