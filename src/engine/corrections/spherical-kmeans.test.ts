import { describe, expect, it } from 'vitest';
import { chooseClusterCount } from './choose-cluster-count';
import { adjustedRandIndex } from './partition-agreement';
import { normalDraw, seededRandom } from './seeded-random';
import { sphericalKmeans } from './spherical-kmeans';
import { symmetricEigen } from './symmetric-eigen';
import { buildMergeTree, cutTree, leafProducts } from './merge-tree';
import { normalizeVector, placeDense, type DenseMatrix, type DenseRows } from './unit-rows';
import { VectorMemory } from './vector-memory';

function place(matrix: DenseMatrix): DenseRows {
  return placeDense(new VectorMemory(), matrix);
}

/** `perGroup` points around each of `groupCount` random directions, shuffled by their order of creation. */
function plant(groupCount: number, perGroup: number, noise: number): { rows: DenseRows; truth: number[] } {
  const random = seededRandom(11);
  const width = 24;
  const centres = Array.from({ length: groupCount }, () =>
    Array.from({ length: width }, () => normalDraw(random)),
  );
  const rowCount = groupCount * perGroup;
  const values = new Float32Array(rowCount * width);
  const truth: number[] = [];
  for (let r = 0; r < rowCount; r++) {
    const group = r % groupCount;
    truth.push(group);
    for (let d = 0; d < width; d++)
      values[r * width + d] = (centres[group]?.[d] ?? 0) + noise * normalDraw(random);
    normalizeVector(values, r * width, width);
  }
  return { rows: place({ rowCount, columnCount: width, values }), truth };
}

describe('sphericalKmeans', () => {
  it('finds planted groups and says how tight they are', async () => {
    const { rows, truth } = plant(6, 40, 0.4);
    const result = await sphericalKmeans(rows, 6);
    expect(adjustedRandIndex(Array.from(result.assignment), truth)).toBe(1);
    expect(Math.min(...result.similarities)).toBeGreaterThan(0.7);
    expect(Array.from(result.sizes)).toEqual([40, 40, 40, 40, 40, 40]);
  });

  it('repeats itself for the same seed', async () => {
    const { rows } = plant(5, 30, 1.5);
    const first = await sphericalKmeans(rows, 7, { seed: 5 });
    const second = await sphericalKmeans(rows, 7, { seed: 5 });
    expect(second.assignment).toEqual(first.assignment);
  });

  it('leaves no cluster empty, also when all points are the same', async () => {
    const values = new Float32Array(10 * 3);
    for (let r = 0; r < 10; r++) values[r * 3] = 1;
    const result = await sphericalKmeans(place({ rowCount: 10, columnCount: 3, values }), 4);
    expect(Math.min(...result.sizes)).toBeGreaterThan(0);
    expect(result.sizes.reduce((a, b) => a + b, 0)).toBe(10);
  });

  it('cuts k to the number of rows and takes none', async () => {
    const { rows } = plant(1, 2, 1);
    expect((await sphericalKmeans(rows, 9)).sizes).toHaveLength(2);
    expect(
      (await sphericalKmeans(place({ rowCount: 0, columnCount: 3, values: new Float32Array(0) }), 2))
        .assignment,
    ).toHaveLength(0);
    await expect(sphericalKmeans(rows, 0)).rejects.toThrow(RangeError);
  });

  it('stops when aborted', async () => {
    const { rows } = plant(5, 400, 2);
    const controller = new AbortController();
    const running = sphericalKmeans(rows, 20, { signal: controller.signal, restarts: 200 });
    setImmediate(() => controller.abort());
    await expect(running).rejects.toThrow(/abort/iu);
  });
});

async function wardCuts(rows: DenseRows, leafCount: number): Promise<(k: number) => Int32Array> {
  const { assignment } = await sphericalKmeans(rows, leafCount);
  const tree = buildMergeTree(leafProducts(rows, assignment, leafCount), 'ward');
  return (k) => {
    const cut = cutTree(tree, k);
    return assignment.map((leaf) => cut[leaf] ?? 0);
  };
}

describe('chooseClusterCount', () => {
  it('comes close to the planted number', async () => {
    for (const count of [3, 8, 14]) {
      const { rows } = plant(count, 30, 0.5);
      const { k } = await chooseClusterCount(rows, 40, await wardCuts(rows, 40));
      expect(Math.abs(Math.log2(k / count))).toBeLessThan(0.5);
    }
  });

  it('answers 1 for a handful of rows', async () => {
    const { rows } = plant(1, 3, 1);
    expect((await chooseClusterCount(rows, 3, await wardCuts(rows, 3))).k).toBe(1);
  });
});

describe('adjustedRandIndex', () => {
  it('is 1 for renamed partitions and about 0 for crossed ones', () => {
    expect(adjustedRandIndex([0, 0, 1, 1], [7, 7, 3, 3])).toBe(1);
    expect(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1])).toBeLessThanOrEqual(0);
    expect(() => adjustedRandIndex([0], [0, 1])).toThrow(RangeError);
  });
});

describe('symmetricEigen', () => {
  it('takes a matrix apart and puts it together again', () => {
    const source = Float64Array.from([4, 1, -2, 1, 2, 0, -2, 0, 3]);
    const { values, vectors } = symmetricEigen(source, 3);
    expect(values[0]).toBeGreaterThan(values[1] ?? 0);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const entry = [0, 1, 2].reduce(
          (sum, v) => sum + (values[v] ?? 0) * (vectors[i * 3 + v] ?? 0) * (vectors[j * 3 + v] ?? 0),
          0,
        );
        expect(entry).toBeCloseTo(source[i * 3 + j] ?? 0, 9);
      }
    }
  });
});
