// What a lexicon is, and how its patterns are run. Owns the shape of the files of this folder, not their words.
// A pattern is the source of a regular expression without boundaries: it is matched case-insensitively between non-letters,
// on text whose apostrophes are all straight. `'?` lets people leave an apostrophe out.
import type { CorrectionKind } from '../model/correction';

/** What a wording says. The first fourteen speak for a correction, the last four against one. */
export const wordedCueKinds = [
  'negation',
  'wrong',
  'confusion',
  'reminder',
  'repeat',
  'revert',
  'redirect',
  'contrast',
  'prohibition',
  'omission',
  'malfunction',
  'excess',
  'complaint',
  'escalation',
  'thanks',
  'approval',
  'addition',
  'request',
] as const;
export type WordedCueKind = (typeof wordedCueKinds)[number];

/** Kinds that lower the score and are never shown as the cue of a correction. */
export const calmingCueKinds: ReadonlySet<WordedCueKind> = new Set<WordedCueKind>([
  'thanks',
  'approval',
  'addition',
  'request',
]);

/** `weak` patterns also occur in turns that correct nothing and get a weight of their own. */
export type CueGroup = {
  kind: WordedCueKind;
  strength: 'strong' | 'weak';
  at: 'start' | 'anywhere';
  patterns: string[];
};

export type CueLexicon = {
  /** BCP 47, e.g. `en`. */
  language: string;
  /** Words that may stand before an opening cue ("oh, no"). */
  fillers: string[];
  cues: CueGroup[];
  /** Wordings that tell what sort of correction it is, most telling first. */
  kinds: Partial<Record<CorrectionKind, string[]>>;
  /** How an agent says that something went wrong or that it cannot. */
  agentTrouble: string[];
};

/** A wording found in a text; `start` and `end` are UTF-16 offsets into the text as given. */
export type CueMatch = {
  kind: WordedCueKind;
  strength: 'strong' | 'weak';
  language: string;
  start: number;
  end: number;
};

/** `plain` is for lower-case ASCII text, where it finds the same as `full` in a fifth of the time. */
export type Expression = { full: RegExp; plain: RegExp };

type CompiledGroup = Omit<CueGroup, 'patterns'> & { expression: Expression };
export type CompiledLexicon = {
  language: string;
  groups: CompiledGroup[];
  /** Global expressions: for `String.match`, which counts, not for `exec`, which remembers. */
  kinds: { kind: CorrectionKind; expression: Expression }[];
  agentTrouble: Expression;
};

/** A text as the expressions want it: `lower` is null unless the text is ASCII throughout. */
export type CueText = { text: string; lower: string | null };

/** A letter, mark or sign beyond ASCII. */
const beyondAscii = /[\u0080-\uffff]/;

/** Makes a text, as `prepareForCues` returns it, ready for matching. */
export function cueTextOf(prepared: string): CueText {
  return { text: prepared, lower: beyondAscii.test(prepared) ? null : prepared.toLowerCase() };
}

/** The first match; offsets hold in the text as given. */
export function firstMatch(expression: Expression, { text, lower }: CueText): RegExpExecArray | null {
  return lower === null ? expression.full.exec(text) : expression.plain.exec(lower);
}

/** How often a global expression matches. */
export function countMatches(expression: Expression, { text, lower }: CueText): number {
  return (lower === null ? text.match(expression.full) : lower.match(expression.plain))?.length ?? 0;
}

const before = '(?<![\\p{L}\\p{M}\\p{N}_])';
const after = '(?![\\p{L}\\p{M}\\p{N}_])';

/** `\\w` of a pattern means a letter of any script; the one of JavaScript knows ASCII only and stops at an accent. */
function anyScript(source: string): string {
  const letters = '\\p{L}\\p{M}\\p{N}_';
  return source.replace(/\[[^\]]*\]|\\w/gu, (part) =>
    part.startsWith('[') ? part.replaceAll('\\w', letters) : `[${letters}]`,
  );
}

const plainBefore = '(?<![a-z0-9_])';
const plainAfter = '(?![a-z0-9_])';

/** The same expression for lower-case ASCII; patterns that name Unicode properties need the `u` flag there as well. */
function plainOf(source: string, flags: string): RegExp {
  return new RegExp(source, source.includes('\\p{') ? `${flags}u` : flags);
}

function between(patterns: string[], flags = ''): Expression {
  const any = patterns.join('|');
  return {
    full: new RegExp(`${before}(?:${anyScript(any)})${after}`, `${flags}iu`),
    plain: plainOf(`${plainBefore}(?:${any})${plainAfter}`, flags),
  };
}

function opening(patterns: string[], fillers: string[]): Expression {
  const any = patterns.join('|');
  const skipped = fillers.join('|');
  const full = skipped === '' ? '' : `(?:(?:${skipped})[\\s\\p{P}]+){0,2}`;
  const plain = skipped === '' ? '' : `(?:(?:${skipped})[^a-z0-9]+){0,2}`;
  return {
    full: new RegExp(`^[\\s\\p{P}]*${full}(?<cue>${anyScript(any)})${after}`, 'iu'),
    plain: plainOf(`^[^a-z0-9]*${plain}(?<cue>${any})${plainAfter}`, ''),
  };
}

/**
 * Makes a lexicon ready to run.
 * @throws SyntaxError when a pattern is not a regular expression
 */
export function compileLexicon(lexicon: CueLexicon): CompiledLexicon {
  return {
    language: lexicon.language,
    groups: lexicon.cues.map(({ patterns, ...rest }) => ({
      ...rest,
      expression: rest.at === 'start' ? opening(patterns, lexicon.fillers) : between(patterns),
    })),
    kinds: Object.entries(lexicon.kinds).map(([kind, patterns]) => ({
      kind: kind as CorrectionKind,
      expression: between(patterns, 'g'),
    })),
    agentTrouble: between(lexicon.agentTrouble),
  };
}

/** Every group of the lexicon that fires in the text, once each, at its first place. */
export function matchCues(text: CueText, lexicon: CompiledLexicon): CueMatch[] {
  const found: CueMatch[] = [];
  for (const { expression, kind, strength, at } of lexicon.groups) {
    const match = firstMatch(expression, text);
    if (match === null) continue;
    const cue = at === 'start' ? (match.groups?.['cue'] ?? match[0]) : match[0];
    const start = match.index + match[0].length - cue.length;
    found.push({ kind, strength, language: lexicon.language, start, end: start + cue.length });
  }
  return found;
}
