// Strings as JSON writes them: where they end, how they are written, and what they say. After memory.as.

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
