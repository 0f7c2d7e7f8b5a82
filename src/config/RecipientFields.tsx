import { Field, RadioButtonList, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { defaultSettings, hashKeyKey, type RecipientPrivacy } from '../../pkg/settings/model.ts';
import { type SectionProps } from './NodeList';
import { SecretField } from './SecretField';
import { type Settings } from './settings';
import { configTestIds } from './testIds';

const options: Array<{ value: RecipientPrivacy; label: string; description: string }> = [
  { value: 'keep', label: 'Keep', description: 'As PMTA writes it.' },
  {
    value: 'hash',
    label: 'Hash',
    description:
      'A code in its place, always the same for the same recipient: recipients can be counted and followed, not read.',
  },
  {
    value: 'redact',
    label: 'Redact',
    description: 'The word “redacted” in its place: recipients of a domain cannot be told apart.',
  },
];

export function RecipientFields({ settings, onChange }: SectionProps) {
  const id = useId();
  const recipients = settings.jsonData.recipients ?? defaultSettings.recipients;

  return (
    <Stack direction="column" gap={2}>
      <Field
        noMargin
        useFieldset
        label="Local part of recipients"
        description="What is stored of the part before the @, in every field of a record; the domain always stays."
        data-testid={configTestIds.recipients}
      >
        <RadioButtonList
          id={`${id}-recipients`}
          name={`${id}-recipients`}
          options={options}
          value={recipients}
          disabled={settings.readOnly}
          onChange={(chosen) => onChange({ ...settings, jsonData: { ...settings.jsonData, recipients: chosen } })}
        />
      </Field>
      {recipients === 'hash' && (
        <SecretField
          label="Hash key"
          description="Long and random. Keep a copy: Grafana never shows it again, and with another key all recipients become new ones."
          secretKey={hashKeyKey}
          testId={configTestIds.hashKey}
          problem={
            hasHashKey(settings) ? undefined : 'Enter a key: without one, anybody could find the addresses by trying.'
          }
          settings={settings}
          onChange={onChange}
        />
      )}
    </Stack>
  );
}

function hasHashKey({ secureJsonFields, secureJsonData }: Settings): boolean {
  return secureJsonFields?.[hashKeyKey] === true || Boolean(secureJsonData?.[hashKeyKey]);
}
