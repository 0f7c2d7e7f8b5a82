import { Field, Input } from '@grafana/ui';
import React, { useId } from 'react';

import { useDraft } from '../components/useDraft';
import { type NodeProps } from './NodeCard';
import { nodesOf, renameNode } from './settings';
import { configTestIds } from './testIds';
import { nameProblem } from './validation';

/** The name is taken when it is complete and free, since the node's API key is stored under it. */
export function NameField({ settings, node, index, onChange }: NodeProps) {
  const id = useId();
  const others = nodesOf(settings)
    .filter((_, position) => position !== index)
    .map(({ name }) => name);
  const { error, inputProps } = useDraft({
    value: node.name,
    validate: (name) => nameProblem(name, others),
    onCommit: (name) => onChange(renameNode(settings, index, name.trim())),
  });

  return (
    <Field
      noMargin
      label="Name"
      description="Label of this server on every row and series; a new name starts new series and asks for the API key again."
      invalid={error !== undefined}
      error={error && `${error} Until then it stays ${node.name}.`}
    >
      <Input
        {...inputProps}
        id={`${id}-name`}
        data-testid={configTestIds.name}
        disabled={settings.readOnly}
        width={30}
      />
    </Field>
  );
}
