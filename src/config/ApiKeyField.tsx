import React from 'react';

import { apiKeyOf } from '../../pkg/settings/model.ts';
import { type NodeProps } from './NodeCard';
import { SecretField } from './SecretField';
import { configTestIds } from './testIds';

export function ApiKeyField({ settings, node, onChange }: NodeProps) {
  return (
    <SecretField
      label="API key"
      description="One of PMTA's http-api-key, sent as X-API-Key; not needed where http-access already lets Grafana in."
      secretKey={apiKeyOf(node.name)}
      testId={configTestIds.apiKey}
      settings={settings}
      onChange={onChange}
    />
  );
}
