/** What is shown of the place where a search hit: cut so that the hit is in sight, and marked. Pure. */
import { findMarks, type TextMark } from '../../lib/visible-text';

/** Characters before the hit: a column is narrow, and what follows says more than what precedes. */
const BEFORE = 24;

export function shownMatch(excerpt: string, text: string): { excerpt: string; marks: TextMark[] } {
  const query = text.trim().replace(/\s+/gu, ' ');
  const first = findMarks(excerpt, query, 1)[0];
  if (first === undefined || first.start <= BEFORE) return { excerpt, marks: findMarks(excerpt, query) };
  const wanted = first.start - BEFORE;
  // From the next word on, where one begins before the hit.
  const space = excerpt.indexOf(' ', wanted);
  const from = space !== -1 && space < first.start ? space + 1 : wanted;
  const cut = `…${excerpt.slice(from)}`.toWellFormed();
  return { excerpt: cut, marks: findMarks(cut, query) };
}
