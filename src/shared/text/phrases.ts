// Finding set phrases in text, word by word: a trie over folded words, so that the cost is that of reading the text once,
// however many phrases there are. Owns the notation of the phrase lists under shared/lexicon; knows none of their words.
//
// A phrase is words with spaces. `(a|b)` is a choice, `(a|)` may be left out, `word*` any ending, `_` any one word,
// `^` in front: only where a sentence or clause begins; `$` behind: only where the text ends. Case, accents and apostrophes do not count.

/** The words of a text in order, folded, with their places in it. */
export type Words = {
  folded: readonly string[];
  /** UTF-16 offsets into the text as given. */
  starts: readonly number[];
  ends: readonly number[];
  /** What begins at the word: 2 a sentence (or the text), 1 a clause after a comma, bracket or dash, 0 neither. */
  opens: readonly (0 | 1 | 2)[];
  /** Which sets may have a phrase that begins at the word: a bit for each set (see `PhraseSet`), and of all words together. */
  begins: readonly number[];
  beginsAny: number;
  /** How many sets there were when the words were read; of later ones the marks say nothing. */
  setCount: number;
};

export type PhraseMatch = {
  /** Index of the first word, and of the word after the last. */
  from: number;
  to: number;
  /** UTF-16 offsets into the text as given. */
  start: number;
  end: number;
};

/** A state of the matcher. `skips`: states that are reached without a word, where choices join again. */
type Node = {
  next: Map<string, Node>;
  prefixes: [string, Node][];
  any: Node | null;
  skips: Node[];
  isEnd: boolean;
  isEndOfText: boolean;
};

/** Words a phrase may begin with: most words of a text begin none, and are passed over by one look. */
type Beginnings = { words: Set<string>; prefixes: Map<string, string[]>; isAny: boolean };

type Root = { node: Node; beginnings: Beginnings };

/** `bit` marks the words with which a phrase of it may begin. Sets beyond the 31st share their bit with another. */
export type PhraseSet = { anywhere: Root; opening: Root; order: number; bit: number };

