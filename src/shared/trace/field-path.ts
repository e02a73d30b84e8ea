/**
 * Paths into records of unknown shape: `message.content`, `choices[0].text`, also where a key itself contains dots
 * (`attributes.session.id`) and where an object was written as JSON text. For mapping fields by hand and for listing
 * the fields a sample has.
 */
import { asObject, get, parseMaybe, type JsonObject } from './json';

const MAX_PATHS = 400;
const MAX_LEVELS = 6;

/** Keys and indexes of a path: `a.b[0].c` is a, b, 0, c. */
function stepsOf(path: string): string[] {
  return path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
}

function follow(value: unknown, steps: readonly string[]): unknown {
  if (steps.length === 0) return value;
  const current = parseMaybe(value);
  if (Array.isArray(current)) {
    const index = Number(steps[0]);
    return Number.isInteger(index) ? follow((current as unknown[])[index], steps.slice(1)) : undefined;
  }
  const object = asObject(current);
  if (!object) return undefined;
  // The longest key that exists wins, so that `session.id` finds the key "session.id" before the object "session".
  for (let taken = steps.length; taken > 0; taken--) {
    const key = steps.slice(0, taken).join('.');
    if (!Object.hasOwn(object, key)) continue;
    const found = follow(object[key], steps.slice(taken));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value a path leads to; undefined where it leads nowhere. An empty path is the record itself. */
export function valueAt(record: unknown, path: string): unknown {
  const own = get(record, path);
  return own !== undefined ? own : follow(record, stepsOf(path).slice(0, 32));
}

/**
 * Every field of a record with its path and value: objects, JSON text of objects and what they hold, lists as one
 * value. At most 400 fields, six levels deep.
 */
export function fieldsOf(record: unknown): [path: string, value: unknown][] {
  const found: [string, unknown][] = [];
  const visit = (value: unknown, path: string, level: number): void => {
    if (found.length >= MAX_PATHS) return;
    if (path !== '') found.push([path, value]);
    const inside = objectIn(value);
    if (!inside || level >= MAX_LEVELS) return;
    for (const [key, inner] of Object.entries(inside))
      visit(inner, path === '' ? key : `${path}.${key}`, level + 1);
  };
  visit(record, '', 0);
  return found;
}

/** An object, or JSON text of one, as that object; null for all else. */
function objectIn(value: unknown): JsonObject | null {
  if (typeof value !== 'string') return asObject(value);
  return value.trimStart().startsWith('{') ? asObject(parseMaybe(value)) : null;
}
