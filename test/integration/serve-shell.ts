/** A browser shell for one test file: the real server, uploads and engine child, with the fixture's engine behind them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineChild } from '../../src/serve/engine-child';
import { readPage } from '../../src/serve/page';
import { startServer, type ShellServer } from '../../src/serve/server';
import { Uploads } from '../../src/serve/uploads';

export interface ShellUnderTest {
  server: ShellServer;
  engine: EngineChild;
  token: string;
  /** Where uploads go, empty but for them. */
  temporary: string;
  close: () => Promise<void>;
}

export interface ShellUnderTestOptions {
  engineEntry: string;
  pageFolder: string;
  dataDir?: string;
  openPaths?: readonly string[];
  freeBytes?: () => Promise<number>;
}

export async function startShell(options: ShellUnderTestOptions): Promise<ShellUnderTest> {
  const temporary = await mkdtemp(join(tmpdir(), 'faultline-serve-test-'));
  const start = {
    shell: 'browser' as const,
    version: '1.2.3',
    dataDir: options.dataDir ?? join(temporary, 'data'),
    sampleDir: null,
  };
  const engine = new EngineChild({ entry: options.engineEntry, start });
  const uploads = await Uploads.create(temporary, options.freeBytes);
  await engine.start().catch(() => undefined);
  const server = await startServer({
    version: '1.2.3',
    page: await readPage(options.pageFolder),
    engine,
    uploads,
    openPaths: options.openPaths ?? [],
  });
  const token = new URLSearchParams(new URL(server.address).hash.slice(1)).get('token') ?? '';
  const close = async () => {
    await server.close();
    await engine.close();
    await uploads.close();
    await rm(temporary, { recursive: true, force: true });
  };
  return { server, engine, token, temporary, close };
}
