import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Combobox, InlineLabel, Input, MultiCombobox, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

import { all, type ResolvedVariable } from './variables.ts';

function choose(name: string, values: string[]): void {
  locationService.partial({ [`var-${name}`]: values.length > 0 ? values : null });
}

function Picker({ variable, options, chosen }: ResolvedVariable) {
  const id = `var-${variable.name}`;
  if (variable.type === 'textbox') {
    return (
      <Input
        id={id}
        defaultValue={chosen[0]}
        width={24}
        onBlur={(event) => choose(variable.name, [event.currentTarget.value])}
        onKeyDown={(event) => event.key === 'Enter' && choose(variable.name, [event.currentTarget.value])}
      />
    );
  }
  const items = options.map(({ text, value }) => ({ label: text, value }));
  const offered = variable.includeAll ? [{ label: 'All', value: all }, ...items] : items;
  if (variable.multi) {
    return (
      <MultiCombobox
        id={id}
        options={offered}
        value={chosen}
        width="auto"
        minWidth={12}
        maxWidth={40}
        onChange={(next) => {
          const values = next.map(({ value }) => value);
          // The newest choice wins: "All" clears the rest, any other clears "All".
          const onlyAll = values.at(-1) === all;
          choose(variable.name, onlyAll ? [all] : values.filter((value) => value !== all));
        }}
      />
    );
  }
  return (
    <Combobox
      id={id}
      options={offered}
      value={chosen[0] ?? null}
      width="auto"
      minWidth={12}
      onChange={({ value }) => choose(variable.name, [value])}
    />
  );
}

/** The row of pickers below a dashboard's title. */
export function VariableBar({ resolved, children }: { resolved: ResolvedVariable[]; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const shown = resolved.filter(({ variable: { hide, type } }) => hide !== 2 && type !== 'constant');
  return (
    <div className={styles.bar}>
      {shown.map((each) => (
        <div key={each.variable.name} className={styles.item}>
          {each.variable.hide !== 1 && (
            <InlineLabel htmlFor={`var-${each.variable.name}`} width="auto">
              {each.variable.label ?? each.variable.name}
            </InlineLabel>
          )}
          <Picker {...each} />
        </div>
      ))}
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: theme.spacing(0, 2, 1) }),
  item: css({ display: 'flex' }),
});
