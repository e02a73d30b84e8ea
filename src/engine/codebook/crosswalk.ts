/** Which categories stand for each other: the built-in links with what the analyst changed. */
import type { CrosswalkLink } from '../../shared/model/codebook';
import { BadInput } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import { currentCodebook, failureModeNames } from './codebook';
import { builtInCrosswalk, starters } from './starters';

/** A link with how its ends are called, and the sets they are from: a built-in one, else the codebook of the workspace. */
export type NamedLink = CrosswalkLink & {
  fromName: string;
  toName: string;
  fromSet: string;
  toSet: string;
  isBuiltIn: boolean;
  /** Built in, with another relation than it came with. */
  isChanged: boolean;
};

/** What the codebook of the workspace is called beside the built-in sets. */
const OWN_SET = 'Codebook';

const starterModes = new Map(
  starters.flatMap((set) =>
    set.failureModes.map((mode) => [mode.id, { name: mode.name, set: set.title }] as const),
  ),
);

const key = ({ fromId, toId }: { fromId: string; toId: string }) => JSON.stringify([fromId, toId]);
const builtIn = new Map(builtInCrosswalk.map((link) => [key(link), link.relation]));

/** All links in force, the built-in ones first. */
export function crosswalkOf(state: Projection): NamedLink[] {
  const names = failureModeNames(state);
  const nameOf = (id: string): string => names.get(id) ?? starterModes.get(id)?.name ?? id;
  const setOf = (id: string): string => starterModes.get(id)?.set ?? OWN_SET;
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
            fromSet: setOf(fromId),
            toSet: setOf(toId),
            isBuiltIn: builtIn.has(key({ fromId, toId })),
            isChanged: builtIn.has(key({ fromId, toId })) && builtIn.get(key({ fromId, toId })) !== relation,
          },
        ],
  );
}

/** Throws BadInput where a link would join a category to itself or name one that no set holds. */
export function checkLink(state: Projection, { fromId, toId }: { fromId: string; toId: string }): void {
  if (fromId === toId) throw new BadInput('A category cannot be linked to itself.');
  const own = new Set(currentCodebook(state).failureModes.map((mode) => mode.id));
  const known = new Set(crosswalkOf(state).flatMap((link) => [link.fromId, link.toId]));
  for (const id of [fromId, toId])
    if (!own.has(id) && !starterModes.has(id) && !known.has(id))
      throw new BadInput(`No set holds a category “${id}”.`);
}
