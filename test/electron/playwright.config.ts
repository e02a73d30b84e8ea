import { defineConfig } from '@playwright/test';

/** `npx playwright test -c test/electron`: the built desktop shell in a real Electron, where there is one. */
// eslint-disable-next-line no-restricted-exports -- Playwright asks for it
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/electron',
  forbidOnly: process.env['CI'] !== undefined,
  // One instance at a time is what the shell itself insists on.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  reporter: 'list',
});
