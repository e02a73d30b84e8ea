// Signals of users and of drift on labelled dialogues, beside simple rules and an anchor that knows the labels. Writes the tables of
// docs/evaluation.md and what the Signals screen says of these detectors.
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
import { detectionFigures } from '../measures.mjs';
import { figure as short, tableLines, writeMeasured } from '../write-report.mjs';
import { anchored } from './anchor.mjs';
import { readAlexaRewrites, readEurtadRepeats, readMrpc, readTiage } from './dialogues.mjs';
import { decided, HEADER, ordered, tableRow, writeTrust } from './trust.mjs';
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

const groupOf = (row) => row.dialogue;

/** Figures of the rows' decisions, ready for a table. */
function rowOf(dataSet, rule, rows, more = {}) {
  return {
    dataSet,
    rule,
    count: rows.length,
    positives: rows.filter((row) => row.label).length,
    ...decided(rows, groupOf),
    ...more,
  };
}

/** What the anchor reads of a pair: the later words, and which of them stood before. */
function pairText(messages) {
  const before = messages
    .filter((one) => one.isUser)
    .slice(-4, -1)
    .map((one) => one.text)
    .join(' ')
    .toLowerCase();
  const now = messages.at(-1).text;
  const words = now.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const again = words.filter((word) => before.includes(word)).length / Math.max(1, words.length);
  return `${now} shared${Math.round(again * 5)} shared${Math.round(again * 5)} length${Math.min(5, words.length >> 2)}`;
}

/** Limits tried on the fit half of sentences that are no turns of a conversation; the likeliest there by F1 is used on the other. */
const LIMITS = [0.2, 0.3, 0.4, 0.5, 0.6].flatMap((minOverlap) =>
  [0.1, 0.15, 0.2].map((minTrigrams) => ({ minOverlap, minTrigrams })),
);

/** The detector with limits fitted on the other half of the set; beside its defaults, which are for turns of users. */
function fittedLimits(detector, all, workspace, dataSet) {
  const fires = (rows, limits) =>
    rows.map((row) => {
      const session = sessionOf(row.messages, workspace);
      const last = session.spans.at(-1).spanId;
      const found = detector.inspect(session, detector.parameters.parse(limits));
      return { ...row, fires: found.some((finding) => finding.evidence[0] === last) };
    });
  const fit = all.filter((row) => row.half === 'fit');
  const f1Of = (limits) => {
    const rows = fires(fit, limits);
    return detectionFigures(
      rows.map((row) => row.label),
      rows.map((row) => row.fires),
    ).f1;
  };
  const [best] = LIMITS.map((limits) => ({ limits, f1: f1Of(limits) })).sort((a, b) => b.f1 - a.f1);
  const { minOverlap, minTrigrams } = best.limits;
  const report = all.filter((row) => row.half === 'report');
  const rule = `rephrase-loop, limits fitted (overlap ${minOverlap}, letters ${minTrigrams})`;
  return rowOf(dataSet, rule, fires(report, best.limits));
}

