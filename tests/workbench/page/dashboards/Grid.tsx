import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import type { TimeRangeState } from '../frame/timeRange.ts';
import type { PowerMta } from '../plugin.ts';
import { templateSrv } from '../services/templates.ts';
import { type Box, boxOf, heightOf, place } from './grid.ts';
import type { Dashboard, Panel } from './model.ts';
import { PanelView } from './PanelView.tsx';
import type { AdHocFilter } from './variables.ts';

interface Props {
  powermta: PowerMta;
  dashboard: Dashboard;
  width: number;
  time: TimeRangeState;
  filters: AdHocFilter[];
  revision: string;
}

interface RowProps {
  panel: Panel;
  box: Box;
  open: boolean;
  onToggle(): void;
}

function Row({ panel, box, open, onToggle }: RowProps) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" className={styles.row} style={box} aria-expanded={open} onClick={onToggle}>
      <Icon name={open ? 'angle-down' : 'angle-right'} />
      {templateSrv.replace(panel.title)}
    </button>
  );
}

/** The panels where the dashboard's JSON puts them. */
export function Grid({ powermta, dashboard, width, time, filters, revision }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number) =>
    setOpened((last) => new Set(last.has(id) ? [...last].filter((each) => each !== id) : [...last, id]));
  const placed = place(dashboard.panels, opened);
  return (
    <div style={{ position: 'relative', height: heightOf(placed) }} data-testid="dashboard">
      {placed.map(({ key, panel, scopedVars }) => {
        const box = boxOf(panel.gridPos, width);
        if (panel.type === 'row') {
          const open = !panel.collapsed || opened.has(panel.id);
          return <Row key={key} panel={panel} box={box} open={open} onToggle={() => toggle(panel.id)} />;
        }
        return (
          <PanelView
            key={key}
            powermta={powermta}
            dashboardUid={dashboard.uid}
            panel={panel}
            scopedVars={scopedVars}
            box={box}
            range={time.range}
            onChangeRange={time.setRange}
            filters={filters}
            revision={revision}
          />
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    position: 'absolute',
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    border: 0,
    background: 'none',
    ...theme.typography.h6,
  }),
});
