import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSection, DataSourceDescription } from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';
import { Divider, Stack } from '@grafana/ui';
import React from 'react';

import { type PmtaOptions, type PmtaSecrets } from '../types';
import { NodeList } from './NodeList';
import { RecipientFields } from './RecipientFields';
import { StorageFields } from './StorageFields';

type Props = DataSourcePluginOptionsEditorProps<PmtaOptions, PmtaSecrets>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  return (
    <Stack direction="column" gap={2}>
      <DataSourceDescription
        dataSourceName="PowerMTA"
        docsLink={`${config.appSubUrl}/plugins/${options.type}`}
        hasRequiredFields={false}
      />
      <Divider />
      <ConfigSection
        title="Nodes"
        description="One entry for each PMTA server: its HTTP monitor, its accounting, or both."
      >
        <NodeList settings={options} onChange={onOptionsChange} />
      </ConfigSection>
      <Divider />
      <ConfigSection
        title="Polling and storage"
        description="PMTA keeps no history, so the plugin polls it and stores what it says."
      >
        <StorageFields settings={options} onChange={onOptionsChange} />
      </ConfigSection>
      <Divider />
      <ConfigSection
        title="Recipients"
        description={
          'A change applies to accounting records read from then on. It does not cover what is stored already, what ' +
          'the monitor says (such as the last error of a queue), or addresses that a sender or header holds encoded.'
        }
      >
        <RecipientFields settings={options} onChange={onOptionsChange} />
      </ConfigSection>
    </Stack>
  );
}
