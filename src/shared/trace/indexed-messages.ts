/**
 * Messages that stand in the keys of attributes, one key a field (`llm.input_messages.0.message.role`, OpenInference;
 * `gen_ai.prompt.0.content`, Traceloop): how the values of such keys, in which order and with what between them, make the JSON list
 * that `subtree` and `undot` give. It hangs on the keys alone, so that SQL can put the lists of all spans with the same keys together.
 */
import { newBag, subtree, undot } from './attribute-bag';
import { get, isObject } from './json';

/** In these families every item of the list is an object with a `message` and no more. */
const WRAPPED = ['llm.input_messages', 'llm.output_messages'] as const;
const PLAIN = ['gen_ai.prompt', 'gen_ai.completion'] as const;
const FAMILIES: readonly string[] = [...WRAPPED, ...PLAIN];
const isWrapped = (family: string): boolean => WRAPPED.some((one) => one === family);

/** Keys that belong to such a list, as a regular expression of both JavaScript and RE2. */
export const MESSAGE_KEY = '^(llm\\.(input|output)_messages|gen_ai\\.(prompt|completion))\\.';

/** A list put together: the values of the attributes `at` (0-based), each with its head in front, and the tail. */
interface FoldedList {
  at: number[];
  heads: string[];
  tail: string;
}

interface FoldedKeys {
  /** The keys that stay, then one for each list. */
  keys: string[];
  /** Where those that stay are among all (0-based). */
  rest: number[];
  /** Lists in the order of their keys. */
  lists: FoldedList[];
}

/** A character for private use: a key that has it is not folded. */
const MARK = '\uf8ff';
const MARKED = new RegExp(`"${MARK}(\\d+)${MARK}"`);

/** Whether every item is what its family says: only then does a message mean the same without what is around it. */
function areMessages(list: readonly unknown[], family: string): boolean {
  return list.every((item) => {
    const message = get(item, 'message');
    return isWrapped(family)
      ? isObject(message) && Object.keys(item as object).length === 1
      : isObject(item) && message === undefined;
  });
}

function foldFamily(family: string, keys: readonly string[]): FoldedList | null {
  const bag = newBag();
  for (const [i, key] of keys.entries()) {
    if (!key.startsWith(`${family}.`)) continue;
    // Others are attributes of their own as well.
    if (!/^\d+\../.test(key.slice(family.length + 1))) return null;
    bag[key] = `${MARK}${String(i)}${MARK}`;
  }
  const list = undot(subtree(bag, family));
  if (!Array.isArray(list) || !areMessages(list, family)) return null;
  const parts = JSON.stringify(list).split(MARKED);
  const at = parts.filter((_, i) => i % 2 === 1).map(Number);
  const heads = parts.filter((_, i) => i % 2 === 0);
  const tail = heads.pop() ?? '';
  return at.length === Object.keys(bag).length ? { at, heads, tail } : null;
}

/** The key a list goes by: one that stood among its own, where that decides what a span is. */
function nameOf(family: string, keys: readonly string[]): string {
  if (isWrapped(family)) return `${family}.0.message.content`;
  const content = `${family}.0.content`;
  return keys.includes(content) ? content : `${family}.0.text`;
}

/**
 * Folds the keys of an attribute bag, in its order; null where a list is none of messages, or stands under its own name too. Values
 * must not be objects.
 */
export function foldMessageKeys(keys: readonly string[]): FoldedKeys | null {
  if (keys.some((key) => key.includes(MARK))) return null;
  const found = FAMILIES.filter((family) => keys.some((key) => key.startsWith(`${family}.`)));
  const lists: FoldedList[] = [];
  for (const family of found) {
    const list = keys.includes(family) ? null : foldFamily(family, keys);
    if (!list) return null;
    lists.push(list);
  }
  const folded = new Set(lists.flatMap(({ at }) => at));
  const rest = keys.flatMap((_, i) => (folded.has(i) ? [] : [i]));
  return {
    keys: [...rest.map((i) => keys[i] ?? ''), ...found.map((family) => nameOf(family, keys))],
    rest,
    lists,
  };
}

/** A list of one message under the key that a folded list goes by: the attributes it stands for, and its JSON text. */
export function oneMessage(key: string, text: string): { attributes: [string, string][]; json: string } {
  const before = key.slice(0, key.lastIndexOf('.') + 1);
  const field = key.slice(before.length);
  const message = { role: 'assistant', [field]: text };
  return {
    attributes: [
      [`${before}role`, 'assistant'],
      [key, text],
    ],
    json: JSON.stringify([before.endsWith('.message.') ? { message } : message]),
  };
}
