// Signals of users and of drift on labelled dialogues, beside simple rules. Prints tables in Markdown.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEngine } from '../load-engine.mjs';
import {
  readAbRedial,
  readBookminder,
  readEurtad,
  readEurtadErrorFree,
  readUss,
} from '../labelled-turns.mjs';
import { areaUnderCurve, bootstrapInterval, detectionFigures } from '../measures.mjs';
import { readAlexaRewrites, readEurtadRepeats, readMrpc, readTiage } from './dialogues.mjs';
import { contextOf, firesAtEnd, sessionOf } from './two-turns.mjs';

/** A list of words of dissatisfaction, the baseline; written for this file and not tuned on any set. */
const WORDS =
  /\b(wrong|incorrect|mistake|not what i|that'?s not|doesn'?t (work|make sense)|useless|terrible|awful|stupid|ridiculous|frustrat\w+|annoy\w+|what do you mean|disappointed|speak to|manager|complain\w*|undo|revert)\b/iu;

const DISSATISFIED = [
  'explicit-negative-feedback',
  'frustration',
  'escalation',
  'immediate-undo',
  'rephrase-loop',
];

function short(value) {
  return Number.isFinite(value) ? value.toFixed(3).replace(/^0\./u, '.') : '–';
}

/** precision | recall | F1 (95% interval, dialogues drawn again) of the rows' decisions. */
function decisionCells(rows) {
  const figures = (drawn) =>
    detectionFigures(
      drawn.map((row) => row.label),
      drawn.map((row) => row.fires),
    );
  const { precision, recall, f1 } = figures(rows);
  const interval = bootstrapInterval(
    rows,
    (row) => row.dialogue,
    (drawn) => figures(drawn).f1,
    300,
  );
  return `${short(precision)} | ${short(recall)} | ${short(f1)} (${interval.map(short).join('–')})`;
}

function aucCell(rows) {
  const auc = (drawn) =>
    areaUnderCurve(
      drawn.map((row) => row.label),
      drawn.map((row) => row.score),
    );
  const interval = bootstrapInterval(rows, (row) => row.dialogue, auc, 300);
  return `${short(auc(rows))} (${interval.map(short).join('–')})`;
}

