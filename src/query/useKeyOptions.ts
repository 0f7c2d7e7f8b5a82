import { type ComboboxOption } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';

import { type DataSource, type DimensionInfo } from '../datasource';
import { type PmtaQuery } from '../types';
import { canFilterBy, canGroupBy, filterKeys, groupKeys } from './dimensions';
import { type DimensionLabel, dimensionLabel, dimensionLabels } from './labels';

/** What the query can be grouped and filtered by, the extra accounting columns that are stored among them. */
export function useKeyOptions(query: PmtaQuery, datasource: DataSource) {
  const extra = useExtraDimensions(datasource);
  return useMemo(
    () => ({
      groupOptions: [...groupKeys(query).map(toOption), ...extra.filter(({ value }) => canGroupBy(query, value))],
      keyOptions: [...filterKeys(query).map(toOption), ...extra.filter(({ value }) => canFilterBy(query, value))],
    }),
    [query, extra]
  );
}

function toOption(value: string): ComboboxOption {
  const known: Record<string, DimensionLabel | undefined> = dimensionLabels;
  const label = known[value];
  return {
    value,
    label: dimensionLabel(value),
    description: label?.fields ? `${label.description} (from ${label.fields})` : label?.description,
  };
}

function useExtraDimensions(datasource: DataSource): ComboboxOption[] {
  const [stored, setStored] = useState<DimensionInfo[]>([]);
  useEffect(() => {
    let current = true;
    datasource.dimensions().then(
      (found) => current && setStored(found),
      // The editor works without them: the names of the contract are always offered, and any other can be typed.
      () => undefined
    );
    return () => {
      current = false;
    };
  }, [datasource]);
  return useMemo(
    () =>
      stored
        .filter(({ name }) => name.startsWith('extra.'))
        .map(({ name }) => ({ value: name, label: dimensionLabel(name) })),
    [stored]
  );
}
