import { Field, Input } from '@grafana/ui';
import React, { useId } from 'react';

import { defaultSettings } from '../../pkg/settings/model.ts';
import { useDraft } from '../components/useDraft';
import { type SectionProps } from './NodeList';
import { wholeNumberProblem } from './validation';

interface Props extends SectionProps {
  label: string;
  unit: string;
  description: string;
  testId: string;
  setting: 'pollSeconds' | 'retentionDays';
  most: number;
}

/** A whole number from 1. */
export function NumberField({ label, unit, description, testId, setting, most, settings, onChange }: Props) {
  const id = useId();
  const { error, inputProps } = useDraft({
    value: String(settings.jsonData[setting] ?? defaultSettings[setting]),
    validate: (text) => wholeNumberProblem(text, 1, most),
    onCommit: (text) => onChange({ ...settings, jsonData: { ...settings.jsonData, [setting]: Number(text) } }),
  });

  return (
    <Field noMargin label={label} description={description} invalid={error !== undefined} error={error}>
      <Input
        {...inputProps}
        id={`${id}-${setting}`}
        data-testid={testId}
        inputMode="numeric"
        suffix={unit}
        disabled={settings.readOnly}
        width={20}
      />
    </Field>
  );
}
