/** Which categories stand for each other: the built-in links with what the analyst changed. */
import type { CrosswalkLink } from '../../shared/model/codebook';
import type { Projection } from '../workspace/projection';
import { failureModeNames } from './codebook';
import { builtInCrosswalk, starters } from './starters';

const starterNames = new Map(
  starters.flatMap((one) => one.failureModes.map((mode) => [mode.id, mode.name] as const)),
);

/** All links in force, the built-in ones first. */
export function crosswalkOf(
  state: Projection,
): (CrosswalkLink & { fromName: string; toName: string; isBuiltIn: boolean })[] {
  const names = failureModeNames(state);
  const nameOf = (id: string): string => names.get(id) ?? starterNames.get(id) ?? id;
  const key = ({ fromId, toId }: { fromId: string; toId: string }) => JSON.stringify([fromId, toId]);
  const builtIn = new Set(builtInCrosswalk.map(key));
  const links = new Map<
    string,
    { fromId: string; toId: string; relation: CrosswalkLink['relation'] | 'none' }
  >(builtInCrosswalk.map((link) => [key(link), link]));
  for (const link of state.crosswalk) links.set(key(link), link);
  return [...links.values()].flatMap(({ fromId, toId, relation }) =>
    relation === 'none'
      ? []
      : [
          {
            fromId,
            toId,
            relation,
            fromName: nameOf(fromId),
            toName: nameOf(toId),
            isBuiltIn: builtIn.has(key({ fromId, toId })),
          },
        ],
  );
}
