// AssemblyScript, not TypeScript: compiled by `npm run kernels` into src/engine/intake/twin/line-kernel.data.ts, which a test compares
// with a fresh compilation. Where lines of JSON end, how deep each may nest, and where something stands that has to be looked at:
// src/engine/intake/twin/line-scanner.ts cuts bytes into windows and knows the same numbers.

// One entry per line that ended: where its line feed stands, and the most that was open in it at a time.
const ENDS: usize = 0x1000;
const ENTRY: usize = 8;

let nesting: i32 = 0;
let deepest: i32 = 0;
let first: i32 = -1;
let last: i32 = -1;

/** Begins a new file. */
export function begin(): void {
  nesting = deepest = 0;
}

// @ts-ignore: decorator
@inline
function isHint(p: usize): bool {
  const four = load<u32>(p);
  // \u00, Infi, NaN
  return four == 0x3030755c || four == 0x69666e49 || (four & 0xffffff) == 0x4e614e;
}

/**
 * Scans so many bytes at `from`; four before them are those that came before. Gives how many lines ended. Nesting is counted over
 * strings too, as the most that opens and is not closed again within any stretch.
 */
export function scan(from: usize, size: i32): i32 {
  const end = from + <usize>size;
  const caseless = i8x16.splat(<i8>0xdf);
  const open = i8x16.splat(0x5b);
  const close = i8x16.splat(0x5d);
  const feed = i8x16.splat(0x0a);
  const slash = i8x16.splat(0x5c);
  const u = i8x16.splat(0x75);
  const nought = i8x16.splat(0x30);
  const n = i8x16.splat(0x6e);
  const capitalN = i8x16.splat(0x4e);
  const capitalI = i8x16.splat(0x49);
  const a = i8x16.splat(0x61);
  let nested = nesting;
  let most = deepest;
  let entry = ENDS;
  first = last = -1;
  for (let p = from; p < end; p += 16) {
    // Behind the end stands nothing that counts.
    const live: u32 = end - p < 16 ? (1 << (<u32>(end - p))) - 1 : 0xffff;
    const bytes = v128.load(p);
    const folded = v128.and(bytes, caseless);
    const opens = <u32>i8x16.bitmask(i8x16.eq(folded, open)) & live;
    const closes = <u32>i8x16.bitmask(i8x16.eq(folded, close)) & live;
    const feeds = <u32>i8x16.bitmask(i8x16.eq(bytes, feed)) & live;
    let marks = opens | closes | feeds;
    while (marks != 0) {
      const bit = marks & -marks;
      marks ^= bit;
      if (opens & bit) {
        nested += 1;
        if (nested > most) most = nested;
      } else if (closes & bit) {
        if (nested > 0) nested -= 1;
      } else {
        store<u32>(entry, <u32>(p - from) + ctz(bit));
        store<u32>(entry, most, 4);
        entry += ENTRY;
        nested = most = 0;
      }
    }
    // What begins up to three bytes before a window ends in it.
    const ahead = v128.load(p - 3);
    const second = v128.load(p - 2);
    const escapes = v128.and(v128.and(i8x16.eq(ahead, slash), i8x16.eq(second, u)), i8x16.eq(v128.load(p - 1), nought));
    const names = v128.or(v128.and(i8x16.eq(ahead, capitalN), i8x16.eq(second, a)), v128.and(i8x16.eq(ahead, capitalI), i8x16.eq(second, n)));
    let hints = <u32>i8x16.bitmask(v128.or(escapes, names)) & live;
    while (hints != 0) {
      const place = p + <usize>ctz(hints) - 3;
      hints &= hints - 1;
      if (!isHint(place)) continue;
      if (first < 0) first = <i32>(place + 4 - from);
      last = <i32>(place + 4 - from);
    }
  }
  nesting = nested;
  deepest = most;
  return <i32>((entry - ENDS) / ENTRY);
}

/** Where the first and the last of what has to be looked at ended in the bytes scanned last; -1 for none. */
export function hintAt(isLast: i32): i32 {
  return isLast != 0 ? last : first;
}
