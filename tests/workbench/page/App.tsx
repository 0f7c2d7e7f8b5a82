import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, ErrorBoundaryAlert, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { type MouseEvent, useCallback, useEffect, useState } from 'react';

import { ConfigurationView } from './configuration/ConfigurationView.tsx';
import { DashboardList } from './dashboards/DashboardList.tsx';
import { DashboardView } from './dashboards/DashboardView.tsx';
import { ExploreView } from './explore/ExploreView.tsx';
import { goTo, useLocation } from './frame/location.ts';
import { Navigation, ownerOf, type View } from './frame/Navigation.tsx';
import { TopBar } from './frame/TopBar.tsx';
import { loadPowerMta, type PowerMta } from './plugin.ts';

function viewsOf(uid: string): View[] {
  const settings = `/connections/datasources/edit/${uid}`;
  return [
    { label: 'Dashboards', icon: 'apps', path: '/dashboards', owns: ['/dashboards', '/d/'] },
    { label: 'Explore', icon: 'compass', path: '/explore', owns: ['/explore'] },
    { label: 'Data source', icon: 'database', path: settings, owns: ['/connections/'] },
  ];
}

/** Links within the page change the view without loading it again. */
function followWithinPage(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (link && plain && link.target !== '_blank' && link.origin === window.location.origin) {
    event.preventDefault();
    goTo(link.pathname + link.search);
  }
}

function CurrentView({ powermta, reload }: { powermta: PowerMta; reload(): Promise<PowerMta> }) {
  const { pathname } = useLocation();
  if (pathname.startsWith('/connections/')) {
    return <ConfigurationView powermta={powermta} onSaved={reload} />;
  }
  if (pathname.startsWith('/explore')) {
    return <ExploreView powermta={powermta} />;
  }
  const [, uid] = /^\/d\/([^/]+)/.exec(pathname) ?? [];
  return uid ? <DashboardView key={uid} uid={uid} powermta={powermta} /> : <DashboardList powermta={powermta} />;
}

export function App() {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  const [powermta, setPowermta] = useState<PowerMta>();
  const [failure, setFailure] = useState<string>();
  const reload = useCallback(async () => {
    const loaded = await loadPowerMta();
    setPowermta(loaded);
    return loaded;
  }, []);
  useEffect(() => {
    loadPowerMta().then(setPowermta, (error: unknown) =>
      setFailure(error instanceof Error ? error.message : JSON.stringify(error))
    );
  }, []);

  if (failure) {
    return (
      <Alert severity="error" title="The plugin could not be loaded">
        {failure}
      </Alert>
    );
  }
  if (!powermta) {
    return <LoadingPlaceholder text="Loading the plugin…" />;
  }
  const views = viewsOf(powermta.settings.uid);
  const { logos } = powermta.meta.info;
  return (
    <div className={styles.page} onClick={followWithinPage}>
      <Navigation views={views} logo={`${powermta.meta.baseUrl}/${logos.small}`} />
      <main className={styles.main}>
        <TopBar crumbs={['Home', ownerOf(views, pathname)?.label ?? 'Dashboards']} />
        <div className={styles.view}>
          <ErrorBoundaryAlert key={pathname}>
            <CurrentView powermta={powermta} reload={reload} />
          </ErrorBoundaryAlert>
        </div>
      </main>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', height: '100vh', background: theme.colors.background.canvas }),
  main: css({ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0 }),
  view: css({ flex: 1, overflow: 'auto' }),
});
