import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { areaUnderCurve, bootstrapInterval, calibrationError, detectionFigures } from './measures.mjs';
import { fitModel } from './fit-model.mjs';
import { measureLearning } from './measure-learning.mjs';
import {
  readAbRedial,
  readBookminder,
  readEurtad,
  readEurtadErrorFree,
  readPermissive,
  readReDialApart,
  readRepairQa,
  readUss,
} from './labelled-turns.mjs';

/** A short list of correction words, the baseline to beat; written for this file and not tuned on any set. */
const LEXICON =
  /^\W*(no|nope|wait|stop|actually|huh)\b|\b(wrong|incorrect|mistake|i (said|meant|asked|told you)|not what i|that'?s not|doesn'?t (work|make sense)|does not (work|make)|not working|still|instead|undo|revert|try again|are you sure|what do you mean|what are you talking about|you (forgot|missed|didn'?t)|don'?t|useless|why did you)\b/iu;

function percent(value) {
  return value.toFixed(3).replace(/^0/u, '');
}

function measured(rows, scoreOf, isAlarm) {
  const scored = rows.map((row) => ({ ...row, score: scoreOf(row), alarm: isAlarm(row) }));
  const labels = scored.map((row) => row.label);
  const figures = {
    ...detectionFigures(
      labels,
      scored.map((row) => row.alarm),
    ),
    auc: areaUnderCurve(
      labels,
      scored.map((row) => row.score),
    ),
  };
  const interval = (figure) =>
    bootstrapInterval(scored, (row) => row.dialogue, figure, 300)
      .map(percent)
      .join('–');
  const f1 = (drawn) =>
    detectionFigures(
      drawn.map((row) => row.label),
      drawn.map((row) => row.alarm),
    ).f1;
  const auc = (drawn) =>
    areaUnderCurve(
      drawn.map((row) => row.label),
      drawn.map((row) => row.score),
    );
  return `${percent(figures.precision)} | ${percent(figures.recall)} | ${percent(figures.f1)} (${interval(f1)}) | ${percent(figures.auc)} (${interval(auc)})`;
}

/** Sets in the order of the table; `fitted` says whether the other half of it was learnt from. */
function reportSets(data, labelsFile) {
  const report = (rows) => rows.filter((row) => row.half === 'report');
  const later = (rows) => rows.filter((row) => row.context.turnNo > 1);
  const eurtad = report(readEurtad(data));
  const bookminder = report(readBookminder(data, labelsFile)).filter((row) => row.label !== null);
  return [
    ['EURTAD, all turns', eurtad],
    ['EURTAD, without first turns', later(eurtad)],
    ['EURTAD, without first turns and ignored errors', later(eurtad).filter((row) => !row.isIgnored)],
    ['AB-ReDial (satisfaction)', report(readAbRedial(data))],
    ['BookMinder (coding agent)', bookminder],
    [
      'BookMinder, nothing interrupted or refused before',
      bookminder.filter((row) => !row.context.interruptedBefore && !row.context.toolRejectedBefore),
    ],
    ['USS-MWOZ (satisfaction, never fitted)', readUss(data, 'MWOZ')],
    ['USS-ReDial (satisfaction, never fitted)', readReDialApart(data)],
  ];
}

/** Prints the tables of docs/evaluation.md, section Corrections. */
export function measureCorrections(engine, data, root) {
  if (!existsSync(join(data, 'eurtad'))) {
    console.log('skipped: data absent');
    return;
  }
  const labelsFile = join(root, 'scripts/eval/bookminder-labels.json');
  const { threshold } = engine.correctionWeights;
  const model = {
    ...fitModel(
      engine,
      readPermissive(data, labelsFile).filter((row) => row.half === 'fit'),
    ),
    threshold,
  };
  console.log(`weights fitted on the fit half; threshold ${threshold}, the one that ships\n`);
  const results = new Map();
  const resultOf = (row) => {
    if (!results.has(row.context)) results.set(row.context, engine.scoreUserTurn(row.context, { model }));
    return results.get(row.context);
  };
  console.log(
    '| set | turns | corrections | method | precision | recall | F1 (95%) | AUC (95%) |\n|---|---|---|---|---|---|---|---|',
  );
  for (const [name, rows] of reportSets(data, labelsFile)) {
    const positives = rows.filter((row) => row.label).length;
    const head = `| ${name} | ${rows.length} | ${positives}`;
    console.log(
      `${head} | scoreUserTurn | ${measured(
        rows,
        (row) => resultOf(row).score,
        (row) => resultOf(row).isProposed,
      )} |`,
    );
    console.log(
      `| | | | word list | ${measured(
        rows,
        (row) => (LEXICON.test(row.context.text) ? 1 : 0),
        (row) => LEXICON.test(row.context.text),
      )} |`,
    );
    console.log(
      `| | | | always | ${measured(
        rows,
        () => 0,
        () => true,
      )} |`,
    );
  }
  const rate = (rows, test) => percent(rows.filter(test).length / rows.length);
  const repair = readRepairQa(data);
  const free = readEurtadErrorFree(data).filter((row) => row.half === 'report' && row.isLast);
  console.log(
    `\nRepair-QA (never fitted), ${repair.length} crowd-written corrections: recall ${rate(repair, (row) => resultOf(row).isProposed)}, word list ${rate(repair, (row) => LEXICON.test(row.context.text))}`,
  );
  console.log(
    `EURTAD, last turns of ${free.length} dialogues without errors: alarms ${rate(free, (row) => resultOf(row).isProposed)}, word list ${rate(free, (row) => LEXICON.test(row.context.text))}`,
  );
  const calibrated = [
    ...readEurtad(data),
    ...readEurtadErrorFree(data),
    ...readBookminder(data, labelsFile),
  ].filter((row) => row.half === 'report' && row.label !== null && row.context.turnNo > 1);
  for (const set of ['EURTAD', 'BookMinder']) {
    const rows = calibrated.filter((row) => row.set === set);
    console.log(
      `Calibration error, ${set} (error-free dialogues included): ${percent(
        calibrationError(
          rows.map((row) => row.label),
          rows.map((row) => resultOf(row).score),
        ),
      )}, share of corrections ${rate(rows, (row) => row.label)}`,
    );
  }
  console.log('');
  const learnable = (rows) =>
    rows.filter(
      (row) => row.half === 'report' && row.label !== null && row.context.turnNo > 1 && !row.isIgnored,
    );
  measureLearning(engine, model, [
    ['EURTAD', learnable(readEurtad(data))],
    ['EURTAD and its error-free dialogues', learnable([...readEurtad(data), ...readEurtadErrorFree(data)])],
    ['BookMinder', learnable(readBookminder(data, labelsFile))],
    ['AB-ReDial', learnable(readAbRedial(data))],
    ['USS-MWOZ', learnable(readUss(data, 'MWOZ'))],
    ['USS-ReDial', learnable(readUss(data, 'ReDial'))],
  ]);
}
