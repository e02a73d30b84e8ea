import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The kernel that scans lines of spans, in parts. */
export const SPAN_LINES =
  'memory text squeeze values records messages elements forms words md5 tools otlp flat columns left-lines firsts snappy'
    .split(' ')
    .map((part) => `span-lines/${part}.as`);

/** The name the compiler knows the source by: it takes no other ending than its own. */
const ENTRY = 'kernels.ts';
const OPTIONS =
  '-O3 --enable simd --runtime stub --importMemory --initialMemory 1 --maximumMemory 32768 --noExportMemory';

/** The bytes of sources below assembly/, one after the other. Throws with the compiler's messages where they do not compile. */
export async function compileKernels(...files) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const parts = files.map((file) => readFileSync(new URL(`../assembly/${file}`, import.meta.url), 'utf8'));
  const sources = new Map([[ENTRY, parts.join('\n')]]);
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
