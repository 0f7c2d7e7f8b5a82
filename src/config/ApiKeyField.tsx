import { Field, SecretInput } from '@grafana/ui';
import React, { useId } from 'react';

import { apiKeyOf } from '../../pkg/settings/model.ts';
import { testIds } from '../testIds';
import { type NodeProps } from './NodeCard';
import { resetApiKey, setApiKey } from './settings';

export function ApiKeyField({ settings, node, onChange }: NodeProps) {
  const id = useId();
  const key = apiKeyOf(node.name);

  return (
    <Field
      noMargin
      label="API key"
      description="One of PMTA's http-api-key, sent as X-API-Key; not needed where http-access already lets Grafana in."
    >
      <SecretInput
        id={`${id}-api-key`}
        data-testid={testIds.config.apiKey}
        isConfigured={settings.secureJsonFields?.[key] === true}
        value={settings.secureJsonData?.[key] ?? ''}
        autoComplete="new-password"
        disabled={settings.readOnly}
        width={60}
        onChange={(event) => onChange(setApiKey(settings, node.name, event.currentTarget.value))}
        onReset={() => onChange(resetApiKey(settings, node.name))}
      />
    </Field>
  );
}
