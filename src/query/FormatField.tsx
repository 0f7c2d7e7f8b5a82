import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import { type Format, formats } from '../../pkg/query/model.ts';
import { testIds } from '../testIds';
import { type FieldsProps, optionsOf } from './fields';
import { formatLabels } from './labels';

const formatOptions = optionsOf(formats, formatLabels);

interface Props extends FieldsProps {
  fallback: Format;
}

export function FormatField({ query, onChange, fallback }: Props) {
  return (
    <EditorField label="Format">
      <RadioButtonGroup
        aria-label="Format"
        data-testid={testIds.query.format}
        options={formatOptions}
        value={formats.find((known) => known === (query.format ?? fallback))}
        onChange={(format) => onChange({ ...query, format })}
      />
    </EditorField>
  );
}
