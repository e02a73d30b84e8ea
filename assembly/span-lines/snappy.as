// Snappy's format, https://github.com/google/snappy/blob/main/format_description.txt: values of columns on their way to a file, which
// all that reads Parquet knows. After firsts.as.

const SNAPPY_BITS: u64 = 12;
// A match begins so far from the end at least, and the last bytes are none: more than they are is read at once.
const LAST_BEGIN: usize = 12;
const LAST_BYTES: usize = 5;
const FARTHEST: usize = 65535;
// How far back, and up to which length, a match is told in two bytes, and how long one may be that is told in three.
const NEAR: usize = 2048;
const SHORT: usize = 12;
const LONGEST: usize = 64;
const LEAST: usize = 4;

// @ts-ignore: decorator
@inline
function slotOf(p: usize): usize {
  // Five bytes.
  return SNAPPY_SLOTS + <usize>(((load<u64>(p) << 24) * 889523592379) >> (64 - SNAPPY_BITS)) * 4;
}

/** Writes bytes as they are, if any, of which 16 more may be read and written. */
function putLiterals(out: usize, from: usize, size: usize): usize {
  if (size == 0) return out;
  const n = <u32>size - 1;
  if (n < 60) {
    store<u8>(out, n << 2);
    return copied(out + 1, from, size);
  }
  // How many bytes tell the length.
  const more: u32 = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
  store<u8>(out, (59 + more) << 2);
  store<u32>(out, n, 1);
  return copied(out + 1 + <usize>more, from, size);
}

function putFarMatch(out: usize, back: usize, size: usize): usize {
  store<u8>(out, ((<u32>size - 1) << 2) | 2);
  store<u16>(out, <u32>back, 1);
  return out + 3;
}

/** Writes that so many bytes are those that stand so far back. */
function putMatch(out: usize, back: usize, size: usize): usize {
  // What remains is never shorter than a match is at least.
  for (; size >= LONGEST + LEAST; size -= LONGEST) out = putFarMatch(out, back, LONGEST);
  if (size > LONGEST) {
    out = putFarMatch(out, back, LONGEST - LEAST);
    size -= LONGEST - LEAST;
  }
  if (size >= SHORT || back >= NEAR) return putFarMatch(out, back, size);
  store<u8>(out, ((<u32>back >> 8) << 5) | ((<u32>size - 4) << 2) | 1);
  store<u8>(out, <u32>back, 1);
  return out + 2;
}

/** Compresses what stands between two places to `out`; gives the end of what was written, at most a 60th more and 32 bytes. */
function snappy(out: usize, from: usize, end: usize): usize {
  memory.fill(SNAPPY_SLOTS, 0, 4 << <usize>SNAPPY_BITS);
  let size = <u32>(end - from);
  for (; size >= 0x80; size >>= 7) store<u8>(out++, size | 0x80);
  store<u8>(out++, size);
  let anchor = from;
  if (end - from > LAST_BEGIN) {
    const last = end - LAST_BEGIN;
    let p = from;
    // The farther the last match is, the fewer places are looked at.
    let tries: usize = 64;
    while (p <= last) {
      const slot = slotOf(p);
      let match = <usize>load<u32>(slot);
      store<u32>(slot, <u32>p);
      if (match < from || p - match > FARTHEST || load<u32>(match) != load<u32>(p)) {
        p += tries++ >> 6;
        continue;
      }
      tries = 64;
      while (p > anchor && match > from && load<u8>(p - 1) == load<u8>(match - 1)) {
        p -= 1;
        match -= 1;
      }
      const same = LEAST + alike(p + LEAST, match + LEAST, end - LAST_BYTES - p - LEAST);
      out = putMatch(putLiterals(out, anchor, p - anchor), p - match, same);
      p += same;
      anchor = p;
      if (p <= last) store<u32>(slotOf(p - 2), <u32>(p - 2));
    }
  }
  return putLiterals(out, anchor, end - anchor);
}
