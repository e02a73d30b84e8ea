// AssemblyScript, not TypeScript: compiled by `npm run kernels` into src/engine/intake/twin/otlp-kernel.data.ts, which a test compares
// with a fresh compilation. Reads lines of OTLP JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) into the values
// of Parquet columns, a group of spans at a time; src/engine/intake/twin/span-scanner.ts holds the memory and writes them down.
// Only what is written as JSON.stringify would write it, and as the protocol says, is taken; every other line is named as bad and
// is for others to read. What is taken means the same as what ../src/engine/intake/formats/otlp.sql makes of it.

// @ts-ignore: decorator
@external("env", "shapeOf")
declare function shapeOf(key: usize, size: i32): usize;
// @ts-ignore: decorator
@external("env", "aroundOf")
declare function aroundOf(resource: usize, resourceSize: i32, scope: usize, scopeSize: i32): i32;
// @ts-ignore: decorator
@external("env", "groupIsFull")
declare function groupIsFull(rows: i32): void;
// @ts-ignore: decorator
@external("env", "isShortest")
declare function isShortest(from: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "areLinks")
declare function areLinks(from: usize, size: i32): i32;

// Where things lie; the first page is for member names. span-scanner.ts knows the same numbers.
const NAMES: usize = 0x1000;
const NAME_SIZE: usize = 32;
const SCRATCH: usize = 0x10000;
const SCRATCH_END: usize = 0x110000;
const TABLE: usize = 0x110000;
const TABLE_SLOTS: u32 = 65536;
const PRESENT: usize = 0x190000;
const BAD: usize = 0x1a0000;
const RECORDS: usize = 0x200000;
const RECORDS_END: usize = 0xa00000;
const OUT: usize = 0xa00000;
const ARENA: usize = 0x4a00000;
const ARENA_END: usize = 0x6a00000;

const GROUP_ROWS: i32 = 2048;
const GROUP_BYTES: usize = 4 << 20;

// Member names, by their place among those at NAMES.
const RESOURCE_SPANS = 0;
const RESOURCE = 1;
const SCOPE_SPANS = 2;
const SCHEMA_URL = 3;
const SCOPE = 4;
const SPANS = 5;
const TRACE_ID = 6;
const SPAN_ID = 7;
const PARENT_SPAN_ID = 8;
const TRACE_STATE = 9;
const FLAGS = 10;
const NAME = 11;
const KIND = 12;
const START = 13;
const END = 14;
const DROPPED_ATTRIBUTES = 15;
const EVENTS = 16;
const DROPPED_EVENTS = 17;
const LINKS = 18;
const DROPPED_LINKS = 19;
const ATTRIBUTES = 20;
const STATUS = 21;
const CODE = 22;
const MESSAGE = 23;
const STRING_VALUE = 24;
const INT_VALUE = 25;
const DOUBLE_VALUE = 26;
const BOOL_VALUE = 27;
const ARRAY_VALUE = 28;
const VALUES = 29;
// Attributes whose value is part of the shape come behind.
const FIRST_DECIDING = 30;

// How a string is written: as it is read, with escapes as JSON.stringify writes them, with others.
const PLAIN: u32 = 0;
const ESCAPED: u32 = 1;
const FOREIGN: u32 = 2;
// How an attribute's value is written: a string in one of these ways, or
const BARE: u32 = 3;
const ARRAY: u32 = 4;
const WHOLE: u32 = 5;

// A record: what is known of a span, and behind it its attributes.
const R_LAYOUT: usize = 0;
const R_ORD: usize = 4;
const R_COUNT: usize = 8;
const R_RAW: usize = 12;
const R_RAW_END: usize = 16;
const R_RAW_FORM: usize = 20;
const R_TRACE: usize = 24;
const R_SPAN: usize = 32;
const R_PARENT: usize = 40;
const R_NAME: usize = 48;
const R_MESSAGE: usize = 60;
const R_START: usize = 72;
const R_FINISH: usize = 80;
const R_SIZE: usize = 88;
const A_KEY: usize = 0;
const A_KEY_END: usize = 4;
const A_FROM: usize = 8;
const A_TO: usize = 12;
const A_FORM: usize = 16;
const A_SIZE: usize = 20;

// A layout: what a shape means. Behind it a byte for each attribute, whether it is kept.
const L_SHAPE: usize = 0;
const L_TAIL: usize = 4;
const L_TAIL_SIZE: usize = 8;
const L_FIELDS: usize = 12;
const FIELD_COUNT: usize = 24;

let names: i32 = 0;
let arena: usize = ARENA;
let at: usize = 0;
let form: u32 = PLAIN;
let record: usize = RECORDS;
let rows: i32 = 0;
let groupBytes: usize = 0;
let badCount: i32 = 0;
let around: i32 = 0;
let present: i32 = 0;
let shapes: i32 = 0;

/** Tells how many member names there are. */
export function begin(nameCount: i32): void {
  names = nameCount;
  arena = ARENA;
  shapes = 0;
  memory.fill(TABLE, 0, TABLE_SLOTS * 8);
}

/** Room in the arena for so many bytes; 0 where it is full. */
export function allocate(size: i32): usize {
  const from = (arena + 7) & ~7;
  if (from + <usize>size > ARENA_END) return 0;
  arena = from + <usize>size;
  return from;
}

