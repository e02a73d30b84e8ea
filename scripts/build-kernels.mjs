#!/usr/bin/env node
/**
 * Compiles assembly/*.as (AssemblyScript) into the .data.ts files beside the modules that run them. The compiler is an exact
 * dependency, so the same source gives the same bytes anywhere; tests compile again and compare.
 *   npm run kernels
 */
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernels, SPAN_LINES } from './compile-kernels.mjs';

const KERNELS = [
  [['vector-kernels.as'], 'corrections/vector-kernels.data.ts', 'vectorKernels'],
  [['xxh64.as'], 'intake/xxh64-kernel.data.ts', 'xxh64Kernel'],
  [['json-lines.as'], 'intake/twin/line-kernel.data.ts', 'lineKernel'],
  [SPAN_LINES, 'intake/twin/span-kernel.data.ts', 'spanKernel'],
];

for (const [sources, target, name] of KERNELS) {
  const bytes = await compileKernels(...sources);
  const source = sources.length === 1 ? sources[0] : dirname(sources[0]);
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,116}/gu) ?? [];
  writeFileSync(
    fileURLToPath(new URL(`../src/engine/${target}`, import.meta.url)),
    `/** Made by \`npm run kernels\` from assembly/${source}: WebAssembly in base64. Not to be edited. */\nexport const ${name} = [\n${lines.map((line) => `  '${line}',`).join('\n')}\n].join('');\n`,
  );
  console.log(`${source}: ${bytes.length} bytes of WebAssembly`);
}
