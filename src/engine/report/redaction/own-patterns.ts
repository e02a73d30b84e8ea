/**
 * The analyst's own words and patterns. Patterns are RE2's, whose time is linear in the text whatever the pattern: there is no
 * looking back and no back reference, and none can be made to hang.
 * https://github.com/google/re2/wiki/Syntax
 */
import { RE2JS } from 're2js';
import { BadInput } from '../../workspace/problem';
import type { Finder, Hit } from './kinds';

export interface OwnPattern {
  /** What it finds, in a word or two: the pseudonym's first part. */
  name: string;
  pattern: string;
}

function compiled({ name, pattern }: OwnPattern): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadInput(`The pattern “${name}” cannot be read: ${reason}.`);
  }
}

/** Throws BadInput for a pattern that cannot be read, or that finds nothing but places between characters. */
export function checkPatterns(patterns: readonly OwnPattern[]): void {
  for (const one of patterns) {
    const expression = compiled(one);
    if (expression.matcher('').find())
      throw new BadInput(
        `The pattern “${one.name}” fits an empty text, so it would mask everything or nothing.`,
      );
  }
}

/** Finds the plain words, regardless of case, and what the patterns fit. Throws BadInput as checkPatterns does. */
export function ownFinder(terms: readonly string[], patterns: readonly OwnPattern[]): Finder {
  const words = terms.map((term) => term.trim()).filter((term) => term !== '');
  const plain =
    words.length === 0
      ? null
      : new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'giu');
  const expressions = patterns.map((one) => ({ label: labelOf(one.name), expression: compiled(one) }));
  return (text) => {
    const hits: Hit[] = [];
    const take = (start: number, end: number, label?: string) => {
      const value = text.slice(start, end).toLowerCase();
      hits.push({ kind: 'custom', start, end, value, ...(label === undefined ? {} : { label }) });
    };
    if (plain) for (const match of text.matchAll(plain)) take(match.index, match.index + match[0].length);
    for (const { label, expression } of expressions) {
      const matcher = expression.matcher(text);
      while (matcher.find()) if (matcher.end() > matcher.start()) take(matcher.start(), matcher.end(), label);
    }
    return hits;
  };
}

/** A name as it stands in a pseudonym: letters, digits and single spaces. */
function labelOf(name: string): string {
  const label = name
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 30)
    .toLowerCase();
  return label === '' ? 'custom' : label;
}
