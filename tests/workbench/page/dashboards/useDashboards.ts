import { useEffect, useState } from 'react';

import type { PowerMta } from '../plugin.ts';
import { loadDashboards, type LoadedDashboard } from './model.ts';

/** The bundled dashboards; undefined while they load. */
export function useDashboards(powermta: PowerMta): LoadedDashboard[] | undefined {
  const [loaded, setLoaded] = useState<LoadedDashboard[]>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    loadDashboards(powermta).then(setLoaded, setFailure);
  }, [powermta]);
  if (failure) {
    throw failure;
  }
  return loaded;
}