// ---- strings

// @ts-ignore: decorator
@inline
function isHex(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 6;
}

// @ts-ignore: decorator
@inline
function hexOf(byte: u32): u32 {
  return byte < 0x3a ? byte - 0x30 : (byte | 0x20) - 0x57;
}

/** The code unit of an escape at its backslash. */
function unitAt(p: usize): u32 {
  return (hexOf(load<u8>(p, 2)) << 12) | (hexOf(load<u8>(p, 3)) << 8) | (hexOf(load<u8>(p, 4)) << 4) | hexOf(load<u8>(p, 5));
}

function isUnit(p: usize): bool {
  return load<u8>(p) == 0x5c && load<u8>(p, 1) == 0x75 && isHex(load<u8>(p, 2)) && isHex(load<u8>(p, 3)) && isHex(load<u8>(p, 4)) && isHex(load<u8>(p, 5));
}

/** The end of a string behind its quotation mark at `p`, or 0; `form` says how it is written. */
function endOfString(p: usize): usize {
  let found = PLAIN;
  const quote = i8x16.splat(0x22);
  const slash = i8x16.splat(0x5c);
  const space = i8x16.splat(0x20);
  while (true) {
    const v = v128.load(p);
    const mask = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, quote), i8x16.eq(v, slash)), i8x16.lt_u(v, space)));
    if (mask == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(mask);
    const byte = load<u8>(p);
    if (byte == 0x22) {
      form = found;
      return p + 1;
    }
    if (byte != 0x5c) return 0;
    const next = load<u8>(p, 1);
    if (next == 0x22 || next == 0x5c || next == 0x6e || next == 0x72 || next == 0x74 || next == 0x62 || next == 0x66) {
      if (found == PLAIN) found = ESCAPED;
      p += 2;
    } else if (next == 0x2f) {
      found = FOREIGN;
      p += 2;
    } else if (isUnit(p)) {
      found = FOREIGN;
      const unit = unitAt(p);
      // Control characters are for others; a half of a pair is nothing.
      if (unit < 0x20 || unit >> 10 == 0x37) return 0;
      if (unit >> 10 == 0x36) {
        if (!isUnit(p + 6) || unitAt(p + 6) >> 10 != 0x37) return 0;
        p += 12;
      } else p += 6;
    } else return 0;
  }
}

/** The character of an escape at its backslash; `stepped` says how long it is. */
let stepped: usize = 0;
function pointAt(p: usize): u32 {
  const unit = unitAt(p);
  stepped = 6;
  if (unit >> 10 != 0x36) return unit;
  stepped = 12;
  return 0x10000 + ((unit & 0x3ff) << 10) + (unitAt(p + 6) & 0x3ff);
}

function putPoint(out: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(out, point);
    return out + 1;
  }
  if (point < 0x800) {
    store<u8>(out, 0xc0 | (point >> 6));
    store<u8>(out, 0x80 | (point & 63), 1);
    return out + 2;
  }
  if (point < 0x10000) {
    store<u8>(out, 0xe0 | (point >> 12));
    store<u8>(out, 0x80 | ((point >> 6) & 63), 1);
    store<u8>(out, 0x80 | (point & 63), 2);
    return out + 3;
  }
  store<u8>(out, 0xf0 | (point >> 18));
  store<u8>(out, 0x80 | ((point >> 12) & 63), 1);
  store<u8>(out, 0x80 | ((point >> 6) & 63), 2);
  store<u8>(out, 0x80 | (point & 63), 3);
  return out + 4;
}

/** Copies up to the next backslash, or to the end; gives the place of it, `out` through `wrote`. */
let wrote: usize = 0;
function copyToSlash(out: usize, p: usize, end: usize): usize {
  const slash = i8x16.splat(0x5c);
  while (p < end) {
    const v = v128.load(p);
    // More than is meant may be written, which what comes next writes over.
    v128.store(out, v);
    const mask = i8x16.bitmask(i8x16.eq(v, slash));
    const left = end - p;
    const n: usize = mask == 0 ? 16 : <usize>ctz(mask);
    if (n >= left) {
      wrote = out + left;
      return end;
    }
    p += n;
    out += n;
    if (n < 16) break;
  }
  wrote = out;
  return p;
}

/** Copies bytes; more than is meant may be written behind them. */
// @ts-ignore: decorator
@inline
function copied(out: usize, p: usize, size: usize): usize {
  if (size > 256) memory.copy(out, p, size);
  else for (let i: usize = 0; i < size; i += 16) v128.store(out + i, v128.load(p + i));
  return out + size;
}

/** Writes the text of a string, between its quotation marks. */
function putText(out: usize, p: usize, end: usize, how: u32): usize {
  if (how == PLAIN || how == BARE) {
    return copied(out, p, end - p);
  }
  while (true) {
    p = copyToSlash(out, p, end);
    out = wrote;
    if (p >= end) return out;
    const next = load<u8>(p, 1);
    if (next == 0x75) {
      out = putPoint(out, pointAt(p));
      p += stepped;
      continue;
    }
    let byte: u32 = next;
    if (next == 0x6e) byte = 10;
    else if (next == 0x74) byte = 9;
    else if (next == 0x72) byte = 13;
    else if (next == 0x62) byte = 8;
    else if (next == 0x66) byte = 12;
    store<u8>(out, byte);
    out += 1;
    p += 2;
  }
}

