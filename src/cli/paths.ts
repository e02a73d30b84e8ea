/** Paths as people give them on the command line: files, folders and patterns. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from './failure';
import { expandPattern, hasPattern } from './glob';

/** Absolute paths, each once, in the order given. Rejects where one is not there or a pattern matches nothing. */
export async function findPaths(given: readonly string[], cwd: string): Promise<string[]> {
  const found = new Set<string>();
  for (const operand of given) {
    const path = resolve(cwd, operand);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    // A file may have such characters in its name; then it is no pattern.
    const paths = !isThere && hasPattern(operand) ? await expandPattern(operand, cwd) : isThere ? [path] : [];
    if (paths.length === 0)
      throw new CommandError(
        hasPattern(operand) ? `Nothing matches ${operand}.` : `There is nothing at ${path}.`,
      );
    for (const one of paths) found.add(one);
  }
  return [...found];
}
