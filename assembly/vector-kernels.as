// AssemblyScript, not TypeScript: compiled by `npm run kernels` into src/engine/corrections/vector-kernels.data.ts, which a test
// compares with a fresh compilation. Owns the inner loops of clustering, on 32-bit floats in vectors of four (WebAssembly SIMD);
// knows nothing of texts or clusters. Pointers are byte addresses, 16-aligned; widths are multiples of 4.
// https://www.assemblyscript.org/stdlib/globals.html#simd

const NONE: f32 = -2;

/** out[r] = sum over the cells of sparse row r of value * block[column]. */
export function sparseTimesDense(
  first: i32, last: i32, starts: usize, columns: usize, values: usize, block: usize, width: i32, out: usize,
): void {
  const bytes = <usize>width << 2;
  for (let r = first; r < last; r++) {
    const to = out + <usize>r * bytes;
    memory.fill(to, 0, bytes);
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    for (let i = load<i32>(starts + (<usize>r << 2)); i < end; i++) {
      const value = f32x4.splat(load<f32>(values + (<usize>i << 2)));
      const from = block + <usize>load<i32>(columns + (<usize>i << 2)) * bytes;
      for (let d: usize = 0; d < bytes; d += 16)
        v128.store(to + d, f32x4.add(v128.load(to + d), f32x4.mul(value, v128.load(from + d))));
    }
  }
}

/** out[column] += value * block[r] for every cell of the sparse rows. */
export function transposedTimesDense(
  first: i32, last: i32, starts: usize, columns: usize, values: usize, block: usize, width: i32, out: usize,
): void {
  const bytes = <usize>width << 2;
  for (let r = first; r < last; r++) {
    const from = block + <usize>r * bytes;
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    for (let i = load<i32>(starts + (<usize>r << 2)); i < end; i++) {
      const value = f32x4.splat(load<f32>(values + (<usize>i << 2)));
      const to = out + <usize>load<i32>(columns + (<usize>i << 2)) * bytes;
      for (let d: usize = 0; d < bytes; d += 16)
        v128.store(to + d, f32x4.add(v128.load(to + d), f32x4.mul(value, v128.load(from + d))));
    }
  }
}

/**
 * Adds the products of all pairs of columns to `out`, width x width in 64-bit floats; only the tiles of 4 x 4 on and above the
 * diagonal. The rows of one call are summed in 32 bits: call it for a few hundred at a time.
 */
export function gram(first: i32, last: i32, block: usize, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  const start = block + <usize>first * bytes;
  const end = block + <usize>last * bytes;
  for (let a = 0; a < width; a += 4) {
    for (let b = a; b < width; b += 4) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      const toA = <usize>a << 2;
      const toB = <usize>b << 2;
      for (let row = start; row < end; row += bytes) {
        const other = v128.load(row + toB);
        s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(row + toA), other));
        s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(row + toA, 4), other));
        s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(row + toA, 8), other));
        s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(row + toA, 12), other));
      }
      const line = <usize>width << 3;
      const at = out + <usize>a * line + (<usize>b << 3);
      addWidened(at, s0);
      addWidened(at + line, s1);
      addWidened(at + 2 * line, s2);
      addWidened(at + 3 * line, s3);
    }
  }
}

/** Adds four 32-bit floats to four 64-bit ones. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function addWidened(at: usize, sums: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(sums)));
  v128.store(at, f64x2.add(v128.load(at, 16), highOf(sums)), 16);
}

/** The upper two of four 32-bit floats as 64-bit ones. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function highOf(four: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
}

/** out[r] = row r (`width` wide) times `matrix` (width x outWidth). */
export function denseTimesDense(
  first: i32, last: i32, rows: usize, width: i32, matrix: usize, outWidth: i32, out: usize,
): void {
  const bytes = <usize>outWidth << 2;
  for (let r = first; r < last; r++) {
    const row = rows + <usize>r * (<usize>width << 2);
    const to = out + <usize>r * bytes;
    memory.fill(to, 0, bytes);
    for (let j = 0; j < width; j++) {
      const value = f32x4.splat(load<f32>(row + (<usize>j << 2)));
      const from = matrix + <usize>j * bytes;
      for (let d: usize = 0; d < bytes; d += 16)
        v128.store(to + d, f32x4.add(v128.load(to + d), f32x4.mul(value, v128.load(from + d))));
    }
  }
}

