import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import React, { useId } from 'react';

import { useDraft } from '../components/useDraft';
import { testIds } from '../testIds';
import { type FieldsProps } from './fields';

interface Props extends FieldsProps {
  fallback: number;
  tooltip: string;
}

export function LimitField({ query, onChange, fallback, tooltip }: Props) {
  const id = useId();
  const { error, inputProps } = useDraft({
    value: String(query.limit ?? fallback),
    validate: (text) => (/^[1-9]\d*$/.test(text.trim()) ? undefined : 'Give a whole number of at least 1.'),
    onCommit: (text) => onChange({ ...query, limit: Number(text) }),
  });

  return (
    <EditorField label="Limit" tooltip={tooltip} invalid={error !== undefined} error={error}>
      <Input {...inputProps} id={`${id}-limit`} data-testid={testIds.query.limit} inputMode="numeric" width={10} />
    </EditorField>
  );
}
