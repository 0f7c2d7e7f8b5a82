import { css, cx } from '@emotion/css';
import { dateTimeFormat, findHighlightChunksInText, type GrafanaTheme2, LogLevel } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { Fragment, useState } from 'react';

import type { LogLine } from './logLine.ts';

interface Props {
  lines: LogLine[];
  /** Texts that are marked in the lines. */
  searchWords?: string[];
  wrap?: boolean;
}

function shadeOf(level: LogLevel, { colors }: GrafanaTheme2): string | undefined {
  switch (level) {
    case LogLevel.critical:
    case LogLevel.error:
      return colors.error.text;
    case LogLevel.warning:
      return colors.warning.text;
    case LogLevel.info:
      return colors.success.text;
    case LogLevel.debug:
    case LogLevel.trace:
      return colors.info.text;
    default:
      return undefined;
  }
}

/** The line as text, never as markup: replies of foreign mail servers are in it. */
function Body({ text, searchWords }: { text: string; searchWords: string[] }) {
  const words = searchWords.map((word) => word.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&'));
  const parts = [];
  let end = 0;
  for (const chunk of findHighlightChunksInText({ searchWords: words, textToHighlight: text })) {
    parts.push(<Fragment key={`${end}-`}>{text.slice(end, chunk.start)}</Fragment>);
    parts.push(<mark key={chunk.start}>{text.slice(chunk.start, chunk.end)}</mark>);
    end = chunk.end;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}

function Labels({ labels }: { labels: Record<string, string> }) {
  const styles = useStyles2(getStyles);
  return (
    <dl className={styles.labels}>
      {Object.entries(labels).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Log lines as Explore lists them: level, time, body; a click shows the line's labels. */
export function LogLines({ lines, searchWords = [], wrap = true }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [open, setOpen] = useState<string>();
  return (
    <ol className={styles.list} data-testid="log-lines">
      {lines.map((line) => (
        <li key={line.id} style={{ borderLeftColor: shadeOf(line.level, theme) ?? 'transparent' }}>
          <button
            type="button"
            className={cx(styles.line, wrap && styles.wrapped)}
            aria-expanded={open === line.id}
            onClick={() => setOpen((last) => (last === line.id ? undefined : line.id))}
          >
            <Icon name={open === line.id ? 'angle-down' : 'angle-right'} />
            <time>{dateTimeFormat(line.timeMs, { defaultWithMS: true })}</time>
            <span style={{ color: shadeOf(line.level, theme) }}>
              {line.level === LogLevel.unknown ? '' : line.level}
            </span>
            <span className={styles.body}>
              <Body text={line.body} searchWords={searchWords} />
            </span>
          </button>
          {open === line.id && <Labels labels={line.labels} />}
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    height: '100%',
    overflow: 'auto',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    '> li': {
      borderLeft: '3px solid',
      paddingLeft: theme.spacing(1),
      '&:hover': { background: theme.colors.action.hover },
    },
    mark: { background: theme.colors.warning.main, color: theme.colors.warning.contrastText },
  }),
  line: css({
    display: 'grid',
    gridTemplateColumns: 'auto auto 4.5em 1fr',
    gap: theme.spacing(1),
    alignItems: 'baseline',
    width: '100%',
    padding: theme.spacing(0.25, 0),
    border: 0,
    background: 'none',
    font: 'inherit',
    textAlign: 'left',
    whiteSpace: 'nowrap',
    time: { color: theme.colors.text.secondary },
    svg: { alignSelf: 'start', marginTop: 3 },
  }),
  wrapped: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', time: { whiteSpace: 'nowrap' } }),
  body: css({ minWidth: 0 }),
  labels: css({
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: theme.spacing(0.25, 2),
    margin: theme.spacing(0.5, 0, 1, 3),
    dt: { color: theme.colors.text.secondary },
    dd: { margin: 0, overflowWrap: 'anywhere' },
  }),
});
