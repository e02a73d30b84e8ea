/** Eigenvalues, largest first, and their vectors as columns of a row-major matrix: vector j is `vectors[i * size + j]`. */
export type Eigen = { values: Float64Array; vectors: Float64Array };

/** Sweeps after which cyclic Jacobi has long converged for any matrix of this size. */
const maxSweeps = 15;

/** Turns rows and columns p and q so that entry (p, q) becomes 0. */
function turn(matrix: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const entry = matrix[p * size + q] as number;
  if (entry === 0) return;
  const ratio = ((matrix[q * size + q] as number) - (matrix[p * size + p] as number)) / (2 * entry);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const mix = (target: Float64Array, a: number, b: number): void => {
    const x = target[a] as number;
    const y = target[b] as number;
    target[a] = cosine * x - sine * y;
    target[b] = sine * x + cosine * y;
  };
  for (let i = 0; i < size; i++) mix(matrix, i * size + p, i * size + q);
  for (let i = 0; i < size; i++) mix(matrix, p * size + i, q * size + i);
  for (let i = 0; i < size; i++) mix(vectors, i * size + p, i * size + q);
}

function offDiagonalShare(matrix: Float64Array, size: number): number {
  let off = 0;
  let all = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const square = (matrix[i * size + j] as number) ** 2;
      all += square;
      if (i !== j) off += square;
    }
  }
  return all > 0 ? off / all : 0;
}

/**
 * Eigen-decomposition of a small symmetric matrix (row-major, up to a few hundred wide) by cyclic Jacobi rotations
 * (Golub & Van Loan, Matrix Computations, section 8.5). Signs are fixed so that each vector's largest entry is positive.
 */
export function symmetricEigen(source: Float64Array, size: number): Eigen {
  const matrix = Float64Array.from(source);
  const turned = new Float64Array(size * size);
  for (let i = 0; i < size; i++) turned[i * size + i] = 1;
  for (let sweep = 0; sweep < maxSweeps && offDiagonalShare(matrix, size) > 1e-18; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) turn(matrix, turned, size, p, q);
  }
  const valueAt = (i: number): number => matrix[i * size + i] as number;
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => valueAt(b) - valueAt(a) || a - b);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    let largest = 0;
    for (let i = 0; i < size; i++)
      if (Math.abs(turned[i * size + from] as number) > Math.abs(largest) + 1e-12)
        largest = turned[i * size + from] as number;
    for (let i = 0; i < size; i++)
      vectors[i * size + to] = (largest < 0 ? -1 : 1) * (turned[i * size + from] as number);
  });
  return { values: Float64Array.from(order, valueAt), vectors };
}
