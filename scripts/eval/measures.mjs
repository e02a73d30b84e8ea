/** A generator of numbers in [0, 1) that repeats for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Area under the ROC curve by ranks; ties count half. NaN without both classes. */
export function areaUnderCurve(labels, scores) {
  const order = labels.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && scores[order[end]] === scores[order[i]]) end++;
    for (let j = i; j < end; j++) {
      if (labels[order[j]]) {
        rankSum += (i + end + 1) / 2;
        positives++;
      }
    }
    i = end;
  }
  const negatives = labels.length - positives;
  return positives && negatives
    ? (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
    : NaN;
}

/** Precision, recall and F1 of the positive class. */
export function detectionFigures(labels, decisions) {
  let hits = 0;
  let alarms = 0;
  let positives = 0;
  labels.forEach((label, i) => {
    if (label) positives++;
    if (decisions[i]) alarms++;
    if (label && decisions[i]) hits++;
  });
  const precision = alarms ? hits / alarms : 0;
  const recall = positives ? hits / positives : 0;
  return { precision, recall, f1: precision + recall ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** 95% interval of `figure(rows)` when whole groups (dialogues) are drawn again with replacement. */
export function bootstrapInterval(rows, groupOf, figure, rounds = 500, seed = 7) {
  const groups = [...(Map.groupBy ? Map.groupBy(rows, groupOf).values() : groupRows(rows, groupOf).values())];
  const random = seeded(seed);
  const values = [];
  for (let round = 0; round < rounds; round++) {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]);
    const value = figure(drawn);
    if (Number.isFinite(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  return [values[Math.floor(0.025 * values.length)], values[Math.floor(0.975 * values.length)]];
}

function groupRows(rows, groupOf) {
  const groups = new Map();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  return groups;
}

/** Mean gap between score and share of positives in ten score bins, weighted by their size (expected calibration error). */
export function calibrationError(labels, scores) {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, score: 0, positives: 0 }));
  labels.forEach((label, i) => {
    const bin = bins[Math.min(9, Math.floor(scores[i] * 10))];
    bin.count++;
    bin.score += scores[i];
    bin.positives += label ? 1 : 0;
  });
  return bins.reduce((sum, bin) => sum + Math.abs(bin.score - bin.positives), 0) / labels.length;
}

function contingency(truth, found) {
  const rowOf = new Map([...new Set(found)].map((value, i) => [value, i]));
  const columnOf = new Map([...new Set(truth)].map((value, i) => [value, i]));
  const cells = Array.from(rowOf, () => new Float64Array(columnOf.size));
  truth.forEach((value, i) => cells[rowOf.get(found[i])][columnOf.get(value)]++);
  return cells;
}

/** Normalised mutual information (arithmetic mean), adjusted Rand index and accuracy under the best one-to-one matching. */
export function clusteringFigures(truth, found) {
  const cells = contingency(truth, found);
  const n = truth.length;
  const rowSums = cells.map((row) => row.reduce((a, b) => a + b, 0));
  const columnSums = Array.from(cells[0], (_, c) => cells.reduce((sum, row) => sum + row[c], 0));
  const pairs = (count) => (count * (count - 1)) / 2;
  const entropy = (sums) =>
    -sums.reduce((sum, count) => sum + (count ? (count / n) * Math.log(count / n) : 0), 0);
  let information = 0;
  let together = 0;
  cells.forEach((row, r) =>
    row.forEach((count, c) => {
      if (count) information += (count / n) * Math.log((count * n) / (rowSums[r] * columnSums[c]));
      together += pairs(count);
    }),
  );
  const sumPairs = (sums) => sums.reduce((sum, count) => sum + pairs(count), 0);
  const expected = (sumPairs(rowSums) * sumPairs(columnSums)) / pairs(n);
  const most = (sumPairs(rowSums) + sumPairs(columnSums)) / 2;
  const entropies = entropy(rowSums) + entropy(columnSums);
  return {
    nmi: entropies ? (2 * information) / entropies : 1,
    ari: most === expected ? 1 : (together - expected) / (most - expected),
    accuracy: bestMatching(cells) / n,
  };
}

/** Largest sum of cells with one per row and column: the Hungarian method with potentials (Jonker & Volgenant's form). */
function bestMatching(cells) {
  const size = Math.max(cells.length, cells[0].length);
  const cost = (r, c) => -(cells[r]?.[c] ?? 0);
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  const rowOfColumn = new Int32Array(size + 1);
  for (let r = 1; r <= size; r++) {
    const way = new Int32Array(size + 1);
    const slack = new Float64Array(size + 1).fill(Infinity);
    const used = new Uint8Array(size + 1);
    rowOfColumn[0] = r;
    let column = 0;
    do {
      used[column] = 1;
      const row = rowOfColumn[column];
      let delta = Infinity;
      let next = 0;
      for (let c = 1; c <= size; c++) {
        if (used[c]) continue;
        const reduced = cost(row - 1, c - 1) - rowPotential[row] - columnPotential[c];
        if (reduced < slack[c]) [slack[c], way[c]] = [reduced, column];
        if (slack[c] < delta) [delta, next] = [slack[c], c];
      }
      for (let c = 0; c <= size; c++) {
        if (used[c]) {
          rowPotential[rowOfColumn[c]] += delta;
          columnPotential[c] -= delta;
        } else slack[c] -= delta;
      }
      column = next;
    } while (rowOfColumn[column] !== 0);
    while (column !== 0) {
      rowOfColumn[column] = rowOfColumn[way[column]];
      column = way[column];
    }
  }
  let sum = 0;
  for (let c = 1; c <= size; c++) sum -= cost(rowOfColumn[c] - 1, c - 1);
  return sum;
}
