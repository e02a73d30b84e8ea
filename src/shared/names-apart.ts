/**
 * What files are called where a name alone would not say which is meant: a file whose name others have too has as many of its
 * folders before it as it takes. Returns one name for each path, in their order; the same path has the same name.
 */
export function namesApart(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/u).filter((part) => part !== ''));
  const names = parts.map((own) => own.slice(-1).join('/'));
  for (let depth = 2; ; depth++) {
    const clashing = positionsOfClashes(names, paths).filter((i) => (parts[i] ?? []).length >= depth);
    if (clashing.length === 0) return names;
    for (const i of clashing) names[i] = (parts[i] ?? []).slice(-depth).join('/');
  }
}

/** Where a name is that another path has as well. */
function positionsOfClashes(names: readonly string[], paths: readonly string[]): number[] {
  const pathsOf = new Map<string, Set<string>>();
  names.forEach((name, i) => {
    const others = pathsOf.get(name) ?? new Set();
    pathsOf.set(name, others.add(paths[i] ?? ''));
  });
  return names.flatMap((name, i) => ((pathsOf.get(name)?.size ?? 0) > 1 ? [i] : []));
}
