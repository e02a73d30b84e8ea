/**
 * Span attributes as one flat map with dotted keys, and reading from it. The keys are untrusted: bags have no
 * prototype, so that a key such as `__proto__` is a key like any other.
 */
import { asArray, asNumber, asText, get, isObject, parseMaybe } from './json';

export type AttributeBag = Record<string, unknown>;

/** Dotted keys are not split deeper than this, nested objects not flattened deeper. */
const MAX_SEGMENTS = 32;

export function newBag(): AttributeBag {
  return Object.create(null) as AttributeBag;
}

/** A shallow copy of any object as a bag; nulls are left out. */
export function bagOf(value: unknown): AttributeBag {
  const bag = newBag();
  if (isObject(value))
    for (const [key, v] of Object.entries(value)) if (v !== null && v !== undefined) bag[key] = v;
  return bag;
}

/** A map column as a bag: an object, its JSON, or the list of `{key, value}` that maps of Parquet become. */
export function mapOf(value: unknown): AttributeBag {
  const parsed = parseMaybe(value);
  if (!Array.isArray(parsed)) return bagOf(parsed);
  const bag = newBag();
  for (const item of parsed as unknown[]) {
    const key = asText(get(item, 'key'));
    const inner = get(item, 'value');
    if (key !== null && inner !== null && inner !== undefined) bag[key] = inner;
  }
  return bag;
}

/** Adds an object to a bag with nested objects as dotted keys; lists stay lists, nulls are left out. */
export function flattenInto(bag: AttributeBag, value: unknown, prefix = '', depth = 0): void {
  if (!isObject(value)) return;
  for (const [key, v] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (v === null || v === undefined) continue;
    if (isObject(v) && depth < MAX_SEGMENTS) flattenInto(bag, v, path, depth + 1);
    else bag[path] = v;
  }
}

/** The first of these attributes that is there and not empty. */
export function firstOf(bag: AttributeBag, keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = bag[key];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** The first of these attributes as text; numbers and booleans are written out, lists and objects are not text. */
export function textOf(bag: AttributeBag, keys: readonly string[]): string | null {
  return writtenOut(firstOf(bag, keys));
}

/** A value as text; numbers and booleans are written out, lists and objects are not text. */
export function writtenOut(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : null;
}

/** The first of these attributes that is a number of 0 or more, also in digits. */
export function countOf(bag: AttributeBag, keys: readonly string[]): number | null {
  for (const key of keys) {
    const n = asNumber(bag[key]);
    if (n !== null && n >= 0) return n;
  }
  return null;
}

/** The first of these attributes that is a number, also in digits. */
export function numberIn(bag: AttributeBag, keys: readonly string[]): number | null {
  for (const key of keys) {
    const n = asNumber(bag[key]);
    if (n !== null) return n;
  }
  return null;
}

/** The same as `countOf`, or else the first below 0: intake leaves that out, and says so with the line. */
export function amountOf(bag: AttributeBag, keys: readonly string[]): number | null {
  return countOf(bag, keys) ?? numberIn(bag, keys);
}

/** Strings of a list attribute, also of one written as JSON or with commas. */
export function listOf(value: unknown): string[] {
  const parsed = parseMaybe(value);
  if (typeof parsed === 'string') return parsed.split(',').flatMap((part) => part.trim() || []);
  return asArray(parsed).filter((item): item is string => typeof item === 'string' && item !== '');
}

/**
 * What is below a prefix, as a nested value: `llm.input_messages.0.message.role` and its siblings give a list of
 * objects for the prefix `llm.input_messages`. A value stored under the prefix itself wins. Undefined when absent.
 */
export function subtree(bag: AttributeBag, prefix: string): unknown {
  if (bag[prefix] !== undefined) return bag[prefix];
  const start = `${prefix}.`;
  const root = newBag();
  let found = false;
  for (const key of Object.keys(bag)) {
    if (!key.startsWith(start)) continue;
    found = true;
    put(root, key.slice(start.length), bag[key]);
  }
  return found ? settle(root) : undefined;
}

/** Objects whose keys contain dots (`message.role`) as nested objects, at every level; lists are kept. */
export function undot(value: unknown, depth = 0): unknown {
  if (depth > MAX_SEGMENTS) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => undot(item, depth + 1));
  if (!isObject(value)) return value;
  const root = newBag();
  for (const [key, v] of Object.entries(value)) {
    if (v !== null && v !== undefined) put(root, key, undot(v, depth + 1));
  }
  return settle(root);
}

function put(root: AttributeBag, path: string, value: unknown): void {
  const steps = path.split('.', MAX_SEGMENTS + 1);
  const last = steps.length > MAX_SEGMENTS ? path : (steps.pop() ?? path);
  if (steps.length > MAX_SEGMENTS) {
    root[path] = value;
    return;
  }
  let node = root;
  for (const step of steps) {
    const next = node[step];
    if (isObject(next)) node = next;
    else {
      const made = newBag();
      // A scalar and a subtree under one name: the scalar keeps its place under an empty key.
      if (next !== undefined) made[''] = next;
      node[step] = made;
      node = made;
    }
  }
  const there = node[last];
  if (isObject(there) && !isObject(value)) (there as AttributeBag)[''] = value;
  else node[last] = value;
}

/** Turns objects whose keys are all whole numbers into lists ordered by them. */
function settle(node: unknown): unknown {
  if (!isObject(node)) return node;
  const keys = Object.keys(node);
  if (keys.length > 0 && keys.every((key) => /^\d{1,9}$/.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => settle(node[key]));
  }
  const out = newBag();
  for (const key of keys) out[key] = settle(node[key]);
  return out;
}
