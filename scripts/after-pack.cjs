/**
 * electron-builder's hook after the program was put together and before it is signed: sets every fuse of the Electron
 * binary, and checks that DuckDB's two libraries lie unpacked in one folder. Fails the packaging when either is not so.
 * https://www.electronjs.org/docs/latest/tutorial/fuses
 */
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

/** Arch.arm64 of builder-util, which is not a dependency of this project. */
const ARM64 = 3;

/** The fuses by their names in @electron/fuses; every fuse that Electron has must be named. */
const FUSES = {
  // An attacker who can set an environment variable must not get a Node with this program's rights.
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableCookieEncryption: true,
  // Only what was packaged runs; on macOS and Windows its hash is checked.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
  // As Electron ships them.
  LoadBrowserProcessSpecificV8Snapshot: false,
  WasmTrapHandlers: true,
};

/** Path of the program that was packaged. */
function programOf({ appOutDir, electronPlatformName, packager }) {
  const { productFilename } = packager.appInfo;
  if (electronPlatformName === 'darwin') return join(appOutDir, `${productFilename}.app`);
  if (electronPlatformName === 'win32') return join(appOutDir, `${productFilename}.exe`);
  return join(appOutDir, packager.executableName ?? productFilename);
}

function resourcesOf({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName !== 'darwin') return join(appOutDir, 'resources');
  return join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources');
}

/** Throws a sentence unless `duckdb.node` and its library were unpacked side by side. */
function checkDuckdb(resources) {
  const scope = join(resources, 'app.asar.unpacked', 'node_modules', '@duckdb');
  const bindings = existsSync(scope) ? readdirSync(scope).filter((name) => /^node-bindings-/.test(name)) : [];
  const whole = bindings.filter((name) => {
    const files = readdirSync(join(scope, name));
    return files.includes('duckdb.node') && files.some((file) => /^(lib)?duckdb\.(so|dylib|dll)/.test(file));
  });
  if (whole.length === 0)
    throw new Error(
      `DuckDB's library is not beside its binding in ${scope}: see asarUnpack in electron-builder.yml.`,
    );
}

async function afterPack(context) {
  checkDuckdb(resourcesOf(context));
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  const fuses = Object.fromEntries(
    Object.entries(FUSES).map(([name, isOn]) => {
      if (!(name in FuseV1Options)) throw new Error(`Electron's fuses no longer include ${name}.`);
      return [FuseV1Options[name], isOn];
    }),
  );
  await flipFuses(programOf(context), {
    version: FuseVersion.V1,
    // A fuse that a newer Electron brings must be decided here before it ships.
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: context.electronPlatformName === 'darwin' && context.arch === ARM64,
    ...fuses,
  });
}

module.exports = { default: afterPack, FUSES, checkDuckdb, programOf };
