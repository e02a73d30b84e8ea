#!/usr/bin/env node
/**
 * Compiles assembly/vector-kernels.as (AssemblyScript) into src/engine/corrections/vector-kernels.data.ts. The compiler is an exact
 * dependency, so the same source gives the same bytes anywhere; a test compiles again and compares.
 *   npm run kernels
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernels } from './compile-kernels.mjs';

const target = fileURLToPath(new URL('../src/engine/corrections/vector-kernels.data.ts', import.meta.url));
const bytes = await compileKernels();
const lines =
  Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,116}/gu) ?? [];
writeFileSync(
  target,
  `/** Made by \`npm run kernels\` from assembly/vector-kernels.as: WebAssembly in base64. Not to be edited. */\nexport const vectorKernels = [\n${lines.map((line) => `  '${line}',`).join('\n')}\n].join('');\n`,
);
console.log(`${bytes.length} bytes of WebAssembly`);
