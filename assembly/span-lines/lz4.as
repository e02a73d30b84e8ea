// LZ4's block format, https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md: values of columns on their way to a file. After
// firsts.as.

const LZ4_BITS: u64 = 12;
// A match begins so far from the end at least, and the last bytes are none.
const LAST_BEGIN: usize = 12;
const LAST_BYTES: usize = 5;
const FARTHEST: usize = 65535;

// @ts-ignore: decorator
@inline
function slotOf(p: usize): usize {
  // Five bytes.
  return LZ4_SLOTS + <usize>(((load<u64>(p) << 24) * 889523592379) >> (64 - LZ4_BITS)) * 4;
}

/** Writes what is left of a length that does not go into four bits. */
function putLength(out: usize, length: usize): usize {
  for (; length >= 255; length -= 255) {
    store<u8>(out, 255);
    out += 1;
  }
  store<u8>(out, <u32>length);
  return out + 1;
}

/** Writes the token of a sequence, and its literals, of which 16 more bytes may be read and written. */
function putLiterals(out: usize, from: usize, size: usize, match: usize): usize {
  store<u8>(out, <u32>((min(size, 15) << 4) | min(match, 15)));
  out += 1;
  if (size >= 15) out = putLength(out, size - 15);
  return copied(out, from, size);
}

/** Compresses what stands between two places to `out`; gives the end of what was written, at most a 250th more and 32 bytes. */
function lz4(out: usize, from: usize, end: usize): usize {
  memory.fill(LZ4_SLOTS, 0, 4 << <usize>LZ4_BITS);
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
      const more = alike(p + 4, match + 4, end - LAST_BYTES - p - 4);
      out = putLiterals(out, anchor, p - anchor, more);
      store<u16>(out, <u32>(p - match));
      out += 2;
      if (more >= 15) out = putLength(out, more - 15);
      p += more + 4;
      anchor = p;
      if (p <= last) store<u32>(slotOf(p - 2), <u32>(p - 2));
    }
  }
  return putLiterals(out, anchor, end - anchor, 0);
}
