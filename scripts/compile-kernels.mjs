import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The name the compiler knows the source by: it takes no other ending than its own. */
const ENTRY = 'kernels.ts';
const OPTIONS =
  '-O3 --enable simd --runtime stub --importMemory --initialMemory 1 --maximumMemory 32768 --noExportMemory';

/** The bytes of a source below assembly/. Throws with the compiler's messages where it does not compile. */
export async function compileKernels(source) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const sources = new Map([[ENTRY, readFileSync(new URL(`../assembly/${source}`, import.meta.url), 'utf8')]]);
  let bytes = null;
  const { error, stderr } = await asc.main([ENTRY, '-o', 'out.wasm', ...OPTIONS.split(' ')], {
    readFile: (name) => sources.get(name.replaceAll('\\', '/')) ?? null,
    writeFile: (_name, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
    baseDir: root,
  });
  if (error !== null || bytes === null) throw new Error(`${error?.message ?? ''}\n${stderr.toString()}`);
  return bytes;
}
