import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const FAKE_ELECTRON = fileURLToPath(new URL('test/fakes/electron.ts', import.meta.url));

/** A named set of tests, so that `npx vitest --project golden` runs it alone. */
function project(name: string, include: string[], testTimeout: number) {
  return { extends: true as const, test: { name, include, testTimeout, hookTimeout: testTimeout } };
}

export default defineConfig({
  // No test starts Electron: what the desktop shell asks of it is answered by a fake.
  resolve: { alias: [{ find: /^electron$/, replacement: FAKE_ELECTRON }] },
  test: {
    environment: 'node',
    // Its ES modules name folders, which Node itself does not load.
    server: { deps: { inline: ['dt-sql-parser'] } },
    // All cores: by default one is kept free, which on two leaves one.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      project('unit', ['src/**/*.test.{ts,tsx}', 'test/unit/**/*.test.{ts,tsx}'], 10_000),
      project('golden', ['test/golden/**/*.test.ts'], 30_000),
      project('integration', ['test/integration/**/*.test.ts'], 60_000),
      project('fuzz', ['test/fuzz/**/*.test.ts'], 120_000),
    ],
  },
});