/** Highest of `scores[0 .. count - 1]`, the first of equals; its value goes to `best`. */
function argMax(scores: usize, count: i32, best: usize): i32 {
  let at = 0;
  let top = NONE;
  for (let c = 0; c < count; c++) {
    const score = load<f32>(scores + (<usize>c << 2));
    if (score > top) { top = score; at = c; }
  }
  store<f32>(best, top);
  return at;
}

/**
 * For each dense row the nearest of `count` centroids (stored by dimension: width x padded) and its cosine. `scores` is scratch
 * for `padded` values; `padded` is a multiple of 16.
 */
export function nearestOfDense(
  first: i32, last: i32, rows: usize, width: i32, centroids: usize, count: i32, padded: i32, scores: usize,
  assignment: usize, cosines: usize,
): void {
  const bytes = <usize>padded << 2;
  for (let r = first; r < last; r++) {
    const row = rows + <usize>r * (<usize>width << 2);
    for (let c: usize = 0; c < bytes; c += 64) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      let from = centroids + c;
      for (let j = 0; j < width; j++) {
        const value = v128.load_splat<f32>(row + (<usize>j << 2));
        s0 = f32x4.add(s0, f32x4.mul(value, v128.load(from)));
        s1 = f32x4.add(s1, f32x4.mul(value, v128.load(from, 16)));
        s2 = f32x4.add(s2, f32x4.mul(value, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(value, v128.load(from, 48)));
        from += bytes;
      }
      v128.store(scores + c, s0);
      v128.store(scores + c, s1, 16);
      v128.store(scores + c, s2, 32);
      v128.store(scores + c, s3, 48);
    }
    store<i32>(assignment + (<usize>r << 2), argMax(scores, count, cosines + (<usize>r << 2)));
  }
}

/** As `nearestOfDense`, for sparse rows; centroids are stored by column: vocabulary x padded. */
export function nearestOfSparse(
  first: i32, last: i32, starts: usize, columns: usize, values: usize, centroids: usize, count: i32, padded: i32,
  scores: usize, assignment: usize, cosines: usize,
): void {
  const bytes = <usize>padded << 2;
  for (let r = first; r < last; r++) {
    const begin = load<i32>(starts + (<usize>r << 2));
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    for (let c: usize = 0; c < bytes; c += 64) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      for (let i = begin; i < end; i++) {
        const value = v128.load_splat<f32>(values + (<usize>i << 2));
        const from = centroids + <usize>load<i32>(columns + (<usize>i << 2)) * bytes + c;
        s0 = f32x4.add(s0, f32x4.mul(value, v128.load(from)));
        s1 = f32x4.add(s1, f32x4.mul(value, v128.load(from, 16)));
        s2 = f32x4.add(s2, f32x4.mul(value, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(value, v128.load(from, 48)));
      }
      v128.store(scores + c, s0);
      v128.store(scores + c, s1, 16);
      v128.store(scores + c, s2, 32);
      v128.store(scores + c, s3, 48);
    }
    store<i32>(assignment + (<usize>r << 2), argMax(scores, count, cosines + (<usize>r << 2)));
  }
}

/**
 * Adds each sparse row to the centroid of its cluster (stored by column, as in `nearestOfSparse`); a row with a negative cluster
 * number counts nowhere.
 */
export function sumByCluster(
  first: i32, last: i32, starts: usize, columns: usize, values: usize, assignment: usize, padded: i32, centroids: usize,
): void {
  for (let r = first; r < last; r++) {
    const cluster = load<i32>(assignment + (<usize>r << 2));
    if (cluster < 0) continue;
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    for (let i = load<i32>(starts + (<usize>r << 2)); i < end; i++) {
      const column = <usize>load<i32>(columns + (<usize>i << 2));
      const at = centroids + ((column * <usize>padded + <usize>cluster) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(values + (<usize>i << 2)));
    }
  }
}

