import { css } from '@emotion/css';
import type { GrafanaTheme2, TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Combobox, IconButton, InlineLabel, Tag, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import type { PowerMta } from '../plugin.ts';
import type { Variable } from './model.ts';
import { type AdHocFilter, filterToUrl } from './variables.ts';

interface Props {
  powermta: PowerMta;
  variable: Variable;
  filters: AdHocFilter[];
  range: TimeRange;
}

const operators = ['=', '!=', '=~', '!~', '<', '>'].map((value) => ({ label: value, value }));

/** Ad hoc filters: pills of those set, and key, operator, value for one more. */
export function FilterBar({ powermta, variable, filters, range }: Props) {
  const styles = useStyles2(getStyles);
  const [key, setKey] = useState<string | null>(null);
  const [operator, setOperator] = useState('=');
  const { dataSource } = powermta;
  const save = (next: AdHocFilter[]) => {
    locationService.partial({ [`var-${variable.name}`]: next.length > 0 ? next.map(filterToUrl) : [''] });
    setKey(null);
  };
  const keys = async () => {
    const found = await dataSource.getTagKeys?.({ filters, timeRange: range });
    const list = Array.isArray(found) ? found : (found?.data ?? []);
    return list.map(({ text, value }) => ({ label: text, value: String(value ?? text) }));
  };
  const values = async (search: string) => {
    const found = await dataSource.getTagValues?.({ key: key ?? '', filters, timeRange: range });
    const list = Array.isArray(found) ? found : (found?.data ?? []);
    return list
      .map(({ text, value }) => ({ label: text, value: String(value ?? text) }))
      .filter(({ label }) => label.toLowerCase().includes(search.toLowerCase()));
  };
  return (
    <div className={styles.bar}>
      <InlineLabel htmlFor="filter-key" width="auto">
        {variable.label ?? variable.name}
      </InlineLabel>
      {filters.map((filter, index) => (
        <span key={filterToUrl(filter)} className={styles.pill}>
          <Tag name={`${filter.key} ${filter.operator} ${filter.value}`} />
          <IconButton name="times" tooltip="Remove filter" onClick={() => save(filters.toSpliced(index, 1))} />
        </span>
      ))}
      <Combobox
        id="filter-key"
        placeholder="Add filter"
        options={keys}
        value={key}
        width={24}
        onChange={(option) => setKey(option.value)}
      />
      {key !== null && (
        <>
          <Combobox
            data-testid="filter-operator"
            options={operators}
            value={operator}
            width={8}
            onChange={(option) => setOperator(option.value)}
          />
          <Combobox
            key={key}
            data-testid="filter-value"
            placeholder="Value"
            options={values}
            value={null}
            width={32}
            createCustomValue
            onChange={({ value }) => save([...filters, { key, operator, value, values: [value] }])}
          />
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5) }),
  pill: css({ display: 'inline-flex', alignItems: 'center' }),
});
