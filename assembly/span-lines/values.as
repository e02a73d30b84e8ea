// Members, numbers and lists, and which letter of span-shape.ts an attribute's value has. After text.as.

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
function double(most: usize): u32 {
  const from = at;
  const isNegative = load<u8>(at) == 0x2d;
  if (isNegative) at += 1;
  const first = at;
  while (isDigit(load<u8>(at))) at += 1;
  const whole = at - first;
  if (whole == 0 || whole > 15 || (whole > 1 && load<u8>(first) == 0x30)) return 0;
  numberForm = BARE;
  const isZero = whole == 1 && load<u8>(first) == 0x30;
  if (load<u8>(at) != 0x2e) return whole <= most && !(isNegative && isZero) ? (isNegative ? 0x78 : 0x6e) : 0;
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
    tag = double(9);
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
  return putJson(out, from, how == WHOLE ? to - 2 : to, how == LIST ? FOREIGN : how);
}

/** Writes what a value says. */
function putValue(out: usize, entry: usize): usize {
  const how = load<u32>(entry, A_FORM);
  const from = <usize>load<u32>(entry, A_FROM);
  const to = <usize>load<u32>(entry, A_TO);
  if (how == ARRAY) return putArray(out, from, to);
  if (how == BARE) return putText(out, from, to, BARE);
  if (how == LIST) return putJson(out, from, to, FOREIGN);
  if (how == WHOLE) return putText(out, from, to - 2, BARE);
  return putText(out, from + 1, to - 1, how);
}
