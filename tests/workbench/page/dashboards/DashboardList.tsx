import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Card, EmptyState, TagList, useStyles2 } from '@grafana/ui';

import { withPageParameters } from '../frame/location.ts';
import type { PowerMta } from '../plugin.ts';
import { useDashboards } from './useDashboards.ts';

/** The dashboards that the plugin brings. */
export function DashboardList({ powermta }: { powermta: PowerMta }) {
  const styles = useStyles2(getStyles);
  const dashboards = useDashboards(powermta);
  if (dashboards?.length === 0) {
    return <EmptyState variant="not-found" message="The plugin brings no dashboards" />;
  }
  return (
    <div className={styles.list}>
      <h1 className={styles.title}>Dashboards</h1>
      {dashboards?.map(({ dashboard }) => (
        <Card key={dashboard.uid} href={withPageParameters(`/d/${dashboard.uid}`)} noMargin>
          <Card.Heading>{dashboard.title}</Card.Heading>
          {dashboard.description && <Card.Description>{dashboard.description}</Card.Description>}
          <Card.Tags>
            <TagList tags={dashboard.tags ?? []} />
          </Card.Tags>
        </Card>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    maxWidth: 1200,
    padding: theme.spacing(3),
  }),
  title: css({ ...theme.typography.h2, margin: 0 }),
});
