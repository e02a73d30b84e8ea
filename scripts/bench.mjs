#!/usr/bin/env node
/**
 * Measures speed on data of its own making: `npm run bench -- NAME [options]` runs scripts/bench/NAME.mjs, which exports
 * `run(args)`. Results that are kept stand in docs/benchmarks/.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('bench', import.meta.url));
const names = readdirSync(FOLDER)
  .filter((name) => /^[a-z-]+\.mjs$/u.test(name))
  .map((name) => name.slice(0, -'.mjs'.length));

const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join('|')} [options]`);
  process.exit(2);
}
const { run } = await import(join(FOLDER, `${name}.mjs`));
await run(args);
