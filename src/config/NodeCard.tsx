import { Card, Field, IconButton, Input, Stack } from '@grafana/ui';
import React, { useId } from 'react';

import { type NodeSettings } from '../../pkg/settings/model.ts';
import { testIds } from '../testIds';
import { AccountingFields } from './AccountingFields';
import { ApiKeyField } from './ApiKeyField';
import { NameField } from './NameField';
import { changeNode, type Settings } from './settings';
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

/** One PMTA server. */
export function NodeCard({ onRemove, ...props }: Props) {
  const { settings, node, index, onChange } = props;
  const id = useId();
  const problem = urlProblem(node.url);

  return (
    <Card noMargin data-testid={testIds.config.node}>
      <Card.Heading>{node.name}</Card.Heading>
      <Card.Description>
        <Stack direction="column" gap={2}>
          <NameField {...props} />
          <Field
            noMargin
            label="Monitor URL"
            description="PMTA's HTTP monitor; it must grant Grafana's address http-access monitor, or the API key below. Empty: accounting only."
            invalid={problem !== undefined}
            error={problem}
          >
            <Input
              id={`${id}-url`}
              data-testid={testIds.config.url}
              value={node.url}
              placeholder="https://mta1.example.com:8080"
              disabled={settings.readOnly}
              width={60}
              onChange={(event) => onChange(changeNode(settings, index, { url: event.currentTarget.value.trim() }))}
            />
          </Field>
          <ApiKeyField {...props} />
          <TlsFields {...props} />
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
          data-testid={testIds.config.removeNode}
          onClick={onRemove}
        />
      </Card.SecondaryActions>
    </Card>
  );
}
