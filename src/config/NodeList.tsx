import { Button, Stack } from '@grafana/ui';
import React, { useState } from 'react';

import { NodeCard } from './NodeCard';
import { addNode, nodesOf, removeNode, type Settings } from './settings';
import { configTestIds } from './testIds';

export interface SectionProps {
  settings: Settings;
  onChange: (settings: Settings) => void;
}

export function NodeList({ settings, onChange }: SectionProps) {
  const nodes = nodesOf(settings);
  // Keys of the cards. Names cannot be keys, since renaming would rebuild the card under the user's cursor; nor can
  // positions, since removing a node would hand its half-typed name to the next card.
  const [ids, setIds] = useState(() => nodes.map((_, index) => index));

  return (
    <Stack direction="column" gap={2}>
      {nodes.map((node, index) => (
        <NodeCard
          key={ids[index]}
          settings={settings}
          node={node}
          index={index}
          onChange={onChange}
          onRemove={() => {
            setIds(ids.filter((_, position) => position !== index));
            onChange(removeNode(settings, index));
          }}
        />
      ))}
      <div>
        <Button
          icon="plus"
          variant="secondary"
          disabled={settings.readOnly}
          data-testid={configTestIds.addNode}
          onClick={() => {
            setIds([...ids, Math.max(-1, ...ids) + 1]);
            onChange(addNode(settings));
          }}
        >
          Add node
        </Button>
      </div>
    </Stack>
  );
}
