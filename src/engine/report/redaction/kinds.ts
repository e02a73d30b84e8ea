/** What redaction knows to look for, and the shape of what it finds. */
import { maskKindSchema, type MaskKind } from '../../../shared/model/redaction';

/** In the order in which kinds win where they overlap. */
export const maskKinds: readonly MaskKind[] = maskKindSchema.options;

/** A place in a text that gives something away. `value` is what decides the pseudonym: equal values get equal ones. */
export interface Hit {
  kind: MaskKind;
  start: number;
  /** Exclusive. */
  end: number;
  value: string;
  /** First part of the pseudonym where it is not the kind: the name of an own pattern. */
  label?: string;
  /** A number of JSON, which has to become a string when it is masked. */
  isNumber?: boolean;
}

/** Finds all places of one kind in a text. Must run in time linear in the text's length, whatever the text. */
export type Finder = (text: string) => Hit[];

/** A finder that takes every match of a pattern that `accept` lets pass; `group` names the part that is masked. */
export function patternFinder(
  kind: MaskKind,
  pattern: RegExp,
  accept: (match: RegExpExecArray, text: string) => boolean = () => true,
  normalise: (value: string) => string = (value) => value.toLowerCase(),
): Finder {
  return (text) => {
    const hits: Hit[] = [];
    for (const match of text.matchAll(pattern)) {
      if (!accept(match, text)) continue;
      const masked = match.groups?.['mask'] ?? match[0];
      const start = match.index + (masked === match[0] ? 0 : match[0].lastIndexOf(masked));
      hits.push({ kind, start, end: start + masked.length, value: normalise(masked) });
    }
    return hits;
  };
}

/** The words before a place, for telling a phone number from an order number. */
export function wordsBefore(text: string, start: number, length = 40): string {
  return text.slice(Math.max(0, start - length), start).toLowerCase();
}