const anyWord = /[\p{L}\p{M}\p{N}_]+(?:['\u2019\u02bc\u00b4`][\p{L}\p{M}]+)*/gu;
const beyondAscii = /[^ -~\s]/u;
const sentenceEnd = /[.!?;:\n\u2026\u3002\uff01\uff1f\u00bf\u00a1]/u;
const clauseEnd = /[,()"\u201c\u201d\u2013\u2014*]| - /u;
const apostrophes = /['\u2019\u02bc\u00b4`]/gu;
const marks = /\p{M}/gu;

function fold(word: string, isAscii: boolean): string {
  const lower = word.toLowerCase();
  if (isAscii) return lower.includes("'") ? lower.replaceAll("'", '') : lower;
  return lower.normalize('NFKD').replace(marks, '').replace(apostrophes, '').replaceAll('\u00df', 'ss');
}

const sets: PhraseSet[] = [];
const bitCount = 31;

/** Words met before, as written, with what is known of them; forgotten when there are too many. */
const knownWords = new Map<string, { folded: string; begins: number }>();
const maxKnownWords = 50_000;

function lookUp(written: string, isAscii: boolean): { folded: string; begins: number } {
  const known = knownWords.get(written);
  if (known !== undefined) return known;
  if (knownWords.size >= maxKnownWords) knownWords.clear();
  // Kept as a copy: a part of a long text would hold all of it in memory.
  const copy = ` ${written}`.slice(1);
  const folded = fold(copy, isAscii);
  let begins = 0;
  for (const { anywhere, opening, bit } of sets)
    if (mayBegin(anywhere.beginnings, folded) || mayBegin(opening.beginnings, folded)) begins |= bit;
  const made = { folded, begins };
  knownWords.set(copy, made);
  return made;
}

/** Sorts of ASCII characters: 1 letters, 2 digits and underscore, 3 ends of sentences, 4 of clauses, 0 all others. */
const sorts = new Uint8Array(128);
for (let unit = 48; unit < 58; unit++) sorts[unit] = 2;
for (let unit = 97; unit < 123; unit++) sorts[unit] = sorts[unit - 32] = 1;
sorts[95] = 2;
for (const mark of '.!?;:\n') sorts[mark.charCodeAt(0)] = 3;
for (const mark of ',()"*') sorts[mark.charCodeAt(0)] = 4;
const apostrophe = 39;

class WordList {
  readonly folded: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly opens: (0 | 1 | 2)[] = [];
  readonly begins: number[] = [];
  readonly setCount = sets.length;
  beginsAny = 0;

  add(text: string, start: number, end: number, opens: 0 | 1 | 2, isAscii: boolean): void {
    const { folded, begins } = lookUp(text.slice(start, end), isAscii);
    this.folded.push(folded);
    this.starts.push(start);
    this.ends.push(end);
    this.opens.push(opens);
    this.begins.push(begins);
    this.beginsAny |= begins;
  }
}

/** Index after the word of a plain text that begins at `start`: letters and digits, then apostrophes with letters behind. */
function endOfAscii(text: string, start: number): number {
  let at = start;
  let sort = sorts[text.charCodeAt(at)];
  while (sort === 1 || sort === 2) sort = sorts[text.charCodeAt(++at)];
  while (text.charCodeAt(at) === apostrophe && sorts[text.charCodeAt(at + 1)] === 1) {
    at += 2;
    while (sorts[text.charCodeAt(at)] === 1) at++;
  }
  return at;
}

const smallOrDigit = /[\p{Ll}\p{N}]/u;

/** A full stop within a name ("settings.yaml", "example.com", "3.5") ends no sentence. */
function isInnerStop(text: string, at: number): boolean {
  return text[at] === '.' && at > 0 && text[at - 1] !== ' ' && smallOrDigit.test(text.charAt(at + 1));
}

/** As the pattern for any script does it, unit by unit: most texts are plain, and this takes a fifth of the time. */
function readAscii(text: string): WordList {
  const words = new WordList();
  let opens: 0 | 1 | 2 = 2;
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    const sort = sorts[unit];
    if (sort === 1 || sort === 2) {
      const end = endOfAscii(text, at);
      words.add(text, at, end, opens, true);
      opens = 0;
      at = end;
      continue;
    }
    if (sort === 3 && !isInnerStop(text, at)) opens = 2;
    else if (opens === 0 && (sort === 4 || (unit === 45 && text.startsWith(' - ', at - 1)))) opens = 1;
    at++;
  }
  return words;
}

/** Reads the words of a text. Linear in its length. */
export function readWords(text: string): Words {
  if (!beyondAscii.test(text)) return readAscii(text);
  const words = new WordList();
  let last = 0;
  for (const match of text.matchAll(anyWord)) {
    const end = match.index + match[0].length;
    const gap = text.slice(last, match.index);
    const isEnd = last === 0 || (sentenceEnd.test(gap) && !(gap === '.' && isInnerStop(text, last)));
    const opens = isEnd ? 2 : clauseEnd.test(gap) ? 1 : 0;
    words.add(text, match.index, end, opens, false);
    last = end;
  }
  return words;
}

function newNode(): Node {
  return { next: new Map(), prefixes: [], any: null, skips: [], isEnd: false, isEndOfText: false };
}

function step(node: Node, word: string): Node {
  if (word === '_') return (node.any ??= newNode());
  const known = word.endsWith('*')
    ? node.prefixes.find(([prefix]) => prefix === word.slice(0, -1))?.[1]
    : node.next.get(word);
  if (known !== undefined) return known;
  const made = newNode();
  if (word.endsWith('*')) node.prefixes.push([word.slice(0, -1), made]);
  else node.next.set(word, made);
  return made;
}

/** Reads one phrase into the states; choices may stand inside choices. */
class PhraseReader {
  private at = 0;
  private readonly parts: string[];

  constructor(private readonly phrase: string) {
    this.parts = phrase.replace(/^\^|\$$/gu, '').match(/[()|]|[^\s()|]+/gu) ?? [];
  }

  read(root: Node): void {
    const end = this.sequence(root);
    if (this.at < this.parts.length || end === root)
      throw new Error(`The phrase "${this.phrase}" has a bracket too many or no words.`);
    if (this.phrase.endsWith('$')) end.isEndOfText = true;
    else end.isEnd = true;
  }

  private sequence(from: Node): Node {
    let node = from;
    for (; this.at < this.parts.length; this.at++) {
      const part = this.parts[this.at] as string;
      if (part === ')' || part === '|') break;
      node = part === '(' ? this.choice(node) : step(node, part === '_' ? part : fold(part, false));
    }
    return node;
  }

  private choice(from: Node): Node {
    const join = newNode();
    do {
      this.at++;
      this.sequence(from).skips.push(join);
    } while (this.parts[this.at] === '|');
    if (this.parts[this.at] !== ')') throw new Error(`The phrase "${this.phrase}" has a bracket too few.`);
    return join;
  }
}

/** Makes phrases ready to be searched for. Throws where a bracket is missing. */
export function compilePhrases(phrases: readonly string[]): PhraseSet {
  const anywhere = newNode();
  const opening = newNode();
  for (const phrase of phrases) new PhraseReader(phrase).read(phrase.startsWith('^') ? opening : anywhere);
  const set = {
    anywhere: { node: anywhere, beginnings: beginningsOf(anywhere) },
    opening: { node: opening, beginnings: beginningsOf(opening) },
    order: sets.length,
    bit: 1 << (sets.length % bitCount),
  };
  sets.push(set);
  // What was known of words says nothing of this set.
  knownWords.clear();
  return set;
}

function beginningsOf(root: Node): Beginnings {
  const found: Beginnings = { words: new Set(), prefixes: new Map(), isAny: false };
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const word of node.next.keys()) found.words.add(word);
    for (const [prefix] of node.prefixes) {
      const key = prefix.charAt(0);
      found.prefixes.set(key, [...(found.prefixes.get(key) ?? []), prefix]);
    }
    if (node.any) found.isAny = true;
    open.push(...node.skips);
  }
  return found;
}

function mayBegin({ words, prefixes, isAny }: Beginnings, word: string): boolean {
  if (isAny || words.has(word)) return true;
  const known = prefixes.get(word.charAt(0));
  return known !== undefined && known.some((prefix) => word.startsWith(prefix));
}

/** Index after the longest way from a state that begins at word `i`, or `best` where none is longer; `at` is where the phrase begins. */
function follow(node: Node, words: Words, at: number, i: number, best: number): number {
  const { folded, opens } = words;
  let longest = (node.isEnd || (node.isEndOfText && i === folded.length)) && i > best ? i : best;
  for (const skip of node.skips) longest = follow(skip, words, at, i, longest);
  const word = folded[i];
  if (word === undefined || (i > at && opens[i] === 2)) return longest;
  const exact = node.next.get(word);
  if (exact) longest = follow(exact, words, at, i + 1, longest);
  for (const [prefix, next] of node.prefixes)
    if (word.startsWith(prefix)) longest = follow(next, words, at, i + 1, longest);
  return node.any ? follow(node.any, words, at, i + 1, longest) : longest;
}

/** Index after the longest phrase that begins at word `at`, -1 without one. Phrases do not run on over the end of a sentence. */
function longestFrom({ node: root, beginnings }: Root, words: Words, at: number): number {
  if (!mayBegin(beginnings, words.folded[at] as string)) return -1;
  const best = follow(root, words, at, at, -1);
  return best === at ? -1 : best;
}

/**
 * Every place where a phrase of the set stands, longest first where several begin at one word; places do not overlap. At
 * most `limit`, and none that begins at word `until` or later.
 */
export function findPhrases(
  set: PhraseSet,
  words: Words,
  limit = Number.POSITIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): PhraseMatch[] {
  const found: PhraseMatch[] = [];
  const isMarked = set.order < words.setCount;
  if (isMarked && (words.beginsAny & set.bit) === 0) return found;
  const end = Math.min(words.folded.length, until);
  for (let at = 0; at < end && found.length < limit; at++) {
    if (isMarked && ((words.begins[at] as number) & set.bit) === 0) continue;
    const to = Math.max(
      longestFrom(set.anywhere, words, at),
      words.opens[at] !== 0 ? longestFrom(set.opening, words, at) : -1,
    );
    if (to < 0) continue;
    found.push({ from: at, to, start: words.starts[at] as number, end: words.ends[to - 1] as number });
    at = to - 1;
  }
  return found;
}

/** The first place where a phrase of the set stands, before word `until`; null without one. */
export function findPhrase(set: PhraseSet, words: Words, until?: number): PhraseMatch | null {
  return findPhrases(set, words, 1, until)[0] ?? null;
}

/** The first place where a phrase of the set stands that no phrase of `exceptions` touches; null without one. */
export function findPhraseBut(set: PhraseSet, exceptions: PhraseSet, words: Words): PhraseMatch | null {
  const found = findPhrases(set, words);
  if (found.length === 0) return null;
  const spared = findPhrases(exceptions, words);
  return found.find(({ from, to }) => !spared.some((one) => one.from < to && from < one.to)) ?? null;
}
