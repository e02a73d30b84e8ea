/**
 * Patterns in paths, for shells that leave them (Windows) and for quoted ones: `*`, `?`, `[a-z]`, `{a,b}` and `**`. Names
 * that begin with a dot are matched only where the pattern says the dot. Must not follow links into circles.
 */
import { readdir } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';

const MAGIC = /[*?[{]/u;

export function hasPattern(path: string): boolean {
  return MAGIC.test(path);
}

/** Absolute paths that match, sorted; empty when none does. */
export async function expandPattern(pattern: string, base: string): Promise<string[]> {
  const normal = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const found = new Set<string>();
  for (const one of expandBraces(normal)) {
    const { root } = parse(one);
    const parts = one
      .slice(root.length)
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    for (const path of await walk(root === '' ? base : resolve(root), parts)) found.add(path);
  }
  return [...found].sort();
}

async function walk(folder: string, parts: readonly string[]): Promise<string[]> {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  if (part === '..') return walk(resolve(folder, '..'), rest);
  if (part !== '**' && !hasPattern(part)) return walkFixed(folder, part, rest);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = part === '**' ? await walk(folder, rest) : [];
  const matches: (name: string) => boolean = part === '**' ? (name) => !name.startsWith('.') : matcher(part);
  for (const entry of entries) {
    if (!matches(entry.name)) continue;
    const path = join(folder, entry.name);
    // Links are taken where they are the match itself, and not walked into by `**`.
    if (part === '**' ? entry.isDirectory() : rest.length > 0 && !entry.isFile())
      found.push(...(await walk(path, part === '**' ? parts : rest)));
    else if (part !== '**' && rest.length === 0) found.push(path);
  }
  return found;
}

/** A part without a pattern need not be listed, only be there. */
async function walkFixed(folder: string, name: string, rest: readonly string[]): Promise<string[]> {
  const entries: string[] = await readdir(folder).catch(() => []);
  return entries.includes(name) ? walk(join(folder, name), rest) : [];
}

function matcher(part: string): (name: string) => boolean {
  const expression = part.replace(/\[[!^]?[^\]]+\]|[*?]|[\\^$.|+(){}[\]/]/gu, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (token.startsWith('[') && token.endsWith(']') && token.length > 2)
      return token.replace(/^\[[!^]/u, '[^').replaceAll('\\', '\\\\');
    return `\\${token}`;
  });
  const pattern = new RegExp(`^${expression}$`, 'u');
  return (name: string) => (part.startsWith('.') || !name.startsWith('.')) && pattern.test(name);
}

/** `a{b,c}d` → `abd`, `acd`; nested ones too. */
function expandBraces(pattern: string): string[] {
  const found = /\{([^{}]*,[^{}]*)\}/u.exec(pattern);
  if (found === null) return [pattern];
  const [whole, inner = ''] = found;
  return inner
    .split(',')
    .flatMap((one) =>
      expandBraces(pattern.slice(0, found.index) + one + pattern.slice(found.index + whole.length)),
    );
}
