// Figures of detectors as rows of tables and as the data the Signals screen reads (trust-*.data.ts). Every measure hands its rows
// here; nothing is copied by hand.
import { areaUnderCurve, bootstrapInterval, detectionFigures } from '../measures.mjs';
import { figure, writeData } from '../write-report.mjs';

const ROUNDS = 300;

/** Precision, recall and F1 of rows with `label` and `fires`, with the interval of F1 when whole groups are drawn again. */
export function decided(rows, groupOf) {
  const figures = (drawn) =>
    detectionFigures(
      drawn.map((row) => row.label),
      drawn.map((row) => row.fires),
    );
  const [low, high] = bootstrapInterval(rows, groupOf, (drawn) => figures(drawn).f1, ROUNDS);
  return { ...figures(rows), low, high };
}

/** The area under the curve of rows with `label` and `score`, with its interval. */
export function ordered(rows, groupOf) {
  const auc = (drawn) =>
    areaUnderCurve(
      drawn.map((row) => row.label),
      drawn.map((row) => row.score),
    );
  const [low, high] = bootstrapInterval(rows, groupOf, auc, ROUNDS);
  return { auc: auc(rows), aucLow: low, aucHigh: high };
}

export const HEADER = ['set', 'rule', 'n (positive)', 'precision', 'recall', 'F1 (95%)', 'AUC (95%)'];

/** A row of a table with the columns of HEADER. */
export function tableRow({
  dataSet,
  rule,
  count,
  positives,
  precision,
  recall,
  f1,
  low,
  high,
  auc,
  aucLow,
  aucHigh,
}) {
  const range = (middle, from, to) =>
    Number.isFinite(middle)
      ? Number.isFinite(from)
        ? `${figure(middle)} (${figure(from)}–${figure(to)})`
        : figure(middle)
      : '–';
  return [
    dataSet,
    rule,
    `${count} (${positives})`,
    figure(precision),
    figure(recall),
    range(f1, low, high),
    range(auc, aucLow, aucHigh),
  ];
}

const rounded = (value) => (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null);

function trustRow(one) {
  return {
    signal: one.signal,
    dataSet: one.dataSet,
    unit: one.unit,
    count: one.count,
    positives: one.positives,
    precision: rounded(one.precision),
    recall: rounded(one.recall),
    f1: rounded(one.f1),
    auc: rounded(one.auc),
    low: rounded(one.low),
    high: rounded(one.high),
    baseline: one.baseline,
    baselineF1: rounded(one.baselineF1),
    baselineAuc: rounded(one.baselineAuc),
  };
}

/** Writes the rows of one measure (`user` or `work`) into its data file. */
export async function writeTrust(root, measure, rows) {
  await writeData(
    root,
    `src/engine/signals/trust-${measure}.data.ts`,
    `/**
 * How the detectors did on the halves of public labelled data that no threshold was fitted on; written by scripts/eval.mjs, as are
 * the tables of docs/evaluation.md. Not blind: word lists were extended after reading both halves, so the figures flatter.
 */
import type { Trust } from '../../shared/model/signal';

export const ${measure}Measured: readonly (Trust & { signal: string })[] = ${JSON.stringify(rows.map(trustRow))};
`,
  );
}
