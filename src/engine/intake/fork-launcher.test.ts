import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { forkLauncher } from './fork-launcher';
import { intakeEnvironment, type IntakeMessage } from './launcher';

const folder = mkdtempSync(join(tmpdir(), 'faultline-launcher-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an intake process starts with what its allocator reads before anything runs, and with what is there', async () => {
  const path = join(folder, 'intake.mjs');
  writeFileSync(
    path,
    `process.once('message', () => process.send({ env: process.env }, () => process.exit()));`,
  );
  const intake = forkLauncher(path)({
    task: 'import',
    importId: 'i',
    stagingDir: folder,
    files: [],
    knownHashes: [],
  });
  const message = await new Promise<IntakeMessage>((resolve) => {
    intake.onMessage(resolve);
  });
  expect(message).toMatchObject({ env: { ...intakeEnvironment, PATH: process.env['PATH'] } });
});
