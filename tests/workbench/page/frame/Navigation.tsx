import { css, cx } from '@emotion/css';
import { colorManipulator, type GrafanaTheme2, type IconName } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

import { useLocation, withPageParameters } from './location.ts';

export interface View {
  label: string;
  icon: IconName;
  path: string;
  /** Paths that belong to this view begin with one of these. */
  owns: string[];
}

interface Props {
  views: View[];
  logo: string;
}

export function ownerOf(views: View[], pathname: string): View | undefined {
  return views.find((view) => view.owns.some((prefix) => pathname.startsWith(prefix)));
}

/** The menu at the left. */
export function Navigation({ views, logo }: Props) {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  const current = ownerOf(views, pathname);
  return (
    <nav className={styles.menu} aria-label="Views">
      <div className={styles.brand}>
        <img src={logo} alt="" width={24} height={24} />
        PowerMTA
      </div>
      <ul>
        {views.map((view) => (
          <li key={view.path}>
            <a
              href={withPageParameters(view.path)}
              className={cx(styles.item, view === current && styles.current)}
              aria-current={view === current ? 'page' : undefined}
            >
              <Icon name={view.icon} size="lg" />
              {view.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  menu: css({
    width: 208,
    flexShrink: 0,
    background: theme.colors.background.primary,
    borderRight: `1px solid ${theme.colors.border.weak}`,
    ul: { listStyle: 'none', padding: theme.spacing(1) },
  }),
  brand: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: 48,
    padding: theme.spacing(0, 2),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    ...theme.typography.h5,
  }),
  item: css({
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1),
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    '&:hover': { color: theme.colors.text.primary, background: theme.colors.action.hover },
  }),
  current: css({
    color: theme.colors.text.primary,
    background: colorManipulator.alpha(theme.colors.primary.main, 0.12),
    '&::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      width: 4,
      height: '60%',
      borderRadius: theme.shape.radius.default,
      backgroundImage: theme.colors.gradients.brandVertical,
    },
  }),
});
