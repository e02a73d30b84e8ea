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

export type PhraseSet = { anywhere: Root; opening: Root };

const asciiWord = /[a-z0-9_]+(?:'[a-z]+)*/giu;
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

/** Reads the words of a text. Linear in its length. */
export function readWords(text: string): Words {
  const isAscii = !beyondAscii.test(text);
  const folded: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const opens: (0 | 1 | 2)[] = [];
  let last = 0;
  for (const match of text.matchAll(isAscii ? asciiWord : anyWord)) {
    const word = match[0];
    folded.push(fold(word, isAscii));
    starts.push(match.index);
    ends.push(match.index + word.length);
    const gap = text.slice(last, match.index);
    opens.push(last === 0 || sentenceEnd.test(gap) ? 2 : clauseEnd.test(gap) ? 1 : 0);
    last = match.index + word.length;
  }
  return { folded, starts, ends, opens };
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
  return {
    anywhere: { node: anywhere, beginnings: beginningsOf(anywhere) },
    opening: { node: opening, beginnings: beginningsOf(opening) },
  };
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

/** Index after the longest phrase that begins at word `at`, -1 without one. Phrases do not run on over the end of a sentence. */
function longestFrom({ node: root, beginnings }: Root, words: Words, at: number): number {
  if (!mayBegin(beginnings, words.folded[at] as string)) return -1;
  let best = -1;
  const follow = (node: Node, i: number): void => {
    if ((node.isEnd || (node.isEndOfText && i === words.folded.length)) && i > best) best = i;
    for (const skip of node.skips) follow(skip, i);
    const word = words.folded[i];
    if (word === undefined || (i > at && words.opens[i] === 2)) return;
    const exact = node.next.get(word);
    if (exact) follow(exact, i + 1);
    for (const [prefix, next] of node.prefixes) if (word.startsWith(prefix)) follow(next, i + 1);
    if (node.any) follow(node.any, i + 1);
  };
  follow(root, at);
  return best === at ? -1 : best;
}

/** Every place where a phrase of the set stands, longest first where several begin at one word; places do not overlap. */
export function findPhrases(set: PhraseSet, words: Words, limit = Number.POSITIVE_INFINITY): PhraseMatch[] {
  const found: PhraseMatch[] = [];
  for (let at = 0; at < words.folded.length && found.length < limit; at++) {
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

/** The first place where a phrase of the set stands; null without one. */
export function findPhrase(set: PhraseSet, words: Words): PhraseMatch | null {
  return findPhrases(set, words, 1)[0] ?? null;
}

/** The first place where a phrase of the set stands that no phrase of `exceptions` touches; null without one. */
export function findPhraseBut(set: PhraseSet, exceptions: PhraseSet, words: Words): PhraseMatch | null {
  const found = findPhrases(set, words);
  if (found.length === 0) return null;
  const spared = findPhrases(exceptions, words);
  return found.find(({ from, to }) => !spared.some((one) => one.from < to && from < one.to)) ?? null;
}
