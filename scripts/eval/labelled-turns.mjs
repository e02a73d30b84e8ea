// Readers of the labelled sets of user turns. Each row: { set, dialogue, half, label, context } with context as scoreUserTurn takes it.
// The split is by dialogue and fixed before anything was measured: a hash of the dialogue's id decides its half.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}

/** Which half a dialogue belongs to, for good. */
export function halfOf(dialogue) {
  return hash(dialogue) % 2 === 0 ? 'fit' : 'report';
}

function turn(text, turnNo, previousUserText, agentText, structure = {}) {
  return {
    text,
    turnNo,
    previousUserText,
    agentText,
    interruptedBefore: false,
    toolRejectedBefore: false,
    toolErrorBefore: false,
    ...structure,
  };
}

function row(set, dialogue, label, context, extra = {}) {
  return { set, dialogue, half: halfOf(`${set.split('-')[0]}/${dialogue}`), label, context, ...extra };
}

/** User turns of `<user> … <system> …`, with the turns before them. Line numbers of the source are cut off. */
function splitDialogue(context) {
  const turns = [];
  let role = null;
  let agentText = null;
  let previousUserText = null;
  for (const part of context.split(/(<user>|<system>)/u)) {
    if (part === '<user>' || part === '<system>') {
      role = part;
      continue;
    }
    const text = part.replace(/^\s*\d+\s/u, '').trim();
    if (text === '') continue;
    if (role === '<user>') {
      turns.push(turn(text, turns.length + 1, previousUserText, agentText));
      previousUserText = text;
    } else agentText = text;
  }
  return { turns, previousUserText };
}

function jsonFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();
}

/** Reactions to annotated system errors against the earlier user turns. `isIgnored`: the user let the error pass. */
export function readEurtad(data) {
  const folder = join(data, 'eurtad/data/preprocessed/erroneous');
  return jsonFiles(folder).flatMap((name) => {
    const {
      context,
      user_reaction: reaction,
      user_reaction_type: type,
      error_text: error,
      id_original: id,
    } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const dialogue = String(id ?? name);
    const { turns, previousUserText } = splitDialogue(context);
    const last = turn(
      reaction.replace(/^\s*\d+\s/u, '').trim(),
      turns.length + 1,
      previousUserText,
      error.trim(),
    );
    return [
      ...turns.map((context) => row('EURTAD', dialogue, 0, context)),
      row('EURTAD', dialogue, 1, last, { isIgnored: type === 'Ignore and Continue' }),
    ];
  });
}

/** User turns of dialogues annotated as free of errors: every alarm is a false one. `isLast`: the last of its dialogue. */
export function readEurtadErrorFree(data) {
  const folder = join(data, 'eurtad/data/preprocessed/non_erroneous');
  return jsonFiles(folder).flatMap((name) => {
    const { turns } = splitDialogue(JSON.parse(readFileSync(join(folder, name), 'utf8')).context);
    return turns.map((one, i) => row('EURTAD', `free/${name}`, 0, one, { isLast: i === turns.length - 1 }));
  });
}

/** Minimal CSV with quoted fields. */
function parseCsv(text) {
  const records = [];
  let record = [];
  let field = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isQuoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === ',' || c === '\n') {
      record.push(field.replace(/\r$/u, ''));
      field = '';
      if (c === '\n') {
        records.push(record);
        record = [];
      }
    } else field += c;
  }
  const [header, ...rows] = records;
  return rows.map((values) => Object.fromEntries(header.map((name, i) => [name, values[i] ?? ''])));
}

/** Recommendation turns with satisfaction below 3 (mean of the annotators), judged from the next user utterance. */
export function readAbRedial(data) {
  const byTurn = new Map();
  for (const record of parseCsv(readFileSync(join(data, 'ab_redial/annotated_turns.csv'), 'utf8'))) {
    [0, 4, 8].forEach((from, k) => {
      const utterances = [0, 1, 2, 3].map((i) => record[`utterance${from + i}`]);
      const value = Number.parseFloat(record[`overall${k + 1}`]);
      if (!Number.isFinite(value)) return;
      const key = JSON.stringify([record.ConvId, ...utterances]);
      byTurn.set(key, [...(byTurn.get(key) ?? []), { value, k, conversation: record.ConvId, utterances }]);
    });
  }
  return Array.from(byTurn.values(), (votes) => {
    const { k, conversation, utterances } = votes[0];
    const [, previous, agent, text] = utterances.map((line) => line.replace(/^(USER|SYSTEM)\s+/u, ''));
    const mean = votes.reduce((sum, vote) => sum + vote.value, 0) / votes.length;
    return row('AB-ReDial', conversation, mean < 3 ? 1 : 0, turn(text, 2 * k + 2, previous, agent));
  });
}

