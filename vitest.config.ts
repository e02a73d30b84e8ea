import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const FAKE_ELECTRON = fileURLToPath(new URL('test/fakes/electron.ts', import.meta.url));

/**
 * A named set of tests, so that `npx vitest --project golden` runs it alone. Not isolated, a process runs many files one after
 * another: they load the modules they share once.
 */
function project(name: string, include: string[], testTimeout: number, isolate = true) {
  return { extends: true as const, test: { name, include, testTimeout, hookTimeout: testTimeout, isolate } };
}

export default defineConfig({
  // No test starts Electron: what the desktop shell asks of it is answered by a fake.
  resolve: { alias: [{ find: /^electron$/, replacement: FAKE_ELECTRON }] },
  test: {
    environment: 'node',
    // Its ES modules name folders, which Node itself does not load.
    server: { deps: { inline: ['dt-sql-parser'] } },
    // One more than there are cores: many tests wait for processes they started.
    maxWorkers: availableParallelism() + 1,
    // As generous for a condition that is waited for: what tests start must not be quick, only come.
    expect: { poll: { timeout: 30_000 } },
    restoreMocks: true,
    unstubEnvs: true,
    // Generous: the machine may be small and busy, and a test that hangs is rare.
    projects: [
      // These keep nothing in their modules, and open nothing.
      project('plain', ['src/{shared,renderer}/**/*.test.{ts,tsx}'], 60_000, false),
      project('unit', ['src/*.test.{ts,tsx}', 'src/!(shared|renderer)/**/*.test.{ts,tsx}'], 60_000),
      project('golden', ['test/golden/**/*.test.ts'], 120_000),
      project('integration', ['test/integration/**/*.test.ts'], 180_000),
      project('fuzz', ['test/fuzz/**/*.test.ts'], 240_000),
    ],
  },
});