/** Counts the rows of each cluster into `sizes` (zeroes before) and returns the sum of their cosines. */
export function tallyClusters(rowCount: i32, assignment: usize, cosines: usize, sizes: usize): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rowCount; r++) {
    const at = sizes + (<usize>load<i32>(assignment + (<usize>r << 2)) << 2);
    store<i32>(at, load<i32>(at) + 1);
    sum += <f64>load<f32>(cosines + (<usize>r << 2));
  }
  return sum;
}

/** Scales each centroid (stored by column: `columnCount` x padded) to length 1. `squares` is scratch for `padded` 64-bit floats. */
export function scaleCentroids(columnCount: i32, centroids: usize, padded: i32, squares: usize): void {
  const bytes = <usize>padded << 2;
  const end = centroids + <usize>columnCount * bytes;
  memory.fill(squares, 0, <usize>padded << 3);
  for (let line = centroids; line < end; line += bytes)
    for (let c: usize = 0; c < bytes; c += 16) {
      const four = v128.load(line + c);
      const low = f64x2.promote_low_f32x4(four);
      const high = highOf(four);
      const sum = squares + (c << 1);
      v128.store(sum, f64x2.add(v128.load(sum), f64x2.mul(low, low)));
      v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.mul(high, high)), 16);
    }
  for (let c = 0; c < padded; c++) {
    const at = squares + (<usize>c << 3);
    const square = load<f64>(at);
    store<f64>(at, square > 0 ? 1 / Math.sqrt(square) : 0);
  }
  for (let line = centroids; line < end; line += bytes)
    for (let c: usize = 0; c < bytes; c += 16) {
      const four = v128.load(line + c);
      const scale = squares + (c << 1);
      const low = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(four), v128.load(scale)));
      const high = f32x4.demote_f64x2_zero(f64x2.mul(highOf(four), v128.load(scale, 16)));
      v128.store(line + c, i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
    }
}

/**
 * The gap (1 - cosine) of every sparse row when row `chosen` is one of the starting points: that in `gaps` or that to it, in `lowered`;
 * the chosen row's own is 0. Returns the sum.
 * `dense` is scratch for a value per column: zeroes before and after.
 */
export function narrowGaps(
  rowCount: i32, starts: usize, columns: usize, values: usize, chosen: i32, dense: usize, gaps: usize,
  lowered: usize,
): f64 {
  const from = load<i32>(starts + (<usize>chosen << 2));
  const to = load<i32>(starts + (<usize>(chosen + 1) << 2));
  for (let i = from; i < to; i++)
    store<f32>(dense + (<usize>load<i32>(columns + (<usize>i << 2)) << 2), load<f32>(values + (<usize>i << 2)));
  let sum: f64 = 0;
  let begin = load<i32>(starts);
  for (let r = 0; r < rowCount; r++) {
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    let cosine: f64 = 0;
    for (let i = begin; i < end; i++) {
      const other = <f64>load<f32>(dense + (<usize>load<i32>(columns + (<usize>i << 2)) << 2));
      cosine += <f64>load<f32>(values + (<usize>i << 2)) * other;
    }
    begin = end;
    const at = <usize>r << 2;
    const gap = r == chosen ? <f32>0 : min<f32>(load<f32>(gaps + at), <f32>max<f64>(0, 1 - cosine));
    store<f32>(lowered + at, gap);
    sum += <f64>gap;
  }
  for (let i = from; i < to; i++) store<f32>(dense + (<usize>load<i32>(columns + (<usize>i << 2)) << 2), 0);
  return sum;
}

function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
  let d: usize = 0;
  for (; d + 32 <= bytes; d += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + d), v128.load(b + d)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + d, 16), v128.load(b + d, 16)));
  }
  if (d < bytes) s0 = f32x4.add(s0, f32x4.mul(v128.load(a + d), v128.load(b + d)));
  const s = f32x4.add(s0, s1);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** Cosines of dense row `row` to the `count` rows listed in `list`. */
