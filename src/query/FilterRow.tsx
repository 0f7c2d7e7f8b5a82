import { type TimeRange } from '@grafana/data';
import { AccessoryButton, EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { type Filter, filterOperators } from '../../pkg/query/model.ts';
import { type DataSource } from '../datasource';
import { testIds } from '../testIds';
import { type PmtaQuery } from '../types';
import { canFilterBy } from './dimensions';
import { optionsOf } from './fields';
import { FilterValues } from './FilterValues';
import { dimensionLabel, operatorLabels } from './labels';
import { takesList } from './operators';

const operatorOptions = optionsOf(filterOperators, operatorLabels);

export interface FilterRowProps {
  filter: Filter;
  query: PmtaQuery;
  keyOptions: ComboboxOption[];
  datasource: DataSource;
  range?: TimeRange;
  /** The query's other filters, which narrow the values that are offered. */
  others: Filter[];
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

/** One condition. A new key drops the values, which were the old key's. */
export function FilterRow({ onRemove, ...props }: FilterRowProps) {
  const { filter, query, keyOptions, onChange } = props;
  const id = useId();
  const unknown = filter.key !== '' && !canFilterBy(query, filter.key);

  return (
    <div data-testid={testIds.query.filter}>
      <Stack direction="row" gap={1} alignItems="flex-end" wrap="wrap">
        <EditorField
          label="Key"
          invalid={unknown}
          error={unknown ? `Remove it: ${dimensionLabel(filter.key)} is not known here.` : undefined}
        >
          <Combobox
            id={`${id}-key`}
            data-testid={testIds.query.filterKey}
            options={keyOptions}
            value={filter.key === '' ? null : { value: filter.key, label: dimensionLabel(filter.key) }}
            createCustomValue
            placeholder="Choose"
            width={24}
            onChange={({ value }) =>
              onChange({ ...filter, key: value, values: value === filter.key ? filter.values : [] })
            }
          />
        </EditorField>
        <EditorField label="Operator">
          <Combobox
            id={`${id}-operator`}
            data-testid={testIds.query.filterOperator}
            options={operatorOptions}
            value={filter.operator}
            width={12}
            onChange={({ value }) =>
              onChange({
                ...filter,
                operator: value,
                values: takesList(value) ? filter.values : filter.values.slice(0, 1),
              })
            }
          />
        </EditorField>
        <FilterValues {...props} />
        <AccessoryButton
          icon="times"
          variant="secondary"
          aria-label={`Remove filter ${dimensionLabel(filter.key)}`.trim()}
          data-testid={testIds.query.removeFilter}
          onClick={onRemove}
        />
      </Stack>
    </div>
  );
}
