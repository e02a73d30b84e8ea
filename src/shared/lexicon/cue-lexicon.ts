// What a lexicon is, and how its patterns are run. Owns the shape of the files of this folder, not their words.
// A pattern is the source of a regular expression without boundaries: it is matched case-insensitively between non-letters,
// on text whose apostrophes are all straight. `'?` lets people leave an apostrophe out.
import type { CorrectionKind } from '../model/correction';
import { CueExpression, type CueText } from './cue-expression';

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

type CompiledGroup = Omit<CueGroup, 'patterns'> & { expression: CueExpression };
export type CompiledLexicon = {
  language: string;
  groups: CompiledGroup[];
  kinds: { kind: CorrectionKind; expression: CueExpression }[];
  agentTrouble: CueExpression;
};

const before = '(?<![\\p{L}\\p{M}\\p{N}_])';
const after = '(?![\\p{L}\\p{M}\\p{N}_])';

/** `\\w` of a pattern means a letter of any script; the one of JavaScript knows ASCII only and stops at an accent. */
function anyScript(source: string): string {
  const letters = '\\p{L}\\p{M}\\p{N}_';
  return source.replace(/\[[^\]]*\]|\\w/gu, (part) =>
    part.startsWith('[') ? part.replaceAll('\\w', letters) : `[${letters}]`,
  );
}

function between(patterns: string[]): CueExpression {
  return new CueExpression(`${before}(?:${anyScript(patterns.join('|'))})${after}`);
}

function opening(patterns: string[], fillers: string[]): CueExpression {
  const skipped = fillers.length > 0 ? `(?:(?:${fillers.join('|')})[\\s\\p{P}]+){0,2}` : '';
  return new CueExpression(`^[\\s\\p{P}]*${skipped}(?<cue>${anyScript(patterns.join('|'))})${after}`);
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
      expression: between(patterns),
    })),
    agentTrouble: between(lexicon.agentTrouble),
  };
}

/** Every group of the lexicon that fires in the text, once each, at its first place. */
export function matchCues(text: CueText, lexicon: CompiledLexicon): CueMatch[] {
  const found: CueMatch[] = [];
  for (const { expression, kind, strength, at } of lexicon.groups) {
    const match = expression.exec(text);
    if (match === null) continue;
    const cue = at === 'start' ? (match.groups?.['cue'] ?? match[0]) : match[0];
    const start = match.index + match[0].length - cue.length;
    found.push({ kind, strength, language: lexicon.language, start, end: start + cue.length });
  }
  return found;
}
