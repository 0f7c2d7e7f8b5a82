import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, EmptyState, LinkButton, useStyles2 } from '@grafana/ui';

import { useLocation, withPageParameters } from '../frame/location.ts';
import { useSize } from '../frame/size.ts';
import { TimeControls } from '../frame/TimeControls.tsx';
import { useTimeRange } from '../frame/timeRange.ts';
import { Toolbar } from '../frame/Toolbar.tsx';
import type { PowerMta } from '../plugin.ts';
import { FilterBar } from './FilterBar.tsx';
import { Grid } from './Grid.tsx';
import type { Dashboard } from './model.ts';
import { useDashboards } from './useDashboards.ts';
import { useVariables } from './useVariables.ts';
import { VariableBar } from './VariableBar.tsx';
import { choicesOf, filtersOf } from './variables.ts';

function Links({ dashboard }: { dashboard: Dashboard }) {
  const links = (dashboard.links ?? []).filter(({ url }) => url);
  return (
    <>
      {links.map(({ title, url }) => (
        <LinkButton key={title} variant="secondary" size="sm" href={withPageParameters(url ?? '/')}>
          {title}
        </LinkButton>
      ))}
    </>
  );
}

const none: never[] = [];

function OpenDashboard({ powermta, dashboard }: { powermta: PowerMta; dashboard: Dashboard }) {
  const styles = useStyles2(getStyles);
  const { search } = useLocation();
  const time = useTimeRange(dashboard.time ?? { from: 'now-6h', to: 'now' });
  const variables = dashboard.templating?.list ?? none;
  const choices = choicesOf(search);
  const { resolved, failure } = useVariables(powermta, variables, time.range, choices);
  const adHoc = variables.find(({ type }) => type === 'adhoc');
  const filters = filtersOf(adHoc, choices);
  const [element, { width }] = useSize<HTMLDivElement>();
  const chosen = resolved?.map((each) => each.chosen);
  return (
    <div>
      <Toolbar title={dashboard.title}>
        <Links dashboard={dashboard} />
        <TimeControls time={time} loading={false} initialInterval={dashboard.refresh || ''} />
      </Toolbar>
      <VariableBar resolved={resolved ?? none}>
        {adHoc && <FilterBar powermta={powermta} variable={adHoc} filters={filters} range={time.range} />}
      </VariableBar>
      {failure && (
        <Alert severity="error" title="The variables could not be read">
          {failure}
        </Alert>
      )}
      <div ref={element} className={styles.grid}>
        {resolved && width > 0 && (
          <Grid
            powermta={powermta}
            dashboard={dashboard}
            width={width}
            time={time}
            filters={filters}
            revision={JSON.stringify([
              time.range.from.valueOf(),
              time.range.to.valueOf(),
              time.revision,
              chosen,
              filters,
            ])}
          />
        )}
      </div>
    </div>
  );
}

/** One bundled dashboard, opened by its uid. */
export function DashboardView({ powermta, uid }: { powermta: PowerMta; uid: string }) {
  const dashboards = useDashboards(powermta);
  const found = dashboards?.find(({ dashboard }) => dashboard.uid === uid);
  if (found) {
    return <OpenDashboard powermta={powermta} dashboard={found.dashboard} />;
  }
  return dashboards ? <EmptyState variant="not-found" message={`No dashboard has the uid "${uid}"`} /> : null;
}

const getStyles = (theme: GrafanaTheme2) => ({ grid: css({ margin: theme.spacing(0, 2, 2) }) });
