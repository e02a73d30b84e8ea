/**
 * JSON texts of lists that grow, as every call of a conversation repeats the messages of the one before. What was read of a text is kept
 * for a while, and of a text that begins with it the rest alone is parsed. Gives the same as parsing the whole.
 */
import { jsonDepth, MAX_DEPTH } from './json';

interface Known<Kind, List> {
  kind: Kind;
  /** The text up to its closing bracket. */
  body: string;
  list: List;
}

/** Two calls at a time, an agent's and its sub-agent's, with their answers between them. */
const MOST_KNOWN = 4;
/** Shorter texts are parsed as fast as they are compared, longer ones are not worth their memory. */
const LEAST_CHARACTERS = 200;
const MOST_CHARACTERS = 4_000_000;

export class GrowingLists<Kind, List> {
  #known: Known<Kind, List>[] = [];

  /**
   * What a text holds, where it is a list that `add` knows: from `start`, or what is known of its beginning, by `add`, which takes
   * further items and tells whether to go by them. Undefined where the text is none of that. What is given is kept, and must
   * not be changed.
   */
  read(
    text: string,
    kind: Kind,
    start: () => List,
    add: (list: List, items: readonly unknown[]) => boolean,
  ): List | undefined {
    if (text.length < LEAST_CHARACTERS || text.length > MOST_CHARACTERS) return undefined;
    const trimmed = text.trim();
    if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return undefined;
    const body = trimmed.slice(0, -1);
    const at = this.#known.findIndex((one) => one.kind === kind && continues(body, one.body));
    const known = this.#known[at];
    const items = known ? itemsBehind(trimmed, known.body) : itemsOf(trimmed);
    if (!items) return undefined;
    // What throws on the way must not be met again half done.
    this.#known = this.#known.filter((one) => one !== known);
    const list = known?.list ?? start();
    if (!add(list, items)) return undefined;
    this.#known = [{ kind, body, list }, ...this.#known].slice(0, MOST_KNOWN);
    return list;
  }
}

/** Whether a text is another one with more items, or with none. */
function continues(body: string, before: string): boolean {
  return body.startsWith(before) && /^\s*(?:,|$)/.test(body.slice(before.length, before.length + 16));
}

/** The items of a list behind those that are known; null where the rest of it is no JSON. */
function itemsBehind(trimmed: string, before: string): readonly unknown[] | null {
  const rest = trimmed.slice(before.length).trimStart();
  if (rest === ']') return [];
  const items = rest.startsWith(',') ? itemsOf(`[${rest.slice(1)}`) : null;
  return items && items.length > 0 ? items : null;
}

function itemsOf(text: string): readonly unknown[] | null {
  if (jsonDepth(text) > MAX_DEPTH) return null;
  try {
    const items = JSON.parse(text) as unknown;
    return Array.isArray(items) ? items : null;
  } catch {
    return null;
  }
}
