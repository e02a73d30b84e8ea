import type { UserTurn } from '../../../../shared/model/user-turn';
import { findMarks, type TextMark } from '../../../lib/visible-text';

/** Cue and matches, as far as they lie in what is shown. */
export function marksOf(text: string, cue: UserTurn['cue'] | undefined, query: string): TextMark[] {
  const marks: TextMark[] = [];
  // The cue's place is within the turn's text; where the row shows another one, the words decide.
  if (cue) {
    const start = text.slice(cue.start, cue.end) === cue.text ? cue.start : text.indexOf(cue.text);
    if (start !== -1 && cue.text !== '') marks.push({ start, end: start + cue.text.length, kind: 'cue' });
  }
  return [...marks, ...findMarks(text, query, 100)];
}
