import type { TimeRange } from '@grafana/data';
import { useEffect, useState } from 'react';

import type { PowerMta } from '../plugin.ts';
import type { Variable } from './model.ts';
import { type Choices, type ResolvedVariable, resolveVariables } from './variables.ts';

interface State {
  /** Undefined until every variable has its options. */
  resolved?: ResolvedVariable[];
  failure?: string;
}

/** The dashboard's variables, resolved again when a choice or the time range changes. */
export function useVariables(powermta: PowerMta, variables: Variable[], range: TimeRange, choices: Choices): State {
  const [state, setState] = useState<State>({});
  const key = JSON.stringify([...choices]);
  useEffect(() => {
    let current = true;
    resolveVariables(variables, powermta.dataSource, range, choices).then(
      (resolved) => current && setState({ resolved }),
      (error: unknown) =>
        current && setState({ resolved: [], failure: error instanceof Error ? error.message : JSON.stringify(error) })
    );
    return () => {
      current = false;
    };
    // The key stands for the choices, which are a new map at every rendering.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [powermta, variables, range, key]);
  return state;
}
