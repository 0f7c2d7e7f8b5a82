import { css } from '@emotion/css';
import { dataFrameToJSON, type GrafanaTheme2 } from '@grafana/data';
import { Drawer, Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import type { RunResult } from '../query/run.ts';

interface Props {
  result: RunResult;
  onClose(): void;
}

function executed({ series }: RunResult): string {
  const texts = series.map((frame) => [frame.refId, frame.meta?.executedQueryString]);
  const known = new Map(texts.filter(([, text]) => text).map(([refId, text]) => [`${refId}: ${text}`, text]));
  return [...known.keys()].join('\n\n') || 'No query says what was executed.';
}

/** What was sent to the store, and the frames that came back. */
export function InspectDrawer({ result, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const [tab, setTab] = useState<'query' | 'json'>('query');
  const text = tab === 'query' ? executed(result) : JSON.stringify(result.series.map(dataFrameToJSON), undefined, 2);
  return (
    <Drawer title="Inspector" onClose={onClose} size="md">
      <TabsBar>
        <Tab label="Query" active={tab === 'query'} onChangeTab={() => setTab('query')} />
        <Tab label="JSON" active={tab === 'json'} onChangeTab={() => setTab('json')} />
      </TabsBar>
      <pre className={styles.text} data-testid="inspected">
        {text}
      </pre>
    </Drawer>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({ marginTop: theme.spacing(2), whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
});
