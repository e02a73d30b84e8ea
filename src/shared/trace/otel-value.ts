/**
 * The scalar encodings of OpenTelemetry in JSON: AnyValue and KeyValue, ids, nanosecond times, status. Tolerates the
 * spellings that writers in the field use (base64 ids, upper case, snake_case keys, enum names, numbers for strings).
 */
import type { SpanStatus } from '../model/span';
import { newBag, type AttributeBag } from './attribute-bag';
import { asArray, asNumber, asObject, asString, asText, get, isObject, toJsonText } from './json';
import { toNs, type TimeUnit } from './time';

/** AnyValue nesting followed; what is deeper stays JSON text. */
const MAX_NESTING = 64;

/** The property under any of these spellings. */
export function either(value: unknown, ...keys: string[]): unknown {
  for (const key of keys) {
    const found = get(value, key);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

function integer(value: unknown): unknown {
  const n = asNumber(value);
  return n !== null && Number.isSafeInteger(n) ? n : (asString(value) ?? n);
}

/** An AnyValue as plain JSON; a value that is plain already stays as it is. */
export function anyValue(value: unknown, depth = 0): unknown {
  const object = asObject(value);
  if (!object) return value;
  if (depth > MAX_NESTING) return toJsonText(value);
  const keys = Object.keys(object);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) return keys.length === 0 ? null : value;
  const inner = object[key];
  switch (key) {
    case 'stringValue':
    case 'string_value':
    case 'boolValue':
    case 'bool_value':
    case 'bytesValue':
    case 'bytes_value':
      return inner;
    case 'intValue':
    case 'int_value':
      return integer(inner);
    case 'doubleValue':
    case 'double_value':
      return asNumber(inner) ?? inner;
    case 'arrayValue':
    case 'array_value':
      return asArray(get(inner, 'values')).map((item) => anyValue(item, depth + 1));
    case 'kvlistValue':
    case 'kvlist_value':
      return keyValues(get(inner, 'values'), depth + 1);
    default:
      return value;
  }
}

/** A list of KeyValue, or an object that is flat already, as a bag. */
export function keyValues(value: unknown, depth = 0): AttributeBag {
  const bag = newBag();
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const key = asText(get(item, 'key'));
      const decoded = key === null ? null : anyValue(get(item, 'value'), depth);
      if (key !== null && decoded !== null && decoded !== undefined) bag[key] = decoded;
    }
  } else if (isObject(value)) {
    for (const [key, v] of Object.entries(value)) {
      const decoded = arrayLeft(anyValue(v, depth));
      if (decoded !== null && decoded !== undefined) bag[key] = decoded;
    }
  }
  return bag;
}

/** Captures that unpack AnyValues half-way leave `{values: [...]}` behind. */
function arrayLeft(value: unknown): unknown {
  const values = get(value, 'values');
  return Array.isArray(values) && isObject(value) && Object.keys(value).length === 1
    ? values.map((item: unknown) => anyValue(item))
    : value;
}

const HEX = /^[0-9a-f]+$/i;

/** A trace or span id in lower-case hex, decoded from base64 where it is that; null when absent or all zero. */
export function otelId(value: unknown, bytes: 8 | 16): string | null {
  const text = asText(value)?.trim() ?? '';
  if (text === '' || /^0+$/.test(text)) return null;
  if (HEX.test(text)) return text.toLowerCase();
  const unpadded = text.replace(/=+$/, '');
  if (unpadded.length !== Math.ceil((bytes * 4) / 3) || !/^[A-Za-z0-9+/_-]+$/.test(unpadded)) return text;
  const decoded = atob(unpadded.replace(/-/g, '+').replace(/_/g, '/'));
  if (decoded.length !== bytes) return text;
  const hex = Array.from(decoded, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return /^0+$/.test(hex) ? null : hex;
}

/**
 * What writers put under names of nanoseconds that counts milliseconds or microseconds, of the years 2004 to 2103: as nanoseconds
 * it would be an hour, or some weeks, after the epoch. The SQL of OTLP and the kernel leave such times to this.
 */
const OTHER_UNITS = [
  { least: 1_100_000_000_000n, below: 4_200_000_000_000n, ns: 1_000_000n },
  { least: 1_100_000_000_000_000n, below: 4_200_000_000_000_000n, ns: 1000n },
];

function inNanoseconds(time: bigint): bigint {
  const other = OTHER_UNITS.find(({ least, below }) => time >= least && time < below);
  return other ? time * other.ns : time;
}

/**
 * A time in nanoseconds: decimal text, number, protobuf.js `{low, high}`, or ISO text; null when absent or 0.
 * `unit` says what bare numbers count; 'auto': their size decides. Of nanoseconds those that can only be of another unit are of it.
 */
export function otelTime(value: unknown, unit: TimeUnit = 'ns'): bigint | null {
  if (isObject(value)) {
    const low = asNumber(get(value, 'low'));
    const high = asNumber(get(value, 'high'));
    if (low === null || high === null || !Number.isInteger(low) || !Number.isInteger(high)) return null;
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }
  // Shortest digits, not the binary value: writers' microseconds survive the number that JSON made of them.
  const written = typeof value === 'number' ? String(value) : value;
  const digits = typeof value === 'number' && String(written).includes('e') ? value : written;
  const ns = toNs(digits, unit);
  if (ns === null || ns === 0n) return null;
  return unit === 'ns' ? inNanoseconds(ns) : ns;
}

/** `{code, message}` with a number or an enum name, or the bare code. */
export function otelStatus(value: unknown): { status: SpanStatus; message: string | null } {
  const code = isObject(value) ? either(value, 'code', 'status_code', 'statusCode') : value;
  const message = asText(either(value, 'message', 'description'));
  const word =
    typeof code === 'string' ? code.toUpperCase().replace(/^STATUS_CODE_|^STATUSCODE\./, '') : code;
  if (word === 2 || word === 'ERROR' || word === '2') return { status: 'error', message };
  if (word === 1 || word === 'OK' || word === '1') return { status: 'ok', message };
  return { status: 'unset', message };
}

/** Text of a malformed record for the list of rejects. */
export function excerptOf(value: unknown): string {
  return (toJsonText(value) ?? String(value)).slice(0, 200);
}
