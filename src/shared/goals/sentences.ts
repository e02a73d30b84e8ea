/** Cuts a message into sentences with their places. Owns no words; code blocks and very long lines are passed over. */

export interface Sentence {
  text: string;
  /** Of its first character in the message. */
  start: number;
}

/** Characters of a message that are read: what is demanded stands in its first pages, the rest is pasted. */
const MAX_READ = 8000;
/** A longer sentence is a log line, a table or data. */
const MAX_SENTENCE = 400;
const FENCE = /^\s*(?:```|~~~)/;
const END = /[.!?\u3002\uff01\uff1f]+["')\u201d\u201c\u00bb]*(?=\s|$)|[;\u2022]\s/g;
const BULLET = /^\s*(?:[-*\u2022>]|\d{1,2}[.)])?\s*/;

const ABBREVIATION = /\b(?:e\.g|i\.e|etc|no|nr|z\.b|mr|mrs|dr|vs|p\.m|a\.m)\.$/i;

/** The sentences of a message, in order. */
export function sentencesOf(message: string): Sentence[] {
  const found: Sentence[] = [];
  let at = 0;
  let isCode = false;
  for (const line of message.slice(0, MAX_READ).split('\n')) {
    if (FENCE.test(line)) isCode = !isCode;
    else if (!isCode && line.trim() !== '') sentencesOfLine(line, at, found);
    at += line.length + 1;
  }
  return found;
}

function sentencesOfLine(line: string, lineStart: number, found: Sentence[]): void {
  let from = BULLET.exec(line)?.[0].length ?? 0;
  const take = (to: number): void => {
    const raw = line.slice(from, to);
    const lead = raw.length - raw.trimStart().length;
    const text = raw.trim();
    if (text.length > 2 && text.length <= MAX_SENTENCE) found.push({ text, start: lineStart + from + lead });
    from = to;
  };
  for (const match of line.matchAll(END)) {
    // What goes on in lower case behind a quotation is the same sentence: “Translate "Who are you?" in English.”
    if (
      /["')\u201d\u201c\u00bb]/.test(match[0]) &&
      /^\s+\p{Ll}/u.test(line.slice(match.index + match[0].length))
    )
      continue;
    // "e.g. three" and "No. 5" end no sentence.
    if (
      match[0].startsWith('.') &&
      ABBREVIATION.test(line.slice(Math.max(from, match.index - 5), match.index + 1))
    )
      continue;
    take(match.index + match[0].length);
  }
  take(line.length);
}
