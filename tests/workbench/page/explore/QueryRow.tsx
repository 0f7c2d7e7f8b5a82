import { css } from '@emotion/css';
import { CoreApp, type GrafanaTheme2, type QueryEditorProps, type TimeRange } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { ComponentType } from 'react';

import type { PowerMta } from '../plugin.ts';
import type { RunResult } from '../query/run.ts';

interface Props {
  powermta: PowerMta;
  query: DataQuery;
  queries: DataQuery[];
  range: TimeRange;
  result: RunResult;
  onChange(query: DataQuery): void;
  onRunQuery(): void;
  onRemove?(): void;
}

/** One query with its letter and the plugin's editor. */
export function QueryRow({ powermta, query, queries, range, result, onChange, onRunQuery, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const { plugin, settings, dataSource } = powermta;
  const QueryEditor = plugin.components.QueryEditor as ComponentType<QueryEditorProps<never>> | undefined;
  const mine = result.series.filter((frame) => frame.refId === query.refId);
  return (
    <section className={styles.row} aria-label={`Query ${query.refId}`}>
      <header className={styles.header}>
        <span className={styles.letter}>{query.refId}</span>
        <span className={styles.source}>({settings.name})</span>
        <span className={styles.spacer} />
        <IconButton
          name={query.hide ? 'eye-slash' : 'eye'}
          tooltip={query.hide ? 'Show response' : 'Hide response'}
          onClick={() => onChange({ ...query, hide: !query.hide })}
        />
        {onRemove && <IconButton name="trash-alt" tooltip="Remove query" onClick={onRemove} />}
      </header>
      <div className={styles.editor}>
        {QueryEditor && (
          <QueryEditor
            app={CoreApp.Explore}
            datasource={dataSource as never}
            query={query as never}
            queries={queries as never}
            range={range}
            data={{ state: result.state, series: mine, timeRange: range, errors: result.errors }}
            onChange={onChange}
            onRunQuery={onRunQuery}
          />
        )}
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default }),
  header: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.secondary,
  }),
  letter: css({ color: theme.colors.text.link, fontWeight: theme.typography.fontWeightMedium }),
  source: css({ color: theme.colors.text.secondary, fontStyle: 'italic' }),
  spacer: css({ flex: 1 }),
  editor: css({ padding: theme.spacing(1), background: theme.colors.background.primary }),
});
