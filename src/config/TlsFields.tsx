import { Field, Switch, TextArea } from '@grafana/ui';
import React, { useId } from 'react';

import { testIds } from '../testIds';
import { type NodeProps } from './NodeCard';
import { changeNode } from './settings';
import { certificateProblem } from './validation';

export function TlsFields({ settings, node, index, onChange }: NodeProps) {
  const id = useId();
  const problem = certificateProblem(node.tlsCaCert);

  return (
    <>
      <Field
        noMargin
        label="CA certificate"
        description="PEM that the monitor's certificate must descend from; PMTA's own, self-signed, is /var/lib/pmta/webmon.pem. Empty: the system's authorities."
        invalid={problem !== undefined}
        error={problem}
      >
        <TextArea
          id={`${id}-ca`}
          data-testid={testIds.config.tlsCaCert}
          value={node.tlsCaCert}
          rows={3}
          placeholder="-----BEGIN CERTIFICATE-----"
          disabled={settings.readOnly}
          onChange={(event) => onChange(changeNode(settings, index, { tlsCaCert: event.currentTarget.value }))}
        />
      </Field>
      <Field
        noMargin
        label="Skip TLS verification"
        description="Trusts whatever certificate the monitor shows; the API key could then reach an impostor."
      >
        <Switch
          id={`${id}-skip`}
          data-testid={testIds.config.tlsSkipVerify}
          value={node.tlsSkipVerify}
          disabled={settings.readOnly}
          onChange={(event) => onChange(changeNode(settings, index, { tlsSkipVerify: event.currentTarget.checked }))}
        />
      </Field>
    </>
  );
}
