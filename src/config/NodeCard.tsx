import { Card, IconButton, Stack } from '@grafana/ui';
import React from 'react';

import { type NodeSettings } from '../../pkg/settings/model.ts';
import { AccountingFields } from './AccountingFields';
import { ApiKeyField } from './ApiKeyField';
import { NameField } from './NameField';
import { changeNode, type Settings } from './settings';
import { configTestIds } from './testIds';
import { TextField } from './TextField';
import { TimeZoneField } from './TimeZoneField';
import { TlsFields } from './TlsFields';
import { urlProblem } from './validation';

export interface NodeProps {
  settings: Settings;
  node: NodeSettings;
  index: number;
  onChange: (settings: Settings) => void;
}

interface Props extends NodeProps {
  onRemove: () => void;
}

const tlsDescriptions = {
  tlsCaCert:
    "PEM that the monitor's certificate must descend from; PMTA's own, self-signed, is /var/lib/pmta/webmon.pem. Empty: the authorities that Node.js ships with.",
  tlsSkipVerify: 'Trusts whatever certificate the monitor shows; the API key could then reach an impostor.',
};

/** One PMTA server. */
export function NodeCard({ onRemove, ...props }: Props) {
  const { settings, node, index, onChange } = props;

  return (
    <Card noMargin data-testid={configTestIds.node}>
      <Card.Heading>{node.name}</Card.Heading>
      <Card.Description>
        <Stack direction="column" gap={2}>
          <NameField {...props} />
          <TextField
            label="Monitor URL"
            description="PMTA's HTTP monitor; it must grant Grafana's address http-access monitor, or the API key below. Empty: accounting only."
            value={node.url}
            placeholder="https://mta1.example.com:8080"
            problem={urlProblem(node.url)}
            testId={configTestIds.url}
            disabled={settings.readOnly}
            onChange={(url) => onChange(changeNode(settings, index, { url }))}
          />
          <ApiKeyField {...props} />
          <TlsFields
            value={node}
            disabled={settings.readOnly}
            descriptions={tlsDescriptions}
            testIds={configTestIds}
            onChange={(change) => onChange(changeNode(settings, index, change))}
          />
          <TimeZoneField {...props} />
          <AccountingFields {...props} />
        </Stack>
      </Card.Description>
      <Card.SecondaryActions>
        <IconButton
          name="trash-alt"
          aria-label={`Remove node ${node.name}`}
          tooltip="Remove this node and its API key"
          disabled={settings.readOnly}
          data-testid={configTestIds.removeNode}
          onClick={onRemove}
        />
      </Card.SecondaryActions>
    </Card>
  );
}
