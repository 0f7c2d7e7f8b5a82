import { Field, Input, SecretInput } from '@grafana/ui';
import React, { useId } from 'react';

import { type SectionProps } from './NodeList';
import { withoutSecret, withSecret } from './settings';
import { type Problem } from './validation';

interface Props extends SectionProps {
  label: string;
  description: string;
  /** Of `secureJsonData`. */
  secretKey: string;
  testId: string;
  problem?: Problem;
}

/** A secret, which the browser sends and never gets back. */
export function SecretField({ settings, onChange, label, description, secretKey, testId, problem }: Props) {
  const id = useId();
  const isStored = settings.secureJsonFields?.[secretKey] === true;
  const field = { id: `${id}-secret`, 'data-testid': testId, width: 60 };

  return (
    <Field noMargin label={label} description={description} invalid={problem !== undefined} error={problem}>
      {settings.readOnly ? (
        // Grafana's SecretInput would offer a reset even here.
        <Input {...field} disabled value={isStored ? 'configured' : ''} />
      ) : (
        <SecretInput
          {...field}
          isConfigured={isStored}
          value={settings.secureJsonData?.[secretKey] ?? ''}
          autoComplete="new-password"
          onChange={(event) => onChange(withSecret(settings, secretKey, event.currentTarget.value))}
          onReset={() => onChange(withoutSecret(settings, secretKey))}
        />
      )}
    </Field>
  );
}
