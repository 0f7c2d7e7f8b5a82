import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ConfigSubSection } from '@grafana/plugin-ui';
import { Field, Stack, Switch, useStyles2 } from '@grafana/ui';
import React, { useId } from 'react';

import { FilesField } from './FilesField';
import { type NodeProps } from './NodeCard';
import { changeAccounting } from './settings';
import { configTestIds } from './testIds';
import { pullProblem } from './validation';
import { WebhookDirectives } from './WebhookDirectives';

/** The ways by which accounting records of a node come in. */
export function AccountingFields(props: NodeProps) {
  const { settings, node, index, onChange } = props;
  const id = useId();
  const styles = useStyles2(getStyles);
  const { pull, receive } = node.accounting;
  const hasMonitor = node.url !== '';
  const problem = pullProblem(pull, node.url);

  return (
    <ConfigSubSection
      className={styles.section}
      title="Accounting"
      description="How the records of this server come in: one way is enough."
    >
      <Stack direction="column" gap={2}>
        <FilesField {...props} />
        <Field
          noMargin
          label="Pull over the monitor"
          description={
            hasMonitor
              ? 'Fetches accounting files over HTTP where Grafana cannot read the disk. It needs http-access monitor ' +
                'without deny-logs. Files come once they are closed; the open one too if PMTA serves ranges.'
              : 'Needs the monitor URL above: PMTA’s accounting files are fetched over it.'
          }
          invalid={problem !== undefined}
          error={problem}
        >
          <Switch
            id={`${id}-pull`}
            data-testid={configTestIds.pull}
            value={pull}
            // One that is on can always be switched off.
            disabled={settings.readOnly || (!hasMonitor && !pull)}
            onChange={(event) => onChange(changeAccounting(settings, index, { pull: event.currentTarget.checked }))}
          />
        </Field>
        <Field
          noMargin
          label="Receive"
          description={
            'PMTA posts its records to Grafana, in batches a minute apart. It needs a late release of PMTA 5.0 or a newer ' +
            'one, a way from PMTA to Grafana, and a service account with the role Editor.'
          }
        >
          <Switch
            id={`${id}-receive`}
            data-testid={configTestIds.receive}
            value={receive}
            disabled={settings.readOnly}
            onChange={(event) => onChange(changeAccounting(settings, index, { receive: event.currentTarget.checked }))}
          />
        </Field>
        {receive && <WebhookDirectives uid={settings.uid} node={node.name} />}
      </Stack>
    </ConfigSubSection>
  );
}

// The card would make its title as pale as a description.
const getStyles = (theme: GrafanaTheme2) => ({ section: css({ color: theme.colors.text.primary }) });
