/** How links of the crosswalk are said and found. Pure. */
import type { CrosswalkLink, CrosswalkRelation } from '../../../shared/model/codebook';
import { formatCount } from '../../lib/format';

export type Link = CrosswalkLink & {
  fromName: string;
  toName: string;
  fromSet: string;
  toSet: string;
  isBuiltIn: boolean;
  isChanged: boolean;
};

export const relationWords: Record<CrosswalkRelation, string> = {
  same: 'is the same as',
  broader: 'is broader than',
  narrower: 'is narrower than',
  related: 'is related to',
};

/** Links in which every word of `text` occurs, at either end; of one set only, where one is chosen. */
export function shownLinks(links: readonly Link[], text: string, set: string | null): Link[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return links.filter((link) => {
    if (set !== null && link.fromSet !== set && link.toSet !== set) return false;
    const said = `${link.fromName} ${link.fromSet} ${link.toName} ${link.toSet}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** What became of the links of a file. */
export function importSentence(
  name: string,
  { added, changed, known }: { added: number; changed: number; known: number },
): string {
  if (added + changed + known === 0) return `${name} holds no link.`;
  const parts = [
    added > 0 && `${formatCount(added)} added`,
    changed > 0 && `${formatCount(changed)} changed`,
    known > 0 && `${formatCount(known)} there already`,
  ].filter((part) => part !== false);
  return `Links of ${name}: ${parts.join(', ')}.${added + changed > 0 ? ' Undo takes that back.' : ''}`;
}
