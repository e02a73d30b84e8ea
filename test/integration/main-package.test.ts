/** How the desktop shell is packaged: the configuration is valid, and the hook leaves every fuse as it must be. */
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

interface PackContext {
  appOutDir: string;
  electronPlatformName: string;
  arch: number;
  packager: { executableName?: string; appInfo: { productFilename: string } };
}
const hook = require('../../scripts/after-pack.cjs') as {
  default: (context: PackContext) => Promise<void>;
  FUSES: Record<string, boolean>;
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-package-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FUSE_COUNT = Object.keys(FuseV1Options).filter((key) => /^\d+$/u.test(key)).length;

/** A binary as far as its fuses: the sentinel, the version, their number, and each as Electron ships it. */
async function writeBinary(path: string, fuseCount = FUSE_COUNT): Promise<void> {
  const wire = Buffer.from([1, fuseCount, ...Buffer.from('1'.repeat(fuseCount))]);
  const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
  await writeFile(path, Buffer.concat([Buffer.alloc(5000, 'x'), sentinel, wire, Buffer.alloc(5000, 'y')]));
}

async function writeProgram(duckdb: readonly string[], fuseCount?: number): Promise<PackContext> {
  const bindings = join(
    folder,
    'resources',
    'app.asar.unpacked',
    'node_modules',
    '@duckdb',
    'node-bindings-linux-x64',
  );
  await mkdir(bindings, { recursive: true });
  for (const name of duckdb) await writeFile(join(bindings, name), '');
  await writeBinary(join(folder, 'faultline'), fuseCount);
  return {
    appOutDir: folder,
    electronPlatformName: 'linux',
    arch: 1,
    packager: { executableName: 'faultline', appInfo: { productFilename: 'Faultline' } },
  };
}

describe('the packaged program', () => {
  it('has every fuse set as the shell relies on', async () => {
    const context = await writeProgram(['duckdb.node', 'libduckdb.so']);
    await hook.default(context);
    const wire = (await getCurrentFuseWire(join(folder, 'faultline'))) as unknown as Record<
      number,
      FuseState
    >;
    const isOn = (fuse: FuseV1Options) => wire[fuse] === FuseState.ENABLE;
    expect({
      RunAsNode: isOn(FuseV1Options.RunAsNode),
      NodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      Inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      FilePrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
      AsarIntegrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      OnlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      CookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
    }).toEqual({
      RunAsNode: false,
      NodeOptions: false,
      Inspect: false,
      FilePrivileges: false,
      AsarIntegrity: true,
      OnlyAsar: true,
      CookieEncryption: true,
    });
    expect(Object.keys(hook.FUSES), 'none is left to chance').toHaveLength(FUSE_COUNT);
  });

  it('is not made when Electron has a fuse that nobody decided about', async () => {
    const context = await writeProgram(['duckdb.node', 'libduckdb.so'], FUSE_COUNT + 1);
    await expect(hook.default(context)).rejects.toThrow();
  });

  it.each([[['duckdb.node']], [['libduckdb.so']], [[]]])(
    'is not made when of DuckDB there is only %j',
    async (files) => {
      await expect(hook.default(await writeProgram(files))).rejects.toThrow('DuckDB');
    },
  );

  it('is described by a configuration that electron-builder takes', async () => {
    // Its own parts, found from where it lies: they are no dependencies of this project.
    const builder = createRequire(require.resolve('electron-builder'));
    const { load } = builder('js-yaml') as { load: (text: string) => Record<string, unknown> };
    const configuration = load(await readFile(join(ROOT, 'electron-builder.yml'), 'utf8'));
    const { validateConfiguration } = builder('app-builder-lib/out/util/config/config') as {
      validateConfiguration: (configuration: unknown, logger: unknown) => Promise<void>;
    };
    const logger = { isEnabled: false, add: () => undefined };
    await expect(validateConfiguration(configuration, logger)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...configuration, asarUnpak: [] }, logger)).rejects.toThrow();
    expect(configuration).toMatchObject({
      asar: true,
      publish: null,
      afterPack: 'scripts/after-pack.cjs',
      asarUnpack: ['node_modules/@duckdb/node-bindings*/**', 'node_modules/onnxruntime-web/**'],
      linux: { target: [{ target: 'AppImage' }, { target: 'deb' }] },
      mac: { target: [{ target: 'dmg' }] },
      win: { target: [{ target: 'nsis' }] },
    });
  });
});
