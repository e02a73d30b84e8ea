// Eigenvalues and vectors of small symmetric matrices, for the latent space and the map.
// Householder reduction to three diagonals, then QL with implicit shifts: Bowdler, Martin, Reinsch & Wilkinson, "The QR and QL
// algorithms for symmetric matrices", Numerische Mathematik 11 (1968); Golub & Van Loan, Matrix Computations, section 8.3.

/** `values` descending; vector i is column i of the row-major square `vectors`. */
export type Eigen = { values: Float64Array; vectors: Float64Array };

type Tridiagonal = { diagonal: Float64Array; beside: Float64Array; basis: Float64Array };

const maxSteps = 60;

/** basis^T * source * basis has `diagonal` and, one row below it, `beside[1..]`. */
function reduce(source: Float64Array, size: number): Tridiagonal {
  const a = Float64Array.from(source);
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  const beside = new Float64Array(size);
  const v = new Float64Array(size);
  const w = new Float64Array(size);
  for (let k = 0; k + 1 < size; k++) {
    let squares = 0;
    for (let i = k + 1; i < size; i++) squares += (a[i * size + k] as number) ** 2;
    const head = a[(k + 1) * size + k] as number;
    const length = Math.sqrt(squares);
    const isDone = squares - head * head <= 1e-30 * squares || length === 0;
    beside[k + 1] = isDone ? head : head > 0 ? -length : length;
    if (isDone) continue;
    reflect(a, basis, { size, k, head, length: beside[k + 1] as number }, v, w);
  }
  return {
    diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i] as number),
    beside,
    basis,
  };
}

type Step = { size: number; k: number; head: number; length: number };

/** One reflection that clears column k below the line beside the diagonal, applied to both sides of `a` and to the basis. */
function reflect(a: Float64Array, basis: Float64Array, step: Step, v: Float64Array, w: Float64Array): void {
  const { size, k, head, length } = step;
  let norm = 0;
  for (let i = k + 1; i < size; i++) {
    v[i] = (a[i * size + k] as number) - (i === k + 1 ? length : 0);
    norm += (v[i] as number) ** 2;
  }
  const scale = 2 / norm;
  let inner = 0;
  for (let i = k + 1; i < size; i++) {
    let sum = 0;
    for (let j = k + 1; j < size; j++) sum += (a[i * size + j] as number) * (v[j] as number);
    w[i] = scale * sum;
    inner += (v[i] as number) * (w[i] as number);
  }
  for (let i = k + 1; i < size; i++) w[i] = (w[i] as number) - 0.5 * scale * inner * (v[i] as number);
  for (let i = k + 1; i < size; i++) {
    for (let j = k + 1; j < size; j++)
      a[i * size + j] =
        (a[i * size + j] as number) -
        (v[i] as number) * (w[j] as number) -
        (w[i] as number) * (v[j] as number);
  }
  a[(k + 1) * size + k] = head;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let sum = 0;
    for (let j = k + 1; j < size; j++) sum += (basis[row + j] as number) * (v[j] as number);
    for (let j = k + 1; j < size; j++)
      basis[row + j] = (basis[row + j] as number) - scale * sum * (v[j] as number);
  }
}

/** One implicit QL sweep from `high` up to `low`. Rows of `turned` are the vectors. */
function sweep(t: Tridiagonal, turned: Float64Array, low: number, high: number): void {
  const { diagonal: d, beside: e } = t;
  const size = d.length;
  let g = ((d[low + 1] as number) - (d[low] as number)) / (2 * (e[low] as number));
  let r = Math.hypot(g, 1);
  g = (d[high] as number) - (d[low] as number) + (e[low] as number) / (g + (g >= 0 ? r : -r));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * (e[i] as number);
    const b = cosine * (e[i] as number);
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = (d[i + 1] as number) - shift;
    r = ((d[i] as number) - g) * sine + 2 * cosine * b;
    shift = sine * r;
    d[i + 1] = g + shift;
    g = cosine * r - b;
    for (let k = 0, p = i * size, q = (i + 1) * size; k < size; k++, p++, q++) {
      const y = turned[q] as number;
      const x = turned[p] as number;
      turned[q] = sine * x + cosine * y;
      turned[p] = cosine * x - sine * y;
    }
  }
  d[low] = (d[low] as number) - shift;
  e[low] = g;
  e[high] = 0;
}

function diagonalize(t: Tridiagonal, turned: Float64Array): void {
  const { diagonal: d, beside: e } = t;
  const size = d.length;
  for (let i = 1; i < size; i++) e[i - 1] = e[i] as number;
  if (size > 0) e[size - 1] = 0;
  for (let low = 0; low < size; low++) {
    for (let step = 0; step < maxSteps; step++) {
      let high = low;
      for (; high + 1 < size; high++) {
        const near = Math.abs(d[high] as number) + Math.abs(d[high + 1] as number);
        if (Math.abs(e[high] as number) <= 2.3e-16 * near) break;
      }
      if (high === low) break;
      sweep(t, turned, low, high);
    }
  }
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) out[j * size + i] = matrix[i * size + j] as number;
  return out;
}

/**
 * Eigen-decomposition of a symmetric matrix (row-major, up to about a thousand wide). Signs are fixed so that each vector's largest
 * entry is positive.
 */
export function symmetricEigen(source: Float64Array, size: number): Eigen {
  const t = reduce(source, size);
  const turned = transposed(t.basis, size);
  diagonalize(t, turned);
  const valueAt = (i: number): number => t.diagonal[i] as number;
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => valueAt(b) - valueAt(a) || a - b);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    let largest = 0;
    for (let i = 0; i < size; i++)
      if (Math.abs(turned[from * size + i] as number) > Math.abs(largest) + 1e-12)
        largest = turned[from * size + i] as number;
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < size; i++) vectors[i * size + to] = sign * (turned[from * size + i] as number);
  });
  return { values: Float64Array.from(order, valueAt), vectors };
}
