import { Stack } from '@grafana/ui';
import React from 'react';

import { NumberField } from './NumberField';
import { type SectionProps } from './NodeList';
import { storeOf } from './store';
import { StoreFields } from './StoreFields';
import { configTestIds } from './testIds';

export function StorageFields({ settings, onChange }: SectionProps) {
  const place = storeOf(settings).kind === 'embedded' ? 'in data_path' : 'on the ClickHouse server';

  return (
    <Stack direction="column" gap={2}>
      <NumberField
        label="Poll every"
        unit="seconds"
        description="How often each monitor is asked, once for all panels; it is the finest step of history."
        testId={configTestIds.pollSeconds}
        setting="pollSeconds"
        most={3600}
        settings={settings}
        onChange={onChange}
      />
      <StoreFields settings={settings} onChange={onChange} />
      <NumberField
        label="Keep for"
        unit="days"
        description={`Older records and polls are deleted; needs disk ${place}, about 65 MB per million records.`}
        testId={configTestIds.retentionDays}
        setting="retentionDays"
        most={3650}
        settings={settings}
        onChange={onChange}
      />
    </Stack>
  );
}
