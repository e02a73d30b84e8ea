/**
 * Whether the arguments of a call fit a declared JSON schema, in words. Reads the part of JSON Schema (2020-12) that tool
 * declarations use; what it does not know it allows. Schema and arguments are untrusted: only own properties are read, depth and
 * numbers are bounded.
 */
import { asArray, asObject, asString, get, isObject } from '../trace/json';

const MAX_DEPTH = 4;
const MAX_TOLD = 8;
/** Arguments as long as the index keeps may have been cut; broken JSON says nothing then. */
const CUT_AT = 1000;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function fitsType(value: unknown, type: string): boolean {
  const own = typeOf(value);
  return own === type || (type === 'number' && own === 'integer');
}

function allowedTypes(schema: unknown): string[] {
  const type = get(schema, 'type');
  const named =
    typeof type === 'string' ? [type] : asArray(type).filter((one): one is string => typeof one === 'string');
  return get(schema, 'nullable') === true && named.length > 0 ? [...named, 'null'] : named;
}

function checkValue(value: unknown, schema: unknown, path: string, depth: number, found: string[]): void {
  // Alternatives and references are left open: to resolve them is more than a declaration of a tool needs.
  if (!isObject(schema) || depth > MAX_DEPTH || found.length >= MAX_TOLD) return;
  if (['anyOf', 'oneOf', 'allOf', '$ref', 'not', 'if'].some((key) => get(schema, key) !== undefined)) return;
  const types = allowedTypes(schema);
  if (types.length > 0 && !types.some((type) => fitsType(value, type))) {
    found.push(`${path} is ${typeOf(value)} instead of ${types.join(' or ')}`);
    return;
  }
  const options = asArray(get(schema, 'enum'));
  if (options.length > 0 && !options.some((one) => one === value)) {
    found.push(
      `${path} is ${JSON.stringify(value).slice(0, 40)}, which is none of the ${String(options.length)} allowed values`,
    );
    return;
  }
  if (typeof value === 'number') checkRange(value, schema, path, found);
  if (Array.isArray(value)) {
    const items = get(schema, 'items');
    value.slice(0, 50).forEach((one, i) => {
      checkValue(one, items, `${path}[${String(i)}]`, depth + 1, found);
    });
  } else if (isObject(value)) checkObject(value, schema, path, depth, found);
}

function checkRange(value: number, schema: unknown, path: string, found: string[]): void {
  const minimum = get(schema, 'minimum');
  const maximum = get(schema, 'maximum');
  if (typeof minimum === 'number' && value < minimum) found.push(`${path} is below ${String(minimum)}`);
  if (typeof maximum === 'number' && value > maximum) found.push(`${path} is above ${String(maximum)}`);
}

function checkObject(value: object, schema: unknown, path: string, depth: number, found: string[]): void {
  const properties = asObject(get(schema, 'properties'));
  const at = (key: string): string =>
    path === '' ? `\u201c${key.slice(0, 40)}\u201d` : `${path}.${key.slice(0, 40)}`;
  for (const key of asArray(get(schema, 'required'))) {
    const name = asString(key);
    if (name !== null && !Object.hasOwn(value, name)) found.push(`${at(name)} is missing`);
  }
  if (properties === null) return;
  for (const [key, entry] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) checkValue(entry, properties[key], at(key), depth + 1, found);
    else if (get(schema, 'additionalProperties') === false) found.push(`${at(key)} is not declared`);
  }
}

/** How the arguments break the schema, at most eight ways; empty where they fit or nothing can be said. */
export function violationsOf(input: string | null, schema: unknown): string[] {
  if (!isObject(schema)) return [];
  const found: string[] = [];
  const text = (input ?? '').trim();
  let value: unknown = {};
  if (text !== '') {
    try {
      value = JSON.parse(text);
    } catch {
      return text.length >= CUT_AT ? [] : ['they are no JSON'];
    }
  }
  if (!isObject(value)) return [`they are ${typeOf(value)} instead of an object`];
  checkValue(value, schema, '', 0, found);
  return found;
}
