/**
 * Keys that an object of JSON holds more than once, of which only the last value reaches anybody. Owns how they are found
 * without a second parser: a text with more members than the value that came of it. Must not change a value.
 */
import { endOfString } from '../../shared/trace/json';
import { excerptOf, type ParsedRecord } from './parse-record';

/** What an import says of records with such keys, before their names. */
export const repeatedKeyWords = 'a key is in one object more than once, its last value is read';

const MAX_KEY_CHARACTERS = 60;

/** Members of all objects in a parsed value. */
function membersOf(value: object): number {
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null) members += membersOf(item);
    return members;
  }
  // Objects that were parsed inherit nothing that is enumerable; a list of their keys takes longer.
  for (const key in value) {
    members += 1;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null) members += membersOf(item);
  }
  return members;
}

/** Whether keys were lost on the way from a text with so many members to its value. */
export function repeatsKeys(value: unknown, members: number): boolean {
  return typeof value === 'object' && value !== null && membersOf(value) !== members;
}

/** The first such key of a record, in quotes, and how many lines below its first one it is written again; null where there is none. */
export function repeatedKey({
  value,
  text,
  members,
  repair,
}: ParsedRecord): { key: string; line: number } | null {
  // Members are counted in JSON alone.
  return repair !== 'printed' && repeatsKeys(value, members) ? firstRepeated(text) : null;
}

function firstRepeated(text: string): { key: string; line: number } | null {
  const open: Set<string>[] = [];
  let line = 0;
  let last = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = endOfString(text, i);
      last = text.slice(i, end + 1);
      i = end;
    } else if (c === '{' || c === '[') open.push(new Set());
    else if (c === '}' || c === ']') open.pop();
    else if (c === '\n') line += 1;
    else if (c === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys?.has(key) === true) return { key: shownKey(key), line };
      keys?.add(key);
    }
  }
  return null;
}

function shownKey(key: string): string {
  return `"${excerptOf(key, MAX_KEY_CHARACTERS)}"`;
}