/** Writes JSON as JSON.stringify writes it, where only escapes differ. */
function putJson(out: usize, p: usize, end: usize, how: u32): usize {
  if (how != FOREIGN) {
    return copied(out, p, end - p);
  }
  while (true) {
    p = copyToSlash(out, p, end);
    out = wrote;
    if (p >= end) return out;
    const next = load<u8>(p, 1);
    if (next == 0x75) {
      const point = pointAt(p);
      p += stepped;
      if (point == 0x22 || point == 0x5c) {
        store<u8>(out, 0x5c);
        store<u8>(out, point, 1);
        out += 2;
      } else out = putPoint(out, point);
    } else {
      if (next != 0x2f) {
        store<u8>(out, 0x5c);
        out += 1;
      }
      store<u8>(out, next);
      out += 1;
      p += 2;
    }
  }
}

// ---- values

/** Which of the member names stands between two places; -1 for none. */
function nameAt(p: usize, size: usize, first: i32, last: i32): i32 {
  for (let i = first; i < last; i++) {
    const entry = NAMES + <usize>i * NAME_SIZE;
    if (<usize>load<u8>(entry) != size) continue;
    if (memory.compare(p, entry + 1, size) == 0) return i;
  }
  return -1;
}

/** The name of a member at its quotation mark, with the colon behind it; -1 for another. */
function member(first: i32, last: i32): i32 {
  if (load<u8>(at) != 0x22) return -1;
  const from = at + 1;
  const end = endOfString(from);
  if (end == 0 || form != PLAIN || load<u8>(end) != 0x3a) return -1;
  at = end + 1;
  return nameAt(from, end - 1 - from, first, last);
}

// @ts-ignore: decorator
@inline
function takes(byte: u32): bool {
  if (load<u8>(at) != byte) return false;
  at += 1;
  return true;
}

