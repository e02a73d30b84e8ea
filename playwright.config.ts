import { defineConfig } from '@playwright/test';
import { CHROMIUM_SANDBOX, LAUNCH_ARGS } from './test/e2e/browser';

// Set by the global setup (test/e2e/browser.ts) before the workers, which read this file again, are started.
const executablePath = process.env.FAULTLINE_CHROMIUM;

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: ['./test/e2e/build-setup.mjs', './test/e2e/browser.ts'],
  outputDir: 'test-results',
  forbidOnly: process.env.CI !== undefined,
  // One at a time: each test starts a workbench of its own, with a DuckDB that wants the whole machine.
  workers: 1,
  fullyParallel: false,
  // A test that passes at the second attempt has failed once.
  retries: 0,
  // Generous: the machine may be small and busy, and a test that hangs is rare.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  globalTimeout: 20 * 60_000,
  reporter: 'list',
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: {
        viewport: { width: 1440, height: 900 },
        launchOptions: {
          args: LAUNCH_ARGS,
          chromiumSandbox: CHROMIUM_SANDBOX,
          ...(executablePath === undefined ? {} : { executablePath }),
        },
      },
    },
  ],
});
