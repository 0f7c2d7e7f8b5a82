import { Field, RadioButtonList } from '@grafana/ui';
import React, { useId, useState } from 'react';

import { defaultClickHouse, type StoreSettings } from '../../pkg/settings/model.ts';
import { ClickHouseFields } from './ClickHouseFields';
import { type SectionProps } from './NodeList';
import { storeOf, withStore } from './store';
import { configTestIds } from './testIds';

const options: Array<{ value: StoreSettings['kind']; label: string; description: string }> = [
  {
    value: 'embedded',
    label: 'Embedded',
    description: 'An engine in the plugin, with its files in data_path on the Grafana server; nothing to install.',
  },
  {
    value: 'clickhouse',
    label: 'ClickHouse server',
    description: 'A server or cluster of yours, 24.3 or later, over its HTTP interface.',
  },
];

export function StoreFields({ settings, onChange }: SectionProps) {
  const id = useId();
  const store = storeOf(settings);
  // What was entered for a server must survive a look at the other choice.
  const [lastServer, setLastServer] = useState(defaultClickHouse);

  const choose = (kind: StoreSettings['kind']) => {
    if (store.kind === 'clickhouse') {
      setLastServer(store);
    }
    onChange(withStore(settings, kind === 'clickhouse' ? lastServer : { kind }));
  };

  return (
    <>
      <Field
        noMargin
        useFieldset
        label="Store"
        description="Choosing another one does not move what is stored: panels then show what the new one holds."
        data-testid={configTestIds.storeKind}
      >
        <RadioButtonList
          id={`${id}-store`}
          name={`${id}-store`}
          options={options}
          value={store.kind}
          disabled={settings.readOnly}
          onChange={choose}
        />
      </Field>
      {store.kind === 'clickhouse' && <ClickHouseFields store={store} settings={settings} onChange={onChange} />}
    </>
  );
}