export function dotsWithRow(row: i32, list: usize, count: i32, rows: usize, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  const own = rows + <usize>row * bytes;
  for (let i = 0; i < count; i++)
    store<f32>(out + (<usize>i << 2), dot(own, rows + <usize>load<i32>(list + (<usize>i << 2)) * bytes, bytes));
}

/** Puts `other` at its place among the `size` best found so far, nearest first. */
function keep(other: i32, cosine: f32, ids: usize, tops: usize, size: i32): void {
  let p = size - 1;
  while (p > 0 && load<f32>(tops + (<usize>(p - 1) << 2)) < cosine) {
    store<f32>(tops + (<usize>p << 2), load<f32>(tops + (<usize>(p - 1) << 2)));
    store<i32>(ids + (<usize>p << 2), load<i32>(ids + (<usize>(p - 1) << 2)));
    p--;
  }
  store<f32>(tops + (<usize>p << 2), cosine);
  store<i32>(ids + (<usize>p << 2), other);
}

/**
 * The `size` nearest rows of sparse rows `first .. last - 1` among all `rowCount`, by way of the transposed matrix (`byStarts`,
 * `byRows`, `byValues`). `scores` is scratch for `rowCount` values. Places as in `nearestRows`.
 */
export function nearestSparseRows(
  first: i32, last: i32, starts: usize, columns: usize, values: usize, rowCount: i32, byStarts: usize, byRows: usize,
  byValues: usize, scores: usize, size: i32, neighbors: usize, cosines: usize,
): void {
  for (let r = first; r < last; r++) {
    memory.fill(scores, 0, <usize>rowCount << 2);
    const end = load<i32>(starts + (<usize>(r + 1) << 2));
    for (let i = load<i32>(starts + (<usize>r << 2)); i < end; i++) {
      const column = load<i32>(columns + (<usize>i << 2));
      const value = load<f32>(values + (<usize>i << 2));
      const stop = load<i32>(byStarts + (<usize>(column + 1) << 2));
      for (let j = load<i32>(byStarts + (<usize>column << 2)); j < stop; j++) {
        const at = scores + (<usize>load<i32>(byRows + (<usize>j << 2)) << 2);
        store<f32>(at, load<f32>(at) + value * load<f32>(byValues + (<usize>j << 2)));
      }
    }
    store<f32>(scores + (<usize>r << 2), NONE);
    const ids = neighbors + <usize>r * (<usize>size << 2);
    const tops = cosines + <usize>r * (<usize>size << 2);
    let floor = load<f32>(tops + (<usize>(size - 1) << 2));
    for (let other = 0; other < rowCount; other++) {
      const cosine = load<f32>(scores + (<usize>other << 2));
      if (cosine <= floor) continue;
      keep(other, cosine, ids, tops, size);
      floor = load<f32>(tops + (<usize>(size - 1) << 2));
    }
  }
}

/**
 * Keeps the `size` nearest of the listed rows for each row of `first .. last - 1` of `queries` (row numbers): neighbours and
 * cosines lie `size` apart, nearest first, and go on from what is there (-1 for an empty place). A row is not its own neighbour.
 */
export function nearestRows(
  queries: usize, first: i32, last: i32, list: usize, count: i32, rows: usize, width: i32, size: i32,
  neighbors: usize, cosines: usize,
): void {
  const bytes = <usize>width << 2;
  for (let q = first; q < last; q++) {
    const row = load<i32>(queries + (<usize>q << 2));
    const own = rows + <usize>row * bytes;
    const ids = neighbors + <usize>row * (<usize>size << 2);
    const tops = cosines + <usize>row * (<usize>size << 2);
    let floor = load<f32>(tops + (<usize>(size - 1) << 2));
    for (let i = 0; i < count; i++) {
      const other = load<i32>(list + (<usize>i << 2));
      if (other === row) continue;
      const cosine = dot(own, rows + <usize>other * bytes, bytes);
      if (cosine <= floor) continue;
      keep(other, cosine, ids, tops, size);
      floor = load<f32>(tops + (<usize>(size - 1) << 2));
    }
  }
}
