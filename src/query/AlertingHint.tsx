import { Alert } from '@grafana/ui';
import React from 'react';

import { testIds } from '../testIds';
import { type PmtaQuery } from '../types';
import { canAlert } from './queryType';
import { hasVariables } from './variables';

/** What would fail in an alert rule, which is evaluated without a dashboard. */
export function AlertingHint({ query }: { query: PmtaQuery }) {
  if (!canAlert(query.queryType)) {
    return (
      <Alert severity="warning" title="Alert rules need numbers" data-testid={testIds.query.alertingHint}>
        Log lines and PMTA’s live lists cannot be alerted on. Use Events or History.
      </Alert>
    );
  }
  return hasVariables(query) ? (
    <Alert
      severity="warning"
      title="Alert rules do not replace template variables"
      data-testid={testIds.query.alertingHint}
    >
      Write the values themselves, or remove the filter.
    </Alert>
  ) : null;
}
