import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../scripts/compile-kernels.mjs';
import { findNeighbors, findSparseNeighbors } from './nearest-neighbors';
import { normalDraw, seededRandom } from './seeded-random';
import { sparseKmeans } from './sparse-kmeans';
import type { SparseMatrix } from './text-features';
import { placeDense, normalizeRows, valuesOf } from './unit-rows';
import { vectorKernels } from './vector-kernels.data';
import { VectorMemory } from './vector-memory';

function randomRows(memory: VectorMemory, rowCount: number, columnCount: number) {
  const random = seededRandom(3);
  const values = Float32Array.from({ length: rowCount * columnCount }, () => normalDraw(random));
  const rows = placeDense(memory, { rowCount, columnCount, values });
  normalizeRows(rows);
  return rows;
}

function cosine(values: Float32Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (values[a * width + d] ?? 0) * (values[b * width + d] ?? 0);
  return sum;
}

describe('the kernels', () => {
  it('are what their source compiles to', async () => {
    expect(vectorKernels).toBe(Buffer.from(await compileKernels('vector-kernels.as')).toString('base64'));
  }, 60_000);

  it('find the same nearest rows as plain arithmetic', async () => {
    const memory = new VectorMemory();
    const rows = randomRows(memory, 60, 22);
    const graph = await findNeighbors(rows, 5);
    const values = valuesOf(rows);
    for (let r = 0; r < 60; r++) {
      const expected = Array.from({ length: 60 }, (_, i) => i)
        .filter((other) => other !== r)
        .sort((a, b) => cosine(values, rows.columnCount, r, b) - cosine(values, rows.columnCount, r, a))
        .slice(0, 5);
      expect(Array.from(graph.neighbors.subarray(r * 5, (r + 1) * 5))).toEqual(expected);
    }
  });

  it('give back the memory a piece of work took', async () => {
    const memory = new VectorMemory();
    const before = memory.take(4);
    await memory.scoped(async () => {
      memory.take(1_000_000);
      await Promise.resolve();
    });
    expect(memory.take(4) - before).toBeLessThan(100);
  });
});

/** Rows of two words each: rows 0 to 9 share column 0, rows 10 to 19 column 1; the second word is each row's own. */
const twoGroups: SparseMatrix = {
  rowCount: 20,
  columnCount: 22,
  rowStarts: Int32Array.from({ length: 21 }, (_, r) => 2 * r),
  columns: Int32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? (i < 20 ? 0 : 1) : 2 + (i - 1) / 2)),
  values: new Float32Array(40).fill(Math.SQRT1_2),
};

describe('sparse rows', () => {
  it('are neighbours of those they share a word with', async () => {
    const graph = await findSparseNeighbors(new VectorMemory(), twoGroups, 3);
    for (let r = 0; r < 20; r++)
      for (const other of graph.neighbors.subarray(r * 3, (r + 1) * 3))
        expect(Math.floor(other / 10)).toBe(Math.floor(r / 10));
    expect(graph.cosines[0]).toBeCloseTo(0.5, 5);
  });

  it('are grouped by the word they share', async () => {
    const { assignment } = await sparseKmeans(new VectorMemory(), twoGroups, 2, { restarts: 4 });
    expect(new Set(assignment.subarray(0, 10)).size).toBe(1);
    expect(new Set(assignment.subarray(10)).size).toBe(1);
    expect(assignment[0]).not.toBe(assignment[10]);
  });
});
