import { css } from '@emotion/css';
import { CoreApp, type GrafanaTheme2, LoadingState } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { Button, ToolbarButton, useStyles2 } from '@grafana/ui';
import { useRef, useState } from 'react';

import { useLocation } from '../frame/location.ts';
import { useSize } from '../frame/size.ts';
import { TimeControls } from '../frame/TimeControls.tsx';
import { useTimeRange } from '../frame/timeRange.ts';
import { Toolbar } from '../frame/Toolbar.tsx';
import type { PowerMta } from '../plugin.ts';
import { Messages } from '../query/Messages.tsx';
import { useRun } from '../query/useRun.ts';
import { nextRefId, queriesOfAddress, saveQueries } from './exploreState.ts';
import { InspectDrawer } from './InspectDrawer.tsx';
import { QueryRow } from './QueryRow.tsx';
import { Results } from './Results.tsx';

function newQuery(powermta: PowerMta, refId: string): DataQuery {
  const { uid, type } = powermta.settings;
  return { ...powermta.dataSource.getDefaultQuery?.(CoreApp.Explore), refId, datasource: { uid, type } };
}

/** Grafana's Explore for the one data source: queries, their results, and what was executed. */
export function ExploreView({ powermta }: { powermta: PowerMta }) {
  const styles = useStyles2(getStyles);
  const { search } = useLocation();
  const time = useTimeRange({ from: 'now-1h', to: 'now' });
  const [queries, setQueries] = useState<DataQuery[]>(
    () => queriesOfAddress(search) ?? [newQuery(powermta, nextRefId([]))]
  );
  // An editor may change its query and run it in one go, before this view has been rendered again.
  const latest = useRef(queries);
  const [ran, setRan] = useState<DataQuery[]>(queries);
  const [inspecting, setInspecting] = useState(false);
  const [element, { width }] = useSize<HTMLDivElement>();
  const { range, revision } = time;
  const options = { app: CoreApp.Explore, targets: ran, range, maxDataPoints: Math.max(width, 100) };
  const key = JSON.stringify([ran, revision, range.from.valueOf(), range.to.valueOf(), width > 0]);
  const result = useRun(powermta.dataSource, width > 0 ? options : undefined, key);

  const change = (next: DataQuery[]) => {
    latest.current = next;
    setQueries(next);
  };
  const runQueries = () => {
    setRan(latest.current);
    saveQueries(latest.current);
    time.refresh();
  };

  return (
    <div>
      <Toolbar title="Explore">
        <TimeControls
          time={{ ...time, refresh: runQueries }}
          loading={result.state === LoadingState.Loading}
          runButton
        />
      </Toolbar>
      <div className={styles.body} ref={element}>
        {queries.map((query, index) => (
          <QueryRow
            key={query.refId}
            powermta={powermta}
            query={query}
            queries={queries}
            range={range}
            result={result}
            onChange={(next) => change(latest.current.with(index, next))}
            onRunQuery={runQueries}
            onRemove={queries.length > 1 ? () => change(queries.toSpliced(index, 1)) : undefined}
          />
        ))}
        <div className={styles.actions}>
          <Button
            variant="secondary"
            icon="plus"
            onClick={() => change([...queries, newQuery(powermta, nextRefId(queries))])}
          >
            Add query
          </Button>
          <ToolbarButton icon="info-circle" variant="canvas" onClick={() => setInspecting(true)}>
            Inspector
          </ToolbarButton>
        </div>
        <Messages errors={result.errors} frames={result.series} />
        <Results result={result} targets={ran} range={range} onChangeRange={time.setRange} width={width} />
      </div>
      {inspecting && <InspectDrawer result={result} onClose={() => setInspecting(false)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), margin: theme.spacing(0, 2, 2) }),
  actions: css({ display: 'flex', gap: theme.spacing(1) }),
});
