import { config } from '@grafana/runtime';
import { Stack, Text } from '@grafana/ui';
import React from 'react';

import { CopyableText } from './CopyableText';
import { configTestIds } from './testIds';
import { acctFileDirective, webhookHeaders, webhookUrl } from './webhook';

interface Props {
  /** Of the data source; empty before it is saved. */
  uid: string;
  node: string;
}

/** What to paste on the PMTA server so that it posts its accounting here. */
export function WebhookDirectives({ uid, node }: Props) {
  if (!uid) {
    return (
      <Text element="p" variant="bodySmall" color="secondary">
        Save the data source first: what to paste into PMTA’s configuration holds its uid, and is shown here then.
      </Text>
    );
  }
  const url = webhookUrl({ origin: window.location.origin, appSubUrl: config.appSubUrl, uid, node });

  return (
    <Stack direction="column" gap={1}>
      <Text element="p" variant="bodySmall">
        Save this first. Then paste into PMTA’s configuration, with an address at which PMTA reaches Grafana, best over
        https:
      </Text>
      <CopyableText
        name="PMTA's acct-file directive"
        text={acctFileDirective(url)}
        testId={configTestIds.acctFile}
        copyTestId={configTestIds.acctFileCopy}
      />
      <Text element="p" variant="bodySmall">
        Into {webhookHeaders.path}, readable by PMTA alone, with the token in place of the angle brackets:
      </Text>
      <CopyableText
        name="PMTA's file of headers"
        text={webhookHeaders.content}
        testId={configTestIds.webhookHeaders}
        copyTestId={configTestIds.webhookHeadersCopy}
      />
    </Stack>
  );
}
