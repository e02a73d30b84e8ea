// A pattern of a lexicon, ready to be run on many texts. Case folding and the tables of all scripts make a regular expression
// slow to compile and to run, so the text is folded instead: lower case, and every character beyond the Latin letters of Europe
// replaced by one of its sort. The patterns hold no such characters, so they find what they would find in the text as it is.

/** What patterns may be written in: Latin letters, where lower case is the same as Unicode's case folding, and punctuation. */
const ownRanges: readonly (readonly [number, number])[] = [
  [0x0000, 0x017e],
  [0x2000, 0x2060],
];

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

const own = ownRanges.map((range) => range.map(escaped).join('-')).join('');
/** The dotted capital I is two units long in lower case. */
const strange = new RegExp(`[^${own}]|\u0130`, 'gu');
const strangeCapitals = new Map([
  ['\u017f', 's'],
  ['\u1e9e', '\u00df'],
  ['\u212a', 'k'],
  ['\u212b', '\u00e5'],
]);
const standIns: readonly (readonly [RegExp, string])[] = [
  [/[\p{L}\p{M}\p{N}]/u, '\u0138'],
  [/\s/u, '\u2005'],
  [/\p{P}/u, '\u2021'],
];
const otherStandIn = '\u2044';

function standInOf(character: string): string {
  const capital = strangeCapitals.get(character);
  if (capital !== undefined) return capital;
  const found = standIns.find(([sort]) => sort.test(character));
  return (found?.[1] ?? otherStandIn).repeat(character.length);
}

/** A text made ready to be searched, every UTF-16 unit in its place. */
export type CueText = { readonly folded: string };

/** Makes a text ready to be searched; once for all patterns. */
export function cueTextOf(text: string): CueText {
  return { folded: text.replace(strange, standInOf).toLowerCase() };
}

const classes = new Map<string, string>();

/** What belongs into a bracket for a Unicode property: the characters patterns may be written in that have it. */
function classOf(property: string): string {
  const known = classes.get(property);
  if (known !== undefined) return known;
  const has = new RegExp(`\\p{${property}}`, 'u');
  let inside = '';
  for (const [first, last] of ownRanges) {
    for (let unit = first; unit <= last; unit++) {
      const from = unit;
      while (unit <= last && has.test(String.fromCharCode(unit))) unit++;
      if (unit > from) inside += `${escaped(from)}-${escaped(unit - 1)}`;
    }
  }
  classes.set(property, inside);
  return inside;
}

/** A regular expression without regard to case, that remembers nothing between two texts. */
export class CueExpression {
  readonly #expression: RegExp;

  /**
   * `source` is in lower case, with `\p{…}` inside brackets only, no `.` and no brackets of what must not be there.
   * @throws SyntaxError when it is not a regular expression, or holds characters beyond Latin letters and punctuation
   */
  constructor(source: string) {
    const stranger = source.match(strange)?.[0];
    if (stranger !== undefined) throw new SyntaxError(`A pattern of a lexicon cannot hold “${stranger}”.`);
    this.#expression = new RegExp(
      source.replace(/\\p\{(\w+)\}/gu, (_, property: string) => classOf(property)),
      'g',
    );
  }

  /** The first place where it matches; `index` is a UTF-16 offset, the texts matched are folded. */
  exec({ folded }: CueText): RegExpExecArray | null {
    this.#expression.lastIndex = 0;
    return this.#expression.exec(folded);
  }

  test(text: CueText): boolean {
    return this.exec(text) !== null;
  }

  /** How often it matches, matches not overlapping. */
  count({ folded }: CueText): number {
    return folded.match(this.#expression)?.length ?? 0;
  }
}
