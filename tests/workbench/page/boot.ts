/**
 * What Grafana's HTML page sets before its first script. @grafana/runtime and @grafana/ui read it while they are being
 * imported, so this file must stay the first import of `main.tsx`.
 */

declare global {
  interface Window {
    grafanaBootData?: unknown;
    __grafana_public_path__?: string;
  }
}

const theme = new URLSearchParams(window.location.search).get('theme') === 'light' ? 'light' : 'dark';
const locale = navigator.language || 'en-US';

window.__grafana_public_path__ = '/public/';

window.grafanaBootData = {
  settings: {
    appSubUrl: '',
    appUrl: `${window.location.origin}/`,
    buildInfo: { version: '13.1.0', commit: 'workbench', env: 'production', edition: 'Open Source' },
    featureToggles: {},
    datasources: {},
    panels: {},
    apps: {},
  },
  user: { id: 1, login: 'workbench', orgId: 1, orgRole: 'Admin', locale, language: 'en-US', theme, permissions: {} },
  navTree: [],
};

/** SQL needs no language service of its own, so every editor shares Monaco's base worker. */
window.MonacoEnvironment = { getWorkerUrl: () => '/workbench/editor.worker.js' };

export const themeMode: 'dark' | 'light' = theme;
