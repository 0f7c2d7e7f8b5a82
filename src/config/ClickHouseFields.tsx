import React from 'react';

import { type ClickHouseSettings, storePasswordKey, storeQueryPasswordKey } from '../../pkg/settings/model.ts';
import { type SectionProps } from './NodeList';
import { SecretField } from './SecretField';
import { changeClickHouse } from './store';
import { configTestIds } from './testIds';
import { TextField } from './TextField';
import { TlsFields } from './TlsFields';
import { clusterProblem, databaseProblem, storeUrlProblem } from './validation';

interface Props extends SectionProps {
  store: ClickHouseSettings;
}

export function ClickHouseFields({ store, settings, onChange }: Props) {
  const change = (changed: Partial<Omit<ClickHouseSettings, 'kind'>>) => onChange(changeClickHouse(settings, changed));
  const disabled = settings.readOnly;

  return (
    <>
      <TextField
        label="Server URL"
        description="ClickHouse's HTTP interface; the passwords go there with each request, so use https:// unless the network is yours alone."
        value={store.url}
        placeholder="https://clickhouse.example.com:8443"
        problem={storeUrlProblem(store.url)}
        testId={configTestIds.storeUrl}
        disabled={disabled}
        onChange={(url) => change({ url })}
      />
      <TextField
        label="Database"
        description="One of its own for each data source; made if it is missing."
        value={store.database}
        problem={databaseProblem(store.database)}
        testId={configTestIds.storeDatabase}
        disabled={disabled}
        width={30}
        onChange={(database) => change({ database })}
      />
      <TextField
        label="User"
        description="Makes the tables and writes; also queries where no query user is given."
        value={store.username}
        testId={configTestIds.storeUsername}
        disabled={disabled}
        width={30}
        onChange={(username) => change({ username })}
      />
      <SecretField
        label="Password"
        description="Of the user above."
        secretKey={storePasswordKey}
        testId={configTestIds.storePassword}
        settings={settings}
        onChange={onChange}
      />
      <TextField
        label="Query user"
        description="A user that may only read, for the queries of panels and alert rules. Empty: the user above."
        value={store.queryUsername}
        testId={configTestIds.storeQueryUsername}
        disabled={disabled}
        width={30}
        onChange={(queryUsername) => change({ queryUsername })}
      />
      {store.queryUsername !== '' && (
        <SecretField
          label="Query password"
          description="Of the query user."
          secretKey={storeQueryPasswordKey}
          testId={configTestIds.storeQueryPassword}
          settings={settings}
          onChange={onChange}
        />
      )}
      <TextField
        label="Cluster"
        description="Its name as in system.clusters, where several servers share the tables. Empty: one server, or ClickHouse Cloud."
        value={store.cluster}
        problem={clusterProblem(store.cluster)}
        testId={configTestIds.storeCluster}
        disabled={disabled}
        width={30}
        onChange={(cluster) => change({ cluster })}
      />
      <TlsFields
        value={store}
        disabled={disabled}
        descriptions={{
          tlsCaCert:
            "PEM that the server's certificate must descend from. Empty: the authorities that Node.js ships with.",
          tlsSkipVerify: 'Trusts whatever certificate the server shows; the passwords could then reach an impostor.',
        }}
        testIds={{ tlsCaCert: configTestIds.storeTlsCaCert, tlsSkipVerify: configTestIds.storeTlsSkipVerify }}
        onChange={change}
      />
    </>
  );
}
