import { Field, Input, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { defaultSettings } from '../../pkg/settings/model.ts';
import { useDraft } from '../components/useDraft';
import { testIds } from '../testIds';
import { type SectionProps } from './NodeList';
import { wholeNumberProblem } from './validation';

export function StorageFields({ settings, onChange }: SectionProps) {
  return (
    <Stack direction="column" gap={2}>
      <NumberField
        label="Poll every"
        unit="seconds"
        description="How often each monitor is asked, once for all panels; it is the finest step of history."
        testId={testIds.config.pollSeconds}
        setting="pollSeconds"
        most={3600}
        settings={settings}
        onChange={onChange}
      />
      <NumberField
        label="Keep for"
        unit="days"
        description="Older records and polls are deleted; needs disk in data_path, about 65 MB per million records."
        testId={testIds.config.retentionDays}
        setting="retentionDays"
        most={3650}
        settings={settings}
        onChange={onChange}
      />
    </Stack>
  );
}

interface NumberProps extends SectionProps {
  label: string;
  unit: string;
  description: string;
  testId: string;
  setting: 'pollSeconds' | 'retentionDays';
  most: number;
}

function NumberField({ label, unit, description, testId, setting, most, settings, onChange }: NumberProps) {
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