function printTable(title, rows) {
  console.log(
    `\n${title}\n\n| set | rule | n (positive) | precision | recall | F1 (95%) | AUC (95%) |\n|---|---|---|---|---|---|---|`,
  );
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

function sizeOf(rows) {
  return `${rows.length} (${rows.filter((row) => row.label).length})`;
}

/** Plano's published rule for rephrases, as shared/research describes it: words that carry content, smaller set, new content. */
function planoRephrase(engine, messages) {
  const now = new Set(engine.contentWords(engine.tokenize(messages.at(-1).text)));
  if (now.size < 4) return false;
  const earlier = messages.filter((one) => one.isUser).slice(-4, -1);
  return earlier.some(({ text }) => {
    const before = new Set(engine.contentWords(engine.tokenize(text)));
    const shared = [...now].filter((word) => before.has(word)).length;
    const isNew = (now.size - shared) / now.size;
    return before.size >= 4 && shared / Math.min(now.size, before.size) >= 0.75 && isNew <= 0.5;
  });
}

function rephraseScore(engine, messages, idf) {
  const now = engine.readAsked(messages.at(-1).text, idf);
  const earlier = messages.filter((one) => one.isUser).slice(-4, -1);
  return Math.max(
    ...earlier.map(({ text }) => {
      const before = engine.readAsked(text, idf);
      return engine.likenessOf(before, now, null).overlap + engine.letterLikeness(before, now);
    }),
  );
}

function measureRephrase(engine, data) {
  const detector = engine.detectors.get('rephrase-loop');
  const table = [];
  for (const [name, read] of [
    ['EURTAD, repeat or rephrase', readEurtadRepeats],
    ['Alexa CQR', readAlexaRewrites],
    ['MRPC', readMrpc],
  ]) {
    const all = read(data);
    const workspace = contextOf(
      engine,
      all.map(({ messages }) => messages.at(-1).text),
    );
    const rows = all
      .filter((row) => row.half === 'report')
      .map((row) => ({
        ...row,
        fires: firesAtEnd(detector, sessionOf(row.messages, workspace)),
        score: rephraseScore(engine, row.messages, workspace.idf),
      }));
    const plano = rows.map((row) => ({ ...row, fires: planoRephrase(engine, row.messages) }));
    const always = rows.map((row) => ({ ...row, fires: true }));
    table.push([name, 'rephrase-loop', sizeOf(rows), decisionCells(rows), aucCell(rows)]);
    table.push([name, 'Plano’s rule', sizeOf(rows), decisionCells(plano), '–']);
    table.push([name, 'always', sizeOf(rows), decisionCells(always), '.500']);
  }
  printTable('Rephrases', table);
}

function messagesOf({ text, previousUserText, agentText }) {
  return [
    { isUser: true, text: previousUserText ?? 'hello' },
    ...(agentText === null ? [] : [{ isUser: false, text: agentText }]),
    { isUser: true, text },
  ];
}

function firing(engine, rows, ids) {
  const workspace = contextOf(
    engine,
    rows.map((row) => row.context.text),
  );
  const sessions = rows.map((row) => sessionOf(messagesOf(row.context), workspace));
  return ids.map((id) => sessions.map((session) => firesAtEnd(engine.detectors.get(id), session)));
}

function measureDissatisfaction(engine, data, labelsFile) {
  const table = [];
  for (const [name, read] of [
    ['EURTAD', () => readEurtad(data)],
    ['USS-MWOZ', () => readUss(data, 'MWOZ')],
    ['USS-ReDial', () => readUss(data, 'ReDial')],
    ['AB-ReDial', () => readAbRedial(data)],
    ['BookMinder', () => readBookminder(data, labelsFile).filter((row) => row.label !== null)],
  ]) {
    const rows = read().filter((row) => row.half === 'report' && row.context.turnNo > 1);
    const fired = firing(engine, rows, DISSATISFIED);
    const decided = (fires) => rows.map((row, i) => ({ ...row, fires: fires(row, i) }));
    DISSATISFIED.forEach((id, k) =>
      table.push([name, id, sizeOf(rows), decisionCells(decided((_, i) => fired[k][i])), '–']),
    );
    const any = decided((_, i) => fired.some((one) => one[i]));
    table.push([name, 'any of the five', sizeOf(rows), decisionCells(any), '–']);
    table.push([
      name,
      'word list',
      sizeOf(rows),
      decisionCells(decided((row) => WORDS.test(row.context.text))),
      '–',
    ]);
    table.push([name, 'always', sizeOf(rows), decisionCells(decided(() => true)), '.500']);
  }
  printTable('Dissatisfaction per user turn', table);
  const free = readEurtadErrorFree(data).filter((row) => row.isLast && row.context.turnNo > 1);
  const alarms = firing(engine, free, DISSATISFIED);
  console.log(`\nFalse alarms on ${free.length} last turns of error-free dialogues (EURTAD):`);
  DISSATISFIED.forEach((id, k) =>
    console.log(`- ${id}: ${short(alarms[k].filter(Boolean).length / free.length)}`),
  );
}

/** Share of windows of half a mean segment whose two ends are wrongly said to be in one segment or in two (Beeferman et al. 1999). */
function windowError(dialogues, isBoundary) {
  let wrong = 0;
  let windows = 0;
  const turns = dialogues.reduce((sum, one) => sum + one.labels.length, 0);
  const segments = dialogues.reduce((sum, one) => sum + 1 + one.labels.reduce((a, b) => a + b, 0), 0);
  const k = Math.max(1, Math.round(turns / segments / 2));
  for (const [d, one] of dialogues.entries())
    for (let i = 0; i + k < one.labels.length; i++) {
      const truth = one.labels.slice(i + 1, i + k + 1).includes(1);
      const found = Array.from({ length: k }, (_, j) => i + 1 + j).some((j) => isBoundary(d, j));
      windows++;
      if (truth !== found) wrong++;
    }
  return wrong / windows;
}

function measureTopics(engine, data) {
  const all = readTiage(data);
  const { idf } = contextOf(
    engine,
    all.flatMap((one) => one.texts),
  );
  const scored = all.map((one) => ({ ...one, shifts: engine.topicShifts(one.texts, idf, 4) }));
  const flat = (half) =>
    scored
      .filter((one) => one.half === half)
      .flatMap((one) =>
        one.labels.slice(1).map((label, i) => ({ dialogue: one.dialogue, label, score: one.shifts[i + 1] })),
      );
  const fit = flat('fit');
  const best = [...new Set(fit.map((row) => row.score))]
    .map((limit) => ({
      limit,
      f1: detectionFigures(
        fit.map((row) => row.label),
        fit.map((row) => row.score >= limit),
      ).f1,
    }))
    .reduce((a, b) => (b.f1 > a.f1 ? b : a));
  const report = flat('report').map((row) => ({ ...row, fires: row.score >= best.limit }));
  const dialogues = scored.filter((one) => one.half === 'report');
  const none = report.map((row) => ({ ...row, fires: false }));
  const always = report.map((row) => ({ ...row, fires: true }));
  printTable('Topic shifts (TIAGE)', [
    [
      'TIAGE',
      `unlike the four turns before (limit ${short(best.limit)})`,
      sizeOf(report),
      decisionCells(report),
      aucCell(report),
    ],
    ['TIAGE', 'no boundary', sizeOf(report), decisionCells(none), '.500'],
    ['TIAGE', 'always a boundary', sizeOf(report), decisionCells(always), '.500'],
  ]);
  const error = (isBoundary) => short(windowError(dialogues, isBoundary));
  console.log(
    `\nPk (lower is better): ${error((d, i) => dialogues[d].shifts[i] >= best.limit)}; no boundary ${error(() => false)}; always ${error(() => true)}`,
  );
}

/** Prints all tables, or that the data is not there. */
export async function measureUserSignals(_engine, data, root) {
  if (!existsSync(join(data, 'eurtad'))) {
    console.log('skipped: data absent');
    return;
  }
  const engine = await loadEngine('scripts/engine-for-user-signals.mjs');
  measureRephrase(engine, data);
  measureDissatisfaction(engine, data, join(root, 'scripts/eval/bookminder-labels.json'));
  measureTopics(engine, data);
}
