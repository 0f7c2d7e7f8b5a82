import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { Input, RadioButtonGroup } from '@grafana/ui';
import React, { useId } from 'react';

import { defaults, type LogsQuery } from '../../pkg/query/model.ts';
import { useDraft } from '../components/useDraft';
import { testIds } from '../testIds';
import { type FieldsProps } from './fields';
import { LimitField } from './LimitField';

const directions: Array<{ value: LogsQuery['direction']; label: string; description: string }> = [
  { value: 'backward', label: 'Newest first', description: 'The last records of the time range' },
  { value: 'forward', label: 'Oldest first', description: 'The first records of the time range' },
];

export function LogsFields(props: FieldsProps) {
  const { query, onChange } = props;
  const id = useId();
  const { inputProps } = useDraft({
    value: query.search ?? defaults.logs.search,
    onCommit: (search) => onChange({ ...query, search }),
  });
  const direction = query.direction ?? defaults.logs.direction;

  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField label="Search" tooltip="Text that the line must contain; upper and lower case are the same">
          <Input
            {...inputProps}
            id={`${id}-search`}
            data-testid={testIds.query.search}
            placeholder="5.7.1, a domain, words of the reply…"
            width={40}
          />
        </EditorField>
        <EditorField label="Direction">
          <RadioButtonGroup
            aria-label="Direction"
            data-testid={testIds.query.direction}
            options={directions}
            value={directions.find(({ value }) => value === direction)?.value}
            onChange={(value) => onChange({ ...query, direction: value })}
          />
        </EditorField>
        <LimitField {...props} fallback={defaults.logs.limit} tooltip="Most lines of one answer" />
      </EditorFieldGroup>
    </EditorRow>
  );
}
