/**
 * Finding a failure mode under any version of the codebook, through merges and splits. An annotation keeps the mode and the
 * version it was made under; only reading goes through here.
 */
import type { Codebook } from '../../shared/model/codebook';

/** By the id of any mode of any version: the mode in force that stands for it today. Retired ones and those taken out have none. */
export function modesInForce(codebooks: readonly Codebook[]): ReadonlyMap<string, string> {
  const current = codebooks.at(-1);
  if (current === undefined) return new Map();
  const inForce = new Set(current.failureModes.flatMap((mode) => (mode.isRetired ? [] : [mode.id])));
  const ids = new Set(codebooks.flatMap((one) => one.failureModes.map((mode) => mode.id)));
  return new Map(
    [...ids].flatMap((id) => {
      const under = placeUnder(codebooks, current.version, id);
      return under !== null && inForce.has(under) ? [[id, under] as const] : [];
    }),
  );
}

/**
 * Which mode of a version stands for a mode that was assigned under any other: itself, what it was merged into, or what it was
 * split from. Null where that version has none. What is assigned to a mode after others were merged into it counts there in
 * earlier versions as well; corrections under a mode that was split since stay with it until they are sorted again.
 */
export function placeUnder(
  codebooks: readonly Codebook[],
  version: number,
  failureModeId: string,
): string | null {
  const target = codebooks.find((codebook) => codebook.version === version);
  if (target === undefined) return null;
  const known = new Set(target.failureModes.map((mode) => mode.id));
  let id = failureModeId;
  for (const { lineage = [] } of codebooks.filter((codebook) => codebook.version > version).reverse())
    for (const one of lineage)
      if (!known.has(id) && one.type === 'split' && one.intoIds.includes(id)) id = one.fromId;
  for (const { lineage = [] } of codebooks.filter((codebook) => codebook.version <= version))
    for (const one of lineage) if (one.type === 'merged' && one.fromIds.includes(id)) id = one.intoId;
  return known.has(id) ? id : null;
}
