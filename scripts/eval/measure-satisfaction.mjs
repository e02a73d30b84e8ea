// Satisfaction told from the correction score with a limit of its own: the sets that ask how content a user was label another thing
// than corrections, so the limit is the one with the best F1 on their fit half, and the report half is shown.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fitModel, scoredUnseen } from './fit-model.mjs';
import { readAbRedial, readPermissive, readReDialApart, readUss } from './labelled-turns.mjs';
import { bootstrapInterval, detectionFigures } from './measures.mjs';
import { tableLines, writeMeasured } from './write-report.mjs';

const three = (value) => value.toFixed(3).replace(/^0/u, '');

function figuresOf(rows, limit) {
  return detectionFigures(
    rows.map((row) => row.label),
    rows.map((row) => row.score >= limit),
  );
}

/** The limit with the best F1, of steps of a hundredth. */
function bestLimit(rows) {
  const limits = Array.from({ length: 80 }, (_, i) => (i + 1) / 100);
  return limits.reduce((best, limit) =>
    figuresOf(rows, limit).f1 > figuresOf(rows, best).f1 ? limit : best,
  );
}

/** `npm run eval -- satisfaction`. */
export function measureSatisfaction(engine, data, root) {
  if (!existsSync(join(data, 'ab_redial'))) {
    console.log('skipped: data absent');
    return;
  }
  const permissive = readPermissive(data, join(root, 'scripts/eval/bookminder-labels.json')).filter(
    (row) => row.half === 'fit',
  );
  const model = fitModel(engine, permissive);
  const scored = (rows) =>
    rows
      .filter((row) => row.label !== null)
      .map((row) => ({
        dialogue: row.dialogue,
        half: row.half,
        label: row.label,
        score: engine.scoreUserTurn(row.context, { model }).score,
      }));
  const abRedial = scoredUnseen(engine, permissive).filter((row) => row.set === 'AB-ReDial');
  const sets = [
    ['AB-ReDial', abRedial, scored(readAbRedial(data))],
    ...[
      ['USS-MWOZ', readUss(data, 'MWOZ')],
      ['USS-ReDial', readReDialApart(data)],
    ].map(([name, turns]) => {
      const rows = scored(turns);
      return [name, rows.filter((row) => row.half === 'fit'), rows];
    }),
  ];
  const lines = sets.flatMap(([name, fit, all]) => {
    const report = all.filter((row) => row.half === 'report');
    const positives = report.filter((row) => row.label).length;
    const own = bestLimit(fit);
    const rules = [
      [`limit of its own (${three(own)})`, own],
      [`limit that ships (${three(engine.correctionWeights.threshold)})`, engine.correctionWeights.threshold],
      ['always', 0],
    ];
    return rules.map(([rule, limit]) => {
      const { precision, recall, f1 } = figuresOf(report, limit);
      const interval = bootstrapInterval(
        report,
        (row) => row.dialogue,
        (drawn) => figuresOf(drawn, limit).f1,
        300,
      );
      return [
        name,
        rule,
        `${report.length} (${positives})`,
        three(precision),
        three(recall),
        `${three(f1)} (${interval.map(three).join('–')})`,
      ];
    });
  });
  const table = tableLines(['set', 'rule', 'n (positive)', 'precision', 'recall', 'F1 (95%)'], lines);
  console.log(table.join('\n'));
  writeMeasured(root, 'satisfaction', table);
}
