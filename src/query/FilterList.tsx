import { type TimeRange } from '@grafana/data';
import { EditorRow } from '@grafana/plugin-ui';
import { Button, type ComboboxOption, Stack } from '@grafana/ui';
import React from 'react';

import { type Filter } from '../../pkg/query/model.ts';
import { type DataSource } from '../datasource';
import { testIds } from '../testIds';
import { type PmtaQuery } from '../types';
import { type FieldsProps } from './fields';
import { FilterRow } from './FilterRow';
import { isComplete } from './variables';

interface Props extends Omit<FieldsProps, 'groupOptions'> {
  /** What the query can be filtered by. */
  keyOptions: ComboboxOption[];
  datasource: DataSource;
  range?: TimeRange;
  /** Takes the changed query without running it: half a filter is no question yet. */
  onEdit: (query: PmtaQuery) => void;
}

export function FilterList({ query, keyOptions, datasource, range, onEdit, onChange }: Props) {
  const filters = query.filters ?? [];
  const replace = (index: number, filter: Filter) => {
    const changed = { ...query, filters: filters.map((old, position) => (position === index ? filter : old)) };
    const run = isComplete(filter) || filters.some((old, position) => position === index && isComplete(old));
    (run ? onChange : onEdit)(changed);
  };

  return (
    <EditorRow>
      <div role="group" aria-label="Filters">
        <Stack direction="column" gap={1}>
          {filters.map((filter, index) => (
            <FilterRow
              key={index}
              filter={filter}
              query={query}
              keyOptions={keyOptions}
              datasource={datasource}
              range={range}
              others={filters.filter((_, position) => position !== index)}
              onChange={(changed) => replace(index, changed)}
              onRemove={() => onChange({ ...query, filters: filters.filter((_, position) => position !== index) })}
            />
          ))}
          <div>
            <Button
              icon="plus"
              size="sm"
              variant="secondary"
              data-testid={testIds.query.addFilter}
              onClick={() => onEdit({ ...query, filters: [...filters, { key: '', operator: '=', values: [] }] })}
            >
              Add filter
            </Button>
          </div>
        </Stack>
      </div>
    </EditorRow>
  );
}
