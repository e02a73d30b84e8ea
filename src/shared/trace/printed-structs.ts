/**
 * Lists of structs as DuckDB prints them into a CSV (`[{'role': user, 'content': 'Hello, you'}]`), and lists of dicts as Python
 * does. Owns the reading of such texts; each value is a text or null, since the print does not tell numbers from texts.
 * https://duckdb.org/docs/stable/sql/data_types/struct and .../sql/functions/text on casts to VARCHAR
 */
import { TextCursor } from './text-cursor';

const START = /^\[\s*\{\s*(['"])[^'"\n]{1,80}\1\s*:/;
const KEY = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*:\s*/y;
const QUOTED = /(?:'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)")(?=\s*(?:[,}\]]|$))/y;
/** Older versions of DuckDB put no text in quotes: it ends where the next key, the end of the struct or that of the list comes. */
const BARE_MEMBER = /[^]*?(?=, (?:'[^'\n]{1,80}'|"[^"\n]{1,80}"):|\}(?:,\s*[{'"]|\s*\n\s*\{|\s*[\]}]|\s*$))/y;
const BARE_ITEM = /[^\],]*/y;
const BETWEEN = /\s*,?\s*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const MAX_DEPTH = 20;

export type Printed = string | null | Printed[] | { [key: string]: Printed };

/** Thrown inside this file where a text is no such print. */
class NotPrinted extends Error {}

class Reading extends TextCursor {
  whole(): Printed {
    const value = this.value(false, 0);
    if (this.text.slice(this.at).trim() !== '') throw new NotPrinted();
    return value;
  }

  private value(isMember: boolean, depth: number): Printed {
    if (depth > MAX_DEPTH) throw new NotPrinted();
    if (this.isNext('[')) return this.items(depth + 1);
    const start = this.at;
    if (this.isNext('{')) {
      const struct = this.members(depth + 1);
      if (struct) return struct;
      this.at = start;
    }
    const quoted = this.take(QUOTED);
    if (quoted) return plain(quoted[1] ?? quoted[2] ?? '');
    const bare = this.take(isMember ? BARE_MEMBER : BARE_ITEM)?.[0].trim();
    if (bare === undefined) throw new NotPrinted();
    return bare === 'NULL' || bare === 'None' ? null : bare;
  }

  private items(depth: number): Printed[] {
    const items: Printed[] = [];
    while (!this.isNext(']')) {
      const before = this.at;
      items.push(this.value(false, depth));
      this.take(BETWEEN);
      if (this.at === before) throw new NotPrinted();
    }
    return items;
  }

  /** The struct, or null where what follows the brace is none, such as a map (`{k=v}`). */
  private members(depth: number): Printed | null {
    const members: [string, Printed][] = [];
    while (!this.isNext('}')) {
      const key = this.take(KEY);
      if (!key) return null;
      members.push([plain(key[1] ?? key[2] ?? ''), this.value(true, depth)]);
      this.take(BETWEEN);
    }
    return Object.fromEntries(members);
  }
}

function plain(quoted: string): string {
  return quoted.replace(/\\([^])/g, (_all, one: string) => ESCAPES[one] ?? one);
}

/** The list that a text is a print of; null where it is none. */
export function printedStructs(text: string): Printed[] | null {
  if (!START.test(text)) return null;
  try {
    const value = new Reading(text).whole();
    return Array.isArray(value) ? value : null;
  } catch (error) {
    if (error instanceof NotPrinted) return null;
    throw error;
  }
}
