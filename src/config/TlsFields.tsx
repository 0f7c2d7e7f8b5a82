import { Field, Switch, TextArea } from '@grafana/ui';
import React, { useId } from 'react';

import { certificateProblem } from './validation';

interface TlsSettings {
  tlsCaCert: string;
  tlsSkipVerify: boolean;
}

interface Props {
  value: TlsSettings;
  onChange: (change: Partial<TlsSettings>) => void;
  disabled: boolean | undefined;
  /** What each setting means for this server. */
  descriptions: Record<keyof TlsSettings, string>;
  testIds: Record<keyof TlsSettings, string>;
}

/** How the certificate of a server is checked. */
export function TlsFields({ value, onChange, disabled, descriptions, testIds }: Props) {
  const id = useId();
  const problem = certificateProblem(value.tlsCaCert);

  return (
    <>
      <Field
        noMargin
        label="CA certificate"
        description={descriptions.tlsCaCert}
        invalid={problem !== undefined}
        error={problem}
      >
        <TextArea
          id={`${id}-ca`}
          data-testid={testIds.tlsCaCert}
          value={value.tlsCaCert}
          rows={3}
          placeholder="-----BEGIN CERTIFICATE-----"
          disabled={disabled}
          onChange={(event) => onChange({ tlsCaCert: event.currentTarget.value })}
        />
      </Field>
      <Field noMargin label="Skip TLS verification" description={descriptions.tlsSkipVerify}>
        <Switch
          id={`${id}-skip`}
          data-testid={testIds.tlsSkipVerify}
          value={value.tlsSkipVerify}
          disabled={disabled}
          onChange={(event) => onChange({ tlsSkipVerify: event.currentTarget.checked })}
        />
      </Field>
    </>
  );
}
