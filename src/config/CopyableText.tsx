import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import React from 'react';

interface Props {
  /** What the text is, for people who hear the page. */
  name: string;
  text: string;
  testId: string;
  copyTestId: string;
}

/** A text to paste elsewhere. */
export function CopyableText({ name, text, testId, copyTestId }: Props) {
  const styles = useStyles2(getStyles);

  return (
    <div className={styles.frame}>
      {/* Long lines scroll, which the keyboard can do in what has the focus only. */}
      <pre className={styles.text} role="group" aria-label={name} tabIndex={0} data-testid={testId}>
        {text}
      </pre>
      <ClipboardButton
        aria-label={`Copy ${name}`}
        data-testid={copyTestId}
        icon="copy"
        size="sm"
        variant="secondary"
        getText={() => text}
      >
        Copy
      </ClipboardButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    // As wide as its content needs, so that the button stands beside it.
    maxWidth: '100%',
  }),
  text: css({
    margin: 0,
    minWidth: 0,
    padding: theme.spacing(1),
    overflowX: 'auto',
    whiteSpace: 'pre',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.primary,
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
