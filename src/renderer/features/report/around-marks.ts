/** Long texts cut to what surrounds the first masked place, before and after masking alike. Pure. */
import type { TextMark } from '../../lib/visible-text';

/** Characters shown before the first place, and in all. */
const LEAD = 80;
const SHOWN = 420;

interface Place {
  start: number;
  length: number;
}

/** Both texts from the same character on, and the masked places in the first of them. */
export function aroundMarks(
  before: string,
  after: string,
  masked: readonly Place[],
): { before: string; after: string; marks: TextMark[] } {
  const first = masked[0]?.start ?? 0;
  const from = Math.max(0, first - LEAD);
  const cut = (text: string) => {
    const piece = text.slice(from, from + SHOWN).toWellFormed();
    return `${from > 0 ? '…' : ''}${piece}${from + SHOWN < text.length ? '…' : ''}`;
  };
  const shift = from > 0 ? 1 - from : 0;
  return {
    before: cut(before),
    after: cut(after),
    marks: masked
      .filter((place) => place.start + place.length <= from + SHOWN)
      .map((place) => ({
        start: place.start + shift,
        end: place.start + place.length + shift,
        kind: 'match' as const,
      })),
  };
}
