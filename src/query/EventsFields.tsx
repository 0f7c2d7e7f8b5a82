import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';

import { defaults, measures } from '../../pkg/query/model.ts';
import { testIds } from '../testIds';
import { type FieldsProps, optionsOf } from './fields';
import { FormatField } from './FormatField';
import { GroupByField } from './GroupByField';
import { measureLabels } from './labels';
import { LimitField } from './LimitField';

const measureOptions = optionsOf(measures, measureLabels);

export function EventsFields(props: FieldsProps) {
  const { query, onChange } = props;
  const id = useId();
  const name = query.measure ?? defaults.events.measure;
  const measure = measures.find((known) => known === name);

  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField label="Measure" tooltip={measure && <Formula of={measure} />}>
          <Combobox
            id={`${id}-measure`}
            data-testid={testIds.query.measure}
            options={measureOptions}
            value={measure ?? { value: name, label: name }}
            createCustomValue
            width={28}
            onChange={({ value }) => onChange({ ...query, measure: value })}
          />
        </EditorField>
        <GroupByField {...props} />
        <FormatField {...props} fallback={defaults.events.format} />
        <LimitField {...props} fallback={defaults.events.limit} tooltip="Only the groups with the highest measure" />
      </EditorFieldGroup>
    </EditorRow>
  );
}

function Formula({ of: measure }: { of: keyof typeof measureLabels }) {
  const { description, formula, records } = measureLabels[measure];
  return (
    <>
      {description}: {formula}. Needs <code>records {records.join(',')}</code> in the acct-file of PMTA.
    </>
  );
}
