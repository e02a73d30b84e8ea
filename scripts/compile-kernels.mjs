import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = 'assembly/vector-kernels.as';
/** The name the compiler knows it by: it takes no other ending than its own. */
const ENTRY = 'vector-kernels.ts';
const OPTIONS =
  '-O3 --enable simd --runtime stub --importMemory --initialMemory 1 --maximumMemory 32768 --noExportMemory';

/** The bytes of assembly/vector-kernels.as. Throws with the compiler's messages where it does not compile. */
export async function compileKernels() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const sources = new Map([[ENTRY, readFileSync(new URL(`../${SOURCE}`, import.meta.url), 'utf8')]]);
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