function string(): bool {
  if (load<u8>(at) != 0x22) return false;
  const end = endOfString(at + 1);
  if (end == 0) return false;
  at = end;
  return true;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

/** A whole number of at most `most` digits, without a sign and zeros in front. */
function digits(most: usize): bool {
  const from = at;
  while (isDigit(load<u8>(at))) at += 1;
  const size = at - from;
  return size > 0 && size <= most && (size == 1 || load<u8>(from) != 0x30);
}

/** Skips what opens with a bracket: whether it is JSON is for others to say. `isForeign`: a string in it is written in another way. */
let isForeign = false;
function nested(open: u32): bool {
  if (load<u8>(at) != open) return false;
  isForeign = false;
  let depth = 0;
  while (true) {
    const byte = load<u8>(at);
    if (byte == 0x22) {
      if (!string()) return false;
      if (form == FOREIGN) isForeign = true;
      continue;
    }
    if (byte < 0x20) return false;
    at += 1;
    if (byte == 0x7b || byte == 0x5b) depth += 1;
    else if (byte == 0x7d || byte == 0x5d) {
      depth -= 1;
      if (depth == 0) return true;
    }
  }
}

// ---- what an attribute's value is

function isSpace(point: u32): bool {
  return point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000 || point == 0xfeff;
}

/** The character at a byte of UTF-8 above ASCII. */
function decoded(p: usize): u32 {
  const byte: u32 = load<u8>(p);
  if (byte < 0xe0) return ((byte & 31) << 6) | (load<u8>(p, 1) & 63);
  if (byte < 0xf0) return ((byte & 15) << 12) | ((<u32>load<u8>(p, 1) & 63) << 6) | (load<u8>(p, 2) & 63);
  return 0x10000;
}

/** Whether nothing but white space and escapes stand there, as JSON.stringify writes them. */
let isUnsure = false;
function isTail(p: usize, end: usize): bool {
  while (p < end) {
    const byte = load<u8>(p);
    if (byte == 0x20) p += 1;
    else if (byte != 0x5c) return false;
    else if (load<u8>(p, 1) == 0x2f) return false;
    else if (load<u8>(p, 1) == 0x75) {
      const point = pointAt(p);
      if (point < 0x80 && point != 0x20 && point != 0x22 && point != 0x5c) isUnsure = true;
      if (point > 0x5c) return false;
      p += stepped;
    } else p += 2;
  }
  return true;
}

/** Whether a text that begins like a number is one to JavaScript, or may be. */
function isNumberText(p: usize, end: usize): bool {
  if (load<u8>(p) == 0x30 && p + 2 < end) {
    const base = load<u8>(p, 1) | 0x20;
    if (base == 0x78 || base == 0x6f || base == 0x62) {
      let q = p + 2;
      while (q < end && isHex(load<u8>(q))) q += 1;
      if (q > p + 2 && isTail(q, end)) return true;
    }
  }
  const sign = load<u8>(p);
  if (sign == 0x2b || sign == 0x2d) p += 1;
  const from = p;
  while (p < end && isDigit(load<u8>(p))) p += 1;
  const whole = p - from;
  if (p < end && load<u8>(p) == 0x2e) {
    p += 1;
    const behind = p;
    while (p < end && isDigit(load<u8>(p))) p += 1;
    if (whole == 0 && p == behind) return false;
  } else if (whole == 0) return false;
  if (isTail(p, end)) return true;
  if ((load<u8>(p) | 0x20) != 0x65) return false;
  p += 1;
  if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p += 1;
  const power = p;
  while (p < end && isDigit(load<u8>(p))) p += 1;
  return p > power && isTail(p, end);
}

/** The letter of a string between its quotation marks; 0 where it is for others to tell. */
function tagOfText(p: usize, end: usize): u32 {
  if (p == end) return 0x65; // e
  const byte: u32 = load<u8>(p);
  if (byte - 0x41 < 26 || (byte >= 0x5f && byte < 0x7b)) return 0x73; // s
  if (byte == 0x7b || byte == 0x5b) return 0x6a; // j
  if (byte == 0x5c) {
    const next = load<u8>(p, 1);
    if (next == 0x22) return 0x6a;
    if (next == 0x2f) return 0x73;
    if (next != 0x75) return 0x75; // u
    const point = pointAt(p);
    return point < 0x80 ? 0 : isSpace(point) ? 0x75 : 0x73;
  }
  if (byte == 0x20) return 0x75;
  if (byte >= 0x80) return isSpace(decoded(p)) ? 0x75 : 0x73;
  if (!isDigit(byte) && byte != 0x2b && byte != 0x2d && byte != 0x2e) return 0x73;
  let q = p;
  while (q < end && isDigit(load<u8>(q))) q += 1;
  if (q == end) return end - p <= 7 ? 0x74 : end - p <= 15 ? 0x64 : 0x75; // t, d
  isUnsure = false;
  const isNumber = isNumberText(p, end);
  return isUnsure ? 0 : isNumber ? 0x75 : 0x73;
}

/** A number with a fraction as JavaScript writes it. */
let numberForm: u32 = BARE;
function double(): u32 {
  const from = at;
  const isNegative = load<u8>(at) == 0x2d;
  if (isNegative) at += 1;
  const first = at;
  while (isDigit(load<u8>(at))) at += 1;
  const whole = at - first;
  if (whole == 0 || whole > 15 || (whole > 1 && load<u8>(first) == 0x30)) return 0;
  numberForm = BARE;
  const isZero = whole == 1 && load<u8>(first) == 0x30;
  if (load<u8>(at) != 0x2e) return whole <= 9 && !(isNegative && isZero) ? (isNegative ? 0x78 : 0x6e) : 0;
  at += 1;
  const behind = at;
  while (isDigit(load<u8>(at))) at += 1;
  const fraction = at - behind;
  if (fraction == 1 && load<u8>(behind) == 0x30) {
    if (isNegative && isZero) return 0;
    numberForm = WHOLE;
    return isNegative ? 0x78 : 0x6e;
  }
  if (fraction == 0 || fraction > 18 || load<u8>(at - 1) == 0x30) return 0;
  if (!isShortest(from, <i32>(at - from))) return 0;
  return isNegative ? 0x78 : 0x66; // x, f
}

/** An attribute's value behind the colon of its name; its letter, or 0. Writes where it stands into the attribute's record. */
function value(entry: usize, kind: i32): u32 {
  const from = at;
  let tag: u32 = 0;
  if (kind == STRING_VALUE) {
    if (!string()) return 0;
    store<u32>(entry, form, A_FORM);
    tag = tagOfText(from + 1, at - 1);
  } else if (kind == INT_VALUE) {
    const isQuoted = takes(0x22);
    const first = at;
    const isNegative = takes(0x2d);
    if (!digits(15) || (isNegative && load<u8>(at - 1) == 0x30 && at - first == 2)) return 0;
    const end = at;
    if (isQuoted && !takes(0x22)) return 0;
    store<u32>(entry, <u32>first, A_FROM);
    store<u32>(entry, <u32>end, A_TO);
    store<u32>(entry, BARE, A_FORM);
    return isNegative ? 0x78 : 0x6e; // x, n
  } else if (kind == BOOL_VALUE) {
    if (load<u32>(at) == 0x65757274) at += 4;
    else if (load<u8>(at) == 0x66 && load<u32>(at, 1) == 0x65736c61) at += 5;
    else return 0;
    store<u32>(entry, BARE, A_FORM);
    tag = 0x62; // b
  } else if (kind == DOUBLE_VALUE) {
    tag = double();
    store<u32>(entry, numberForm, A_FORM);
  } else if (kind == ARRAY_VALUE) {
    if (!array()) return 0;
    store<u32>(entry, ARRAY, A_FORM);
    tag = 0x61; // a
  }
  store<u32>(entry, <u32>from, A_FROM);
  store<u32>(entry, <u32>at, A_TO);
  return tag;
}

/** A list of strings; `arrayForm` says whether any is written in another way. */
let arrayForm: u32 = PLAIN;
function array(): bool {
  arrayForm = PLAIN;
  if (!takes(0x7b)) return false;
  if (takes(0x7d)) return true;
  if (member(VALUES, VALUES + 1) != VALUES || !takes(0x5b)) return false;
  if (!takes(0x5d)) {
    while (true) {
      if (!takes(0x7b) || member(STRING_VALUE, STRING_VALUE + 1) != STRING_VALUE || !string()) return false;
      if (form == FOREIGN) arrayForm = FOREIGN;
      if (!takes(0x7d)) return false;
      if (takes(0x2c)) continue;
      if (!takes(0x5d)) return false;
      break;
    }
  }
  return takes(0x7d);
}

/** Writes such a list as a plain one. */
function putArray(out: usize, from: usize, to: usize): usize {
  store<u8>(out, 0x5b);
  out += 1;
  // {"values":[{"stringValue":"…"},…]}
  let p = from + 11;
  while (p < to && load<u8>(p) == 0x7b) {
    const first = p + 15;
    const end = endOfString(first + 1);
    if (load<u8>(out - 1) != 0x5b) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    out = putJson(out, first, end, form);
    p = end + 2;
  }
  store<u8>(out, 0x5d);
  return out + 1;
}

/** Writes a value as JSON.stringify writes it. */
function putLiteral(out: usize, entry: usize): usize {
  const how = load<u32>(entry, A_FORM);
  const from = <usize>load<u32>(entry, A_FROM);
  const to = <usize>load<u32>(entry, A_TO);
  if (how == ARRAY) return putArray(out, from, to);
  return putJson(out, from, how == WHOLE ? to - 2 : to, how);
}

/** Writes what a value says. */
function putValue(out: usize, entry: usize): usize {
  const how = load<u32>(entry, A_FORM);
  const from = <usize>load<u32>(entry, A_FROM);
  const to = <usize>load<u32>(entry, A_TO);
  if (how == ARRAY) return putArray(out, from, to);
  if (how == BARE) return putText(out, from, to, BARE);
  if (how == WHOLE) return putText(out, from, to - 2, BARE);
  return putText(out, from + 1, to - 1, how);
}

// ---- spans

/** An id of digits; `most` is not asked of an empty one. */
function id(field: usize, mayBeEmpty: bool): bool {
  if (!takes(0x22)) return false;
  const from = at;
  let isZero = true;
  while (true) {
    const byte: u32 = load<u8>(at);
    if (!isDigit(byte) && byte - 0x61 >= 6) break;
    if (byte != 0x30) isZero = false;
    at += 1;
  }
  const size = at - from;
  store<u32>(record + field, <u32>from);
  store<u32>(record + field, <u32>size, 4);
  if (!takes(0x22)) return false;
  return size == 0 ? mayBeEmpty : size <= 64 && !isZero;
}

/** A time in nanoseconds, in quotation marks. */
function time(field: usize): bool {
  if (!takes(0x22)) return false;
  const from = at;
  if (!digits(19)) return false;
  let total: u64 = 0;
  for (let p = from; p < at; p++) total = total * 10 + (load<u8>(p) - 0x30);
  if (total == 0 || total > 0x7fffffffffffffff) return false;
  store<u64>(record + field, total);
  return takes(0x22);
}

/** A text of the span itself: where it stands, and how it is written. */
function textOf(field: usize): bool {
  const from = at + 1;
  if (!string()) return false;
  store<u32>(record + field, <u32>from);
  store<u32>(record + field, <u32>(at - 1 - from), 4);
  store<u32>(record + field, form, 8);
  return true;
}

let tags: usize = 0;
let count: i32 = 0;
let rawForm: u32 = PLAIN;
let cuts: i32 = 0;
let status: i32 = 0;

function attributes(): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    const entry = record + R_SIZE + <usize>count * A_SIZE;
    // The tags stand in the second half of what is aside for keys.
    if (entry + A_SIZE * 2 > RECORDS_END || tags + <usize>count + 1 > SCRATCH_END) return false;
    // {"key":"
    if (load<u64>(at) != 0x223a2279656b227b) return false;
    const key = at + 7;
    const end = endOfString(at + 8);
    if (end == 0 || form != PLAIN) return false;
    // ,"value":{
    if (load<u64>(end) != 0x2265756c6176222c || load<u16>(end, 8) != 0x7b3a) return false;
    at = end + 10;
    const kind = member(STRING_VALUE, ARRAY_VALUE + 1);
    if (kind < 0) return false;
    store<u32>(entry, <u32>key, A_KEY);
    store<u32>(entry, <u32>end, A_KEY_END);
    const tag = value(entry, kind);
    if (tag == 0) return false;
    const how = load<u32>(entry, A_FORM);
    if (how == FOREIGN || (how == ARRAY && arrayForm == FOREIGN)) rawForm = FOREIGN;
    if (how == WHOLE) cuts += 1;
    if (load<u16>(at) != 0x7d7d) return false;
    at += 2;
    store<u8>(tags + <usize>count, tag);
    count += 1;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function statusOf(): bool {
  if (!takes(0x7b)) return false;
  if (takes(0x7d)) return true;
  let seen = 0;
  while (true) {
    const name = member(CODE, MESSAGE + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == CODE) {
      if (!statusCode()) return false;
    } else {
      if (!textOf(R_MESSAGE)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
    }
    if (takes(0x2c)) continue;
    return takes(0x7d);
  }
}

/** 0, 1 or 2, or the names of them: unset, ok, error. */
function statusCode(): bool {
  const byte: u32 = load<u8>(at);
  if (byte - 0x30 < 3) {
    status = byte - 0x30;
    at += 1;
    return true;
  }
  const from = at + 1;
  if (!string()) return false;
  const size = at - 1 - from;
  // STATUS_CODE_UNSET, STATUS_CODE_OK, STATUS_CODE_ERROR
  if (size < 14 || load<u64>(from) != 0x435f535554415453 || load<u32>(from, 8) != 0x5f45444f) return false;
  if (size == 14 && load<u16>(from, 12) == 0x4b4f) status = 1;
  else if (size == 17 && load<u32>(from, 12) == 0x4f525245 && load<u8>(from, 16) == 0x52) status = 2;
  else if (size == 17 && load<u32>(from, 12) == 0x45534e55 && load<u8>(from, 16) == 0x54) status = 0;
  else return false;
  return true;
}

function kindOf(): bool {
  if (!takes(0x22)) {
    const from = at;
    while (isDigit(load<u8>(at))) at += 1;
    return at > from && at - from <= 3 && (at - from == 1 || load<u8>(from) != 0x30);
  }
  while (<u32>load<u8>(at) - 0x41 < 26 || load<u8>(at) == 0x5f) at += 1;
  return takes(0x22);
}

function spanMember(name: i32): bool {
  switch (name) {
    case TRACE_ID: return id(R_TRACE, false);
    case SPAN_ID: return id(R_SPAN, false);
    case PARENT_SPAN_ID: return id(R_PARENT, true);
    case NAME:
      if (!textOf(R_NAME)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case KIND: return kindOf();
    case START: return time(R_START);
    case END: return time(R_FINISH);
    case ATTRIBUTES: return attributes();
    case STATUS: return statusOf();
    case FLAGS:
    case DROPPED_ATTRIBUTES:
    case DROPPED_EVENTS:
    case DROPPED_LINKS: return digits(15);
    case TRACE_STATE:
      if (!string()) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case EVENTS: return takes(0x5b) && takes(0x5d);
    case LINKS: {
      const from = at;
      if (!nested(0x5b) || isForeign) return false;
      return at - from == 2 || areLinks(from, <i32>(at - from)) != 0;
    }
  }
  return false;
}

// The members a span must have.
const NEEDED: u32 = (1 << TRACE_ID) | (1 << SPAN_ID) | (1 << START) | (1 << END);

/** One span, into a record; false where it is for others. */
function span(ord: i32): bool {
  const from = at;
  memory.fill(record, 0, R_SIZE);
  count = 0;
  rawForm = PLAIN;
  cuts = 0;
  status = 0;
  tags = SCRATCH + ((SCRATCH_END - SCRATCH) >> 1);
  if (!takes(0x7b)) return false;
  let seen: u32 = 0;
  while (true) {
    const name = member(TRACE_ID, STATUS + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (!spanMember(name)) return false;
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  if ((seen & NEEDED) != NEEDED) return false;
  const layout = layoutOf();
  if (layout == 0) return false;
  store<u32>(record, <u32>layout, R_LAYOUT);
  store<u32>(record, ord, R_ORD);
  store<u32>(record, count, R_COUNT);
  store<u32>(record, <u32>from, R_RAW);
  store<u32>(record, <u32>at, R_RAW_END);
  store<u32>(record, rawForm | (cuts > 0 ? 8 : 0), R_RAW_FORM);
  record += (R_SIZE + <usize>count * A_SIZE + 7) & ~7;
  rows += 1;
  groupBytes += at - from + <usize>load<u32>(layout, L_TAIL_SIZE) + 256;
  return true;
}

// ---- shapes

/** Writes a number in digits. */
function putNumber(out: usize, n: i32): usize {
  if (n >= 10) out = putNumber(out, n / 10);
  store<u8>(out, 0x30 + (n % 10));
  return out + 1;
}

/** Writes what shape-table.ts reads of a shape, and finds its layout; 0 where the span is for others. */
function layoutOf(): usize {
  const limit = SCRATCH + ((SCRATCH_END - SCRATCH) >> 1);
  const nameSize = <usize>load<u32>(record, R_NAME + 4);
  // Much room for numbers and letters.
  if (nameSize + 256 > limit - SCRATCH) return 0;
  let out = putNumber(SCRATCH, around);
  store<u8>(out, 0x1e);
  store<u8>(out, 0x30 + status, 1);
  store<u8>(out, 0x1e, 2);
  store<u8>(out, load<u32>(record, R_MESSAGE + 4) > 0 ? 0x31 : 0x30, 3);
  store<u8>(out, 0x1e, 4);
  store<u8>(out, load<u32>(record, R_PARENT + 4) > 0 ? 0x31 : 0x30, 5);
  store<u8>(out, 0x1e, 6);
  out = putText(out + 7, <usize>load<u32>(record, R_NAME), <usize>load<u32>(record, R_NAME) + nameSize, load<u32>(record, R_NAME + 8));
  store<u8>(out, 0x1e);
  out += 1;
  const first = record + R_SIZE;
  for (let i: i32 = 0; i < count; i++) {
    const entry = first + <usize>i * A_SIZE;
    const key = <usize>load<u32>(entry, A_KEY) + 1;
    const size = <usize>load<u32>(entry, A_KEY_END) - 1 - key;
    if (out + size + 16 > limit) return 0;
    if (i > 0) {
      store<u8>(out, 0x1f);
      out += 1;
    }
    out = copied(out, key, size);
  }
  store<u8>(out, 0x1e);
  out += 1;
  if (out + <usize>count + 16 > limit) return 0;
  memory.copy(out, tags, count);
  out += <usize>count;
  store<u8>(out, 0x1e);
  out += 1;
  for (let i: i32 = 0; i < count; i++) {
    const entry = first + <usize>i * A_SIZE;
    const key = <usize>load<u32>(entry, A_KEY) + 1;
    if (nameAt(key, <usize>load<u32>(entry, A_KEY_END) - 1 - key, FIRST_DECIDING, names) < 0) continue;
    if (out + <usize>(load<u32>(entry, A_TO) - load<u32>(entry, A_FROM)) + 32 > limit) return 0;
    out = putLiteral(out, entry);
    store<u8>(out, 0x1f);
    out += 1;
  }
  return found(SCRATCH, out - SCRATCH);
}

/** The layout of a shape by what is written of it, asked for where it is new. */
function found(key: usize, size: usize): usize {
  let hash: u32 = 0x811c9dc5;
  let p = key;
  const end = key + size;
  store<u32>(end, 0);
  for (; p < end; p += 4) hash = rotl<u32>((hash ^ load<u32>(p)) * 0x85ebca6b, 13) * 5 + 0xe6546b64;
  hash ^= hash >> 15;
  let slot = hash & (TABLE_SLOTS - 1);
  while (true) {
    const place = TABLE + <usize>slot * 8;
    const known = <usize>load<u32>(place, 4);
    if (known == 0) {
      if (shapes >= <i32>(TABLE_SLOTS >> 1)) return 0;
      const layout = shapeOf(key, <i32>size);
      const kept = allocate(<i32>size + 8);
      if (kept == 0) return 0;
      shapes += 1;
      store<u32>(kept, <u32>size);
      store<u32>(kept, <u32>layout, 4);
      memory.copy(kept + 8, key, size);
      store<u32>(place, hash);
      store<u32>(place, <u32>kept, 4);
      return layout;
    }
    if (load<u32>(place) == hash && <usize>load<u32>(known) == size && memory.compare(known + 8, key, size) == 0) return <usize>load<u32>(known, 4);
    slot = (slot + 1) & (TABLE_SLOTS - 1);
  }
}

// ---- lines

function scopeOf(ord: i32, resource: usize, resourceSize: usize): bool {
  if (!takes(0x7b)) return false;
  let seen = 0;
  let scope: usize = 0;
  let scopeSize: usize = 0;
  while (true) {
    const name = member(SCHEMA_URL, SPANS + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == SCHEMA_URL) {
      if (!string()) return false;
    } else if (name == SCOPE) {
      // What is around spans has to be known before them.
      if (seen & (1 << SPANS)) return false;
      scope = at;
      if (!nested(0x7b)) return false;
      scopeSize = at - scope;
    } else {
      around = aroundOf(resource, <i32>resourceSize, scope, <i32>scopeSize);
      if (around < 0 || !spans(ord)) return false;
    }
    if (takes(0x2c)) continue;
    return takes(0x7d) && (seen & (1 << SPANS)) != 0;
  }
}

function spans(ord: i32): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    if (rows == GROUP_ROWS || groupBytes > GROUP_BYTES || record + (RECORDS_END - RECORDS) / 2 > RECORDS_END) flush();
    if (!span(ord)) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function resourceOf(ord: i32): bool {
  if (!takes(0x7b)) return false;
  let seen = 0;
  let resource: usize = 0;
  let resourceSize: usize = 0;
  while (true) {
    const name = member(RESOURCE, SCHEMA_URL + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == SCHEMA_URL) {
      if (!string()) return false;
    } else if (name == RESOURCE) {
      if (seen & (1 << SCOPE_SPANS)) return false;
      resource = at;
      if (!nested(0x7b)) return false;
      resourceSize = at - resource;
    } else if (!scopes(ord, resource, resourceSize)) return false;
    if (takes(0x2c)) continue;
    return takes(0x7d) && (seen & (1 << SCOPE_SPANS)) != 0;
  }
}

function scopes(ord: i32, resource: usize, resourceSize: usize): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    if (!scopeOf(ord, resource, resourceSize)) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function line(ord: i32): bool {
  if (!takes(0x7b) || member(RESOURCE_SPANS, RESOURCE_SPANS + 1) != RESOURCE_SPANS || !takes(0x5b)) return false;
  if (!takes(0x5d)) {
    while (true) {
      if (!resourceOf(ord)) return false;
      if (takes(0x2c)) continue;
      if (!takes(0x5d)) return false;
      break;
    }
  }
  if (!takes(0x7d)) return false;
  takes(0x0d);
  return load<u8>(at) == 0x0a;
}

function flush(): void {
  if (rows > 0) groupIsFull(rows);
  record = RECORDS;
  rows = 0;
  groupBytes = 0;
}

/**
 * Reads lines, each with its end, and has their spans written down a group at a time. Gives how many lines are for others: their
 * places, counted from 1, stand at BAD as far as there is room. Lines that do not begin with a brace are passed over.
 */
export function scan(from: usize, to: usize): i32 {
  at = from;
  record = RECORDS;
  rows = 0;
  groupBytes = 0;
  badCount = 0;
  for (let ord = 1; at < to; ord++) {
    const begun = at;
    if (load<u8>(at) != 0x7b || !line(ord)) {
      if (load<u8>(begun) == 0x7b) {
        if (BAD + <usize>badCount * 4 < RECORDS) store<u32>(BAD + <usize>badCount * 4, ord);
        badCount += 1;
      }
      while (load<u8>(at) != 0x0a) at += 1;
    }
    at += 1;
  }
  flush();
  return badCount;
}

// ---- columns

// @ts-ignore: decorator
@inline
function next(r: usize): usize {
  return r + ((R_SIZE + <usize>load<u32>(r, R_COUNT) * A_SIZE + 7) & ~7);
}

// @ts-ignore: decorator
@inline
function mark(row: i32): void {
  const place = PRESENT + <usize>(row >> 3);
  store<u8>(place, <u8>(<i32>load<u8>(place) | (1 << (row & 7))));
  present += 1;
}

function putRaw(out: usize, r: usize): usize {
  const how = load<u32>(r, R_RAW_FORM);
  let from = <usize>load<u32>(r, R_RAW);
  const to = <usize>load<u32>(r, R_RAW_END);
  if (how & 8) {
    const n = load<u32>(r, R_COUNT);
    for (let i: u32 = 0; i < n; i++) {
      const entry = r + R_SIZE + <usize>i * A_SIZE;
      if (load<u32>(entry, A_FORM) != WHOLE) continue;
      const end = <usize>load<u32>(entry, A_TO);
      out = putJson(out, from, end - 2, how & 7);
      from = end;
    }
  }
  return putJson(out, from, to, how & 7);
}

function putAttributes(out: usize, r: usize): usize {
  const layout = <usize>load<u32>(r, R_LAYOUT);
  const kept = layout + L_FIELDS + FIELD_COUNT * 4;
  const n = load<u32>(r, R_COUNT);
  store<u8>(out, 0x7b);
  out += 1;
  const begun = out;
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(kept + <usize>i) == 0) continue;
    const entry = r + R_SIZE + <usize>i * A_SIZE;
    if (out > begun) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    const key = <usize>load<u32>(entry, A_KEY);
    const size = <usize>load<u32>(entry, A_KEY_END) - key;
    out = copied(out, key, size);
    store<u8>(out, 0x3a);
    out = putLiteral(out + 1, entry);
  }
  const tail = <usize>load<u32>(layout, L_TAIL_SIZE);
  if (tail > 0) {
    if (out > begun) {
      store<u8>(out, 0x2c);
      out += 1;
    }
    out = copied(out, <usize>load<u32>(layout, L_TAIL), tail);
  }
  store<u8>(out, 0x7d);
  return out + 1;
}

// Columns of whole numbers, of times, and of texts.
const C_ORD = 0;
const C_SHAPE = 1;
const C_RAW_SIZE = 2;
const C_START = 3;
const C_END = 4;
const C_TRACE = 5;
const C_SPAN = 6;
const C_PARENT = 7;
const C_NAME = 8;
const C_MESSAGE = 9;
const C_RAW = 10;
const C_ATTRIBUTES = 11;
const C_FIELDS = 12;

function putColumn(out: usize, r: usize, what: i32): usize {
  switch (what) {
    case C_TRACE:
    case C_SPAN:
    case C_PARENT: {
      const place = r + R_TRACE + <usize>(what - C_TRACE) * 8;
      const size = <usize>load<u32>(place, 4);
      if (size == 0) return 0;
      return copied(out, <usize>load<u32>(place), size);
    }
    case C_NAME:
    case C_MESSAGE: {
      const place = r + (what == C_NAME ? R_NAME : R_MESSAGE);
      const from = <usize>load<u32>(place);
      const size = <usize>load<u32>(place, 4);
      if (size == 0) return what == C_NAME ? out : 0;
      return putText(out, from, from + size, load<u32>(place, 8));
    }
    case C_RAW: return putRaw(out, r);
    case C_ATTRIBUTES: return putAttributes(out, r);
  }
  const index = load<i32>(<usize>load<u32>(r, R_LAYOUT) + L_FIELDS + <usize>(what - C_FIELDS) * 4);
  return index < 0 ? 0 : putValue(out, r + R_SIZE + <usize>index * A_SIZE);
}

/** Writes the values of a column of the group at hand, as Parquet's PLAIN has them, to OUT; gives how many bytes they are. */
export function column(what: i32): i32 {
  memory.fill(PRESENT, 0, 264);
  present = 0;
  let out = OUT;
  let r = RECORDS;
  for (let row = 0; row < rows; row++, r = next(r)) {
    if (what <= C_RAW_SIZE) {
      const value = what == C_ORD ? load<u32>(r, R_ORD) : what == C_SHAPE ? load<u32>(<usize>load<u32>(r, R_LAYOUT), L_SHAPE) : load<u32>(r, R_RAW_END) - load<u32>(r, R_RAW);
      store<u32>(out, value);
      out += 4;
      mark(row);
    } else if (what <= C_END) {
      store<u64>(out, load<u64>(r + (what == C_START ? R_START : R_FINISH)));
      out += 8;
      mark(row);
    } else {
      const end = putColumn(out + 4, r, what);
      if (end == 0) continue;
      store<u32>(out, <u32>(end - out - 4));
      out = end;
      mark(row);
    }
  }
  return <i32>(out - OUT);
}

/** How many rows have a value in the column written last; which ones, a bit each at PRESENT. */
export function presentCount(): i32 {
  return present;
}
