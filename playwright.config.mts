import { defineConfig } from '@playwright/test';

import { chromiumPath } from './tests/browser/chromium.ts';

export default defineConfig({
  testDir: 'tests/browser',
  globalSetup: './tests/browser/globalSetup.ts',
  outputDir: 'test-results',
  // A first test waits for its worker's simulators, plugin and page bundle.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 900 },
    // Graphs and log lines show the browser's time, whatever this machine's zone is.
    timezoneId: 'UTC',
    locale: 'en-US',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromiumPath(),
      args: [
        // Chromium's own sandbox refuses to run as root, which containers of CI do.
        '--no-sandbox',
        '--disable-gpu',
        // Nothing here may call out.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
      ],
    },
  },
});
