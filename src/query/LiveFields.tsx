import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';

import { defaults, resources } from '../../pkg/query/model.ts';
import { testIds } from '../testIds';
import { type FieldsProps, optionsOf } from './fields';
import { resourceLabels } from './labels';
import { LimitField } from './LimitField';

const resourceOptions = optionsOf(resources, resourceLabels);

export function LiveFields(props: FieldsProps) {
  const { query, onChange } = props;
  const id = useId();
  const name = query.resource ?? defaults.live.resource;

  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField label="Resource" tooltip="Asked from PMTA's monitor now, whatever the time range">
          <Combobox
            id={`${id}-resource`}
            data-testid={testIds.query.resource}
            options={resourceOptions}
            value={resources.find((known) => known === name) ?? { value: name, label: name }}
            createCustomValue
            width={28}
            onChange={({ value }) => onChange({ ...query, resource: value })}
          />
        </EditorField>
        <LimitField {...props} fallback={defaults.live.limit} tooltip="Rows with the most recipients" />
      </EditorFieldGroup>
    </EditorRow>
  );
}
