import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, IconButton, InlineLabel, useStyles2, useTheme2 } from '@grafana/ui';

import { role } from '../services/backend.ts';
import { reloadWith } from './location.ts';

const roles = ['Viewer', 'Editor', 'Admin'].map((value) => ({ label: value, value }));

/** Where one is, as whom, and the switch between dark and light. */
export function TopBar({ crumbs }: { crumbs: string[] }) {
  const styles = useStyles2(getStyles);
  const { isDark } = useTheme2();
  return (
    <div className={styles.bar}>
      <nav aria-label="Breadcrumbs" className={styles.crumbs}>
        {crumbs.join(' › ')}
      </nav>
      <InlineLabel htmlFor="role" width="auto">
        Role
      </InlineLabel>
      <Combobox
        id="role"
        options={roles}
        value={role}
        onChange={({ value }) => reloadWith({ role: value })}
        width={14}
      />
      <IconButton
        name="adjust-circle"
        size="lg"
        tooltip={isDark ? 'Light theme' : 'Dark theme'}
        onClick={() => reloadWith({ theme: isDark ? 'light' : 'dark' })}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(2),
    height: 48,
    flexShrink: 0,
    padding: theme.spacing(0, 2),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  crumbs: css({ flex: 1, color: theme.colors.text.secondary }),
});
