import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';
import React, { useId } from 'react';

import { testIds } from '../testIds';
import { canGroupBy } from './dimensions';
import { type FieldsProps } from './fields';
import { dimensionLabel } from './labels';

export function GroupByField({ query, groupOptions, onChange }: FieldsProps) {
  const id = useId();
  const groupBy = query.groupBy ?? [];
  const unknown = groupBy.filter((key) => !canGroupBy(query, key));

  return (
    <EditorField
      label="Group by"
      optional
      tooltip="One series, or one row, for each combination of these"
      invalid={unknown.length > 0}
      error={unknown.length > 0 ? `Remove ${unknown.map(dimensionLabel).join(', ')}: not known here.` : undefined}
    >
      <MultiCombobox
        id={`${id}-group-by`}
        data-testid={testIds.query.groupBy}
        options={groupOptions}
        value={groupBy.map((value) => ({ value, label: dimensionLabel(value) }))}
        createCustomValue
        isClearable
        placeholder="Everything together"
        width={40}
        onChange={(chosen) => onChange({ ...query, groupBy: chosen.map(({ value }) => value) })}
      />
    </EditorField>
  );
}
