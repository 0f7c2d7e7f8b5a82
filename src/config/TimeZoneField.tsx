import { Combobox, type ComboboxOption, Field } from '@grafana/ui';
import React, { useId } from 'react';

import { type NodeProps } from './NodeCard';
import { changeNode } from './settings';
import { configTestIds } from './testIds';

const options: ComboboxOption[] = [
  { value: 'auto', label: 'Auto', description: "Worked out from the monitor's clock" },
  ...['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((value) => ({ value })),
];

export function TimeZoneField({ settings, node, index, onChange }: NodeProps) {
  const id = useId();

  return (
    <Field
      noMargin
      label="Time zone"
      description="Zone of the PMTA server: the monitor prints its times without one. Auto works it out from the monitor's clock."
    >
      <Combobox
        id={`${id}-zone`}
        data-testid={configTestIds.timeZone}
        options={options}
        value={node.timeZone}
        createCustomValue
        disabled={settings.readOnly}
        width={40}
        onChange={({ value }) => onChange(changeNode(settings, index, { timeZone: value }))}
      />
    </Field>
  );
}
