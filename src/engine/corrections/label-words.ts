// Text -> the words by which a cluster may be named: those the user said, without pasted output, addresses and codes. Owns what is
// left out and where neighbours stop being neighbours; which words tell is cluster-keywords'.
import { tokenize } from '../../shared/text/tokenize';
import { labelStopWords } from './label-stop-words.data';

/** Stands between words that were not said one after the other. */
export const wordGap = '';

/** So far a text is read: what it is about it says early. */
const mostCharacters = 1_500;

const fenced = /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)/gu;
const address = /\b[a-z][a-z+.-]{1,12}:\/\/\S+|\bwww\.\S+|\S+@\S+\.\S+/giu;
/** `src/engine/x.ts`, `C:\work\x.ts`, `@vercel.json`, `README.md`, `next.js`. */
const filePath =
  /@?(?:[a-z]:)?(?:[\w.~-]*[\\/])+[\w.-]*\w|@?\b[\w-]+(?:\.[\w-]+)*\.[a-z][a-z0-9]{0,4}\b(?!\()/giu;
/** `e-mail`, `check-in`: one word, as people write it. */
const compound =
  /(?<![\p{L}\p{M}\p{N}_-])\p{L}[\p{L}\p{M}]*(?:-\p{L}[\p{L}\p{M}]*)+(?![\p{L}\p{M}\p{N}_-])/gu;
/** Between sentences and around brackets: a mark with space behind it, so that a full stop in a file name breaks nothing. */
const sentenceEnd = /[.!?;:,]+(?=\s|$)|[\n(){}[\]"\u201c\u201d\u201e\u00ab\u00bb<>|*=]+/u;

/** A line of a log, a stack, a diff or a program: marks and digits where sentences have letters. */
function isPasted(line: string): boolean {
  const trimmed = line.trim();
  if (/^(?:at |file "|[>$#+]\s|traceback|caused by|\d{1,2}:\d{2}(?::\d{2})?)/iu.test(trimmed)) return true;
  if (trimmed.length < 20) return false;
  const letters = trimmed.match(/[\p{L}\p{M}\s',.?!]/gu)?.length ?? 0;
  return letters < 0.75 * trimmed.length;
}

/** Letters and digits mixed as in an order number or a user id; `python3` and `h1` are words. */
function isCode(word: string): boolean {
  if (!/\p{N}/u.test(word)) return false;
  return !/^\p{L}+\p{N}{1,2}$/u.test(word) || word.length > 12;
}

/** The name of a file without its folders, as a word of its own. */
function nameOfPath(path: string): string {
  const name = path.split(/[\\/]/u).filter(Boolean).at(-1) ?? '';
  return name.replace(/^@/u, '').toLowerCase();
}

/** What the user wrote, without what was pasted, unless all of it was. */
function ownLines(text: string): string {
  const head = text.slice(0, mostCharacters);
  if (head.length < 60 && !head.includes('\n')) return head;
  const own = head
    .replace(fenced, '\n')
    .split('\n')
    .filter((line) => !isPasted(line))
    .join('\n');
  return /\p{L}{2}/u.test(own) ? own : head;
}

function plainWordsOf(part: string): string[] {
  return tokenize(part).map((word) =>
    labelStopWords.has(word) || isCode(word) || /^_+|_+$/u.test(word) ? wordGap : word,
  );
}

function wordsOf(part: string): string[] {
  const words: string[] = [];
  let from = 0;
  for (const match of part.matchAll(compound)) {
    words.push(...plainWordsOf(part.slice(from, match.index)), match[0].toLowerCase());
    from = match.index + match[0].length;
  }
  return [...words, ...plainWordsOf(part.slice(from))];
}

/**
 * The words of a text in order, lower case, with `wordGap` where something was left out or a sentence ends. File names stay whole
 * and lose their folders. Never throws; empty where nothing names anything.
 */
export function labelWords(text: string): string[] {
  const words: string[] = [];
  for (const part of ownLines(text).replace(address, '\n').split(sentenceEnd)) {
    let from = 0;
    for (const match of part.matchAll(filePath)) {
      words.push(...wordsOf(part.slice(from, match.index)), wordGap, nameOfPath(match[0]), wordGap);
      from = match.index + match[0].length;
    }
    words.push(...wordsOf(part.slice(from)), wordGap);
  }
  return words;
}