/** User turns with mean satisfaction below 2.5. No licence stated: measured on, never fitted on. */
export function readUss(data, name) {
  const rows = [];
  let dialogue = 0;
  let agentText = null;
  let previousUserText = null;
  let turnNo = 0;
  for (const line of readFileSync(join(data, `uss/${name}.txt`), 'utf8').split('\n')) {
    if (line.trim() === '') {
      dialogue++;
      [agentText, previousUserText, turnNo] = [null, null, 0];
      continue;
    }
    const [role, text = '', , votes = ''] = line.split('\t');
    if (role === 'SYSTEM') agentText = text;
    if (role !== 'USER' || text === 'OVERALL') continue;
    turnNo++;
    const values = votes
      .split(',')
      .filter((vote) => /^\s*\d+\s*$/u.test(vote))
      .map(Number);
    if (values.length > 0) {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      rows.push(
        row(
          `USS-${name}`,
          String(dialogue),
          mean < 2.5 ? 1 : 0,
          turn(text, turnNo, previousUserText, agentText),
        ),
      );
    }
    previousUserText = text;
  }
  return rows;
}

/** Crowd-written corrections after a misunderstanding (CC BY-NC: measured on, never fitted on). All are positive. */
export function readRepairQa(data) {
  return JSON.parse(readFileSync(join(data, 'repair_qa/train.json'), 'utf8')).flatMap((entry) =>
    Object.keys(entry)
      .filter((key) => /^TPR-\d+$/u.test(key) && entry[key])
      .map((key) =>
        row('Repair-QA', String(entry.id), 1, turn(entry[key], 2, entry.question, entry['long-answer'])),
      ),
  );
}

/** Real turns of one developer to a coding agent. Without labels file: label is null. */
export function readBookminder(data, labelsFile) {
  const labels = existsSync(labelsFile) ? JSON.parse(readFileSync(labelsFile, 'utf8')).labels : {};
  let previous = { key: '', text: null, turnNo: 0 };
  return readFileSync(join(data, 'bookminder/turns_unlabelled.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const entry = JSON.parse(line);
      const key = `${entry.day}/${entry.session}`;
      if (key !== previous.key || entry.first) previous = { key, text: null, turnNo: 0 };
      const isRejected = /tell Claude what to do differently|User rejected/u.test(entry.prev);
      const context = turn(
        entry.text,
        entry.first ? 1 : previous.turnNo + 1,
        previous.text,
        entry.prev === '' ? null : entry.prev,
        {
          interruptedBefore: entry.interrupted && !isRejected,
          toolRejectedBefore: isRejected,
        },
      );
      previous = { key, text: entry.text, turnNo: context.turnNo };
      const id = `${key}/${entry.line}`;
      return row('BookMinder', entry.day, labels[id] ?? null, context, { id, flagged: entry.interrupted });
    });
}

/** The sets whose licence lets weights fitted on them ship, both halves. */
export function readPermissive(data, labelsFile) {
  return [
    ...readEurtad(data),
    ...readEurtadErrorFree(data),
    ...readAbRedial(data),
    ...readBookminder(data, labelsFile).filter((row) => row.label !== null),
  ];
}

/** USS-ReDial without the dialogues that share a turn with the fit half of AB-ReDial. */
export function readReDialApart(data) {
  const fit = readAbRedial(data).filter((row) => row.half === 'fit');
  const seen = new Set(fit.map((row) => row.context.text));
  const rows = readUss(data, 'ReDial');
  const overlapping = new Set(
    rows
      .filter((row) => row.context.text.length > 30 && seen.has(row.context.text))
      .map((row) => row.dialogue),
  );
  return rows.filter((row) => !overlapping.has(row.dialogue));
}