function measureRephrase(engine, learner, data) {
  const detector = engine.detectors.get('rephrase-loop');
  const found = [];
  for (const [name, unit, read] of [
    ['EURTAD', 'user turn that repeats or rephrases', readEurtadRepeats],
    ['Alexa CQR', 'pair of turns', readAlexaRewrites],
    ['MRPC', 'pair of sentences', readMrpc],
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
    const anchor = anchored(
      learner,
      all.map((row) => ({ ...row, text: pairText(row.messages), group: row.dialogue })),
    );
    const own = rowOf(name, 'rephrase-loop', rows, ordered(rows, groupOf));
    const rules = [
      rowOf(
        name,
        'Plano’s rule',
        rows.map((row) => ({ ...row, fires: planoRephrase(engine, row.messages) })),
      ),
      rowOf(
        name,
        'always',
        rows.map((row) => ({ ...row, fires: true })),
        { auc: 0.5 },
      ),
    ];
    if (name === 'MRPC') rules.unshift(fittedLimits(detector, all, workspace, name));
    if (anchor !== null) rules.push(rowOf(name, 'anchor', anchor, ordered(anchor, groupOf)));
    found.push({ signal: 'rephrase-loop', unit, ...own, rules });
  }
  return found;
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

function measureDissatisfaction(engine, learner, data, labelsFile) {
  const found = [];
  for (const [name, read] of [
    ['EURTAD, not blind', () => readEurtad(data)],
    ['USS-MWOZ', () => readUss(data, 'MWOZ')],
    ['USS-ReDial', () => readUss(data, 'ReDial')],
    ['AB-ReDial', () => readAbRedial(data)],
    ['BookMinder', () => readBookminder(data, labelsFile).filter((row) => row.label !== null)],
  ]) {
    const all = read().filter((row) => row.context.turnNo > 1);
    const rows = all.filter((row) => row.half === 'report');
    const fired = firing(engine, rows, DISSATISFIED);
    const when = (rule, fires, more) =>
      rowOf(
        name,
        rule,
        rows.map((row, i) => ({ ...row, fires: fires(row, i) })),
        more,
      );
    const anchor = anchored(
      learner,
      all.map((row) => ({ ...row, text: row.context.text, group: row.dialogue })),
    );
    const rules = [
      when('any of the five', (_, i) => fired.some((one) => one[i])),
      when('correction model, as shipped', (row) => learner.scoreUserTurn(row.context).isProposed),
      when('word list', (row) => WORDS.test(row.context.text)),
      when('always', () => true, { auc: 0.5 }),
      ...(anchor === null ? [] : [rowOf(name, 'anchor', anchor, ordered(anchor, groupOf))]),
    ];
    const before = found.length;
    DISSATISFIED.forEach((id, k) => {
      if (!fired[k].some(Boolean)) return;
      const own = when(id, (_, i) => fired[k][i]);
      const isFirst = found.length === before;
      found.push({
        signal: id,
        unit: 'dissatisfied user turn',
        ...own,
        rules: isFirst ? rules : [],
        best: rules,
      });
    });
  }
  const free = readEurtadErrorFree(data).filter((row) => row.isLast && row.context.turnNo > 1);
  const alarms = firing(engine, free, DISSATISFIED);
  const shares = DISSATISFIED.map(
    (id, k) => `${id} ${short(alarms[k].filter(Boolean).length / free.length)}`,
  ).join(', ');
  return {
    found,
    falseAlarms: `False alarms on the last turns of ${free.length} error-free dialogues (EURTAD): ${shares}.`,
  };
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
  const error = (isBoundary) => short(windowError(dialogues, isBoundary));
  return {
    rows: [
      rowOf(
        'TIAGE',
        `unlike the four turns before (limit ${short(best.limit)})`,
        report,
        ordered(report, groupOf),
      ),
      rowOf('TIAGE', 'no boundary', none, { auc: 0.5 }),
      rowOf('TIAGE', 'always a boundary', always, { auc: 0.5 }),
    ],
    error: `Pk (lower is better): ${error((d, i) => dialogues[d].shifts[i] >= best.limit)}; no boundary ${error(() => false)}; always ${error(() => true)}.`,
  };
}

/** The best of the simple rules beside a detector: what it must beat. The anchor knows the labels and is none. */
function withBaseline(one) {
  const simple = (one.best ?? one.rules).filter(({ rule }) =>
    ['word list', 'always', 'Plano’s rule'].includes(rule),
  );
  const best = simple.reduce((a, b) => (b.f1 > a.f1 ? b : a));
  return {
    ...one,
    baseline: best.rule,
    baselineF1: best.f1,
    baselineAuc: Number.isFinite(one.auc) ? 0.5 : NaN,
  };
}

function linesOf(found) {
  return tableLines(HEADER, found.flatMap((one) => [one, ...one.rules]).map(tableRow));
}

/** Writes all tables and prints them, or says that the data is not there. */
export async function measureUserSignals(learner, data, root) {
  if (!existsSync(join(data, 'eurtad'))) {
    console.log('skipped: data absent');
    return;
  }
  const engine = await loadEngine('scripts/engine-for-user-signals.mjs', { isBesidePackages: true });
  const withWords = { ...learner, tokenize: engine.tokenize };
  const rephrases = measureRephrase(engine, withWords, data);
  const { found, falseAlarms } = measureDissatisfaction(
    engine,
    withWords,
    data,
    join(root, 'scripts/eval/bookminder-labels.json'),
  );
  const topics = measureTopics(engine, data);
  const parts = {
    rephrases: linesOf(rephrases),
    dissatisfaction: [...linesOf(found), '', falseAlarms],
    topics: [...tableLines(HEADER, topics.rows.map(tableRow)), '', topics.error],
  };
  for (const [name, lines] of Object.entries(parts)) {
    console.log(`\n${name}\n\n${lines.join('\n')}`);
    writeMeasured(root, name, lines);
  }
  await writeTrust(root, 'user', [...rephrases, ...found].map(withBaseline));
}
