/** One task of a coding session, done well: ask, look around, change, test, report, and what developers ask next. */
import type { UserTurnClass } from '../ground-truth';
import type { Templates } from '../grammar';
import * as turns from '../phrases/coding-turns';
import type { TurnMarks } from '../truth-recorder';
import type { CodingSession } from './coding-session';
import { type Change, type TestRun, testTitles } from './stack';
import { type Task, tasks } from './tasks';
import { present } from '../present';
import { callIds } from './transcript';

export interface Job {
  task: Task;
  value: number;
  wrongValue: number;
  slots: Record<string, string | number>;
}

export function makeJob(s: CodingSession, task: Task): Job {
  const [value, wrongValue] = s.rng.pick(task.values ?? [[1, 1] as const]);
  const error = s.project.stack.errorFor[task.key];
  const slots: Job['slots'] = { fn: s.names[task.fn], file: s.names[task.file], value, error };
  slots['asked'] = s.say(task.asked, slots);
  slots['want'] = slots['asked'];
  return { task, value, wrongValue, slots };
}

/** A task whose code is still as the task expects it. */
export function pickTask(s: CodingSession, allowed: (task: Task) => boolean = () => true): Task | null {
  const possible = tasks.filter((task) => allowed(task) && isPossible(s, task));
  return possible.length === 0 ? null : s.wording.next('task', possible, (task) => task.key, s.rng);
}

function isPossible(s: CodingSession, task: Task): boolean {
  const copy = new Map(s.disk);
  return s.project.stack.changes(task.key, s.project, 1).every((change) => {
    const text = copy.get(change.path) ?? '';
    copy.set(
      change.path,
      text.replace(change.before, () => change.after),
    );
    return text.includes(change.before);
  });
}

export function changesOf(s: CodingSession, job: Job, value = job.value): Change[] {
  return s.project.stack.changes(job.task.key, s.project, value);
}

/** The developer states the task, with a condition when the scene needs one. */
export function request(
  s: CodingSession,
  job: Job,
  condition: string | null = null,
  marks: TurnMarks = {},
  turnClass?: UserTurnClass,
): void {
  const isFirst = s.turnNo === 0;
  const text = s.phrase(job.task.requests, job.slots);
  const rule =
    condition === null
      ? ''
      : `${text.includes('\n') ? '\n\n' : /[.!?]$/.test(text) ? ' ' : '. '}${s.fill(turns.conditionSentences, { condition })}`;
  if (isFirst || turnClass !== undefined || s.rng.chance(0.78)) {
    s.askText(`${text}${rule}`, turnClass ?? (isFirst ? 'request' : 'follow-up'), marks);
  } else {
    const detail = job.task.unit === undefined ? '' : ` (${s.say(job.task.unit, job.slots)})`;
    s.askText(
      `${s.fill(turns.actuallyAlso, { asked: `${String(job.slots['asked'])}${detail}` })}${rule}`,
      'follow-up',
      { trap: 'actually-also' },
    );
  }
}

/** Finds and reads the code. Now and then a sub-agent does the searching. */
export function explore(s: CodingSession, job: Job): void {
  const { fn, file } = job.slots;
  const narrated = { ...s.slots, ...job.slots };
  const think = s.rng.chance(0.45) ? { think: filled(s, turns.thoughts, narrated) } : {};
  if (s.rng.chance(0.09)) {
    const users = [...s.disk].filter(([path, text]) => path !== file && text.includes(String(fn)));
    const answer = `${String(fn)} is defined in ${String(file)}. It also occurs in:\n${users.map(([path]) => `- ${path}`).join('\n')}\n\nThe files in the legacy folder belong to the v1 API.`;
    s.transcript.task(
      `Find uses of ${String(fn)}`,
      `Find where ${String(fn)} is defined and used in this repository. Report files and lines, do not change anything.`,
      answer,
      (agent) => searchAlone(s, agent, String(fn), String(file)),
    );
  } else if (s.rng.chance(0.7)) {
    s.grep(String(fn), { ...think, say: filled(s, turns.beforeSearch, narrated) });
  }
  s.read(String(file), { say: filled(s, turns.beforeRead, narrated) });
}

function searchAlone(s: CodingSession, agent: CodingSession['transcript'], fn: string, file: string): void {
  const hits = [...s.disk].filter(([, text]) => text.includes(fn)).map(([path]) => path);
  agent.step({
    text: `Searching for ${fn}.`,
    tools: [
      {
        name: 'Grep',
        input: { pattern: fn, output_mode: 'files_with_matches' },
        content: `Found ${hits.length} files\n${hits.join('\n')}`,
        detail: { mode: 'files_with_matches', numFiles: hits.length, filenames: hits },
      },
    ],
  });
  const text = s.disk.get(file) ?? '';
  agent.step({
    tools: [
      {
        name: 'Read',
        input: { file_path: s.path(file) },
        content: text,
        detail: {
          type: 'text',
          file: {
            filePath: s.path(file),
            content: text,
            numLines: text.split('\n').length,
            startLine: 1,
            totalLines: text.split('\n').length,
          },
        },
      },
    ],
  });
}

/** Fills in now, so that the session's own slots need not know the job's. */
export function filled(s: CodingSession, templates: Templates, slots: Job['slots']): Templates {
  return [s.fill(templates, slots)];
}

export function applyChanges(s: CodingSession, job: Job, value = job.value, blame = false): void {
  changesOf(s, job, value).forEach((change, i) => {
    s.edit(change, { ...(i === 0 ? { say: filled(s, turns.beforeEdit, job.slots) } : {}), blame });
  });
}

export function testRun(s: CodingSession): TestRun {
  return { count: s.testCount, seconds: s.rng.lognormal(0.6, 0.4) };
}

export function runTests(s: CodingSession): void {
  const { test } = s.project.stack;
  s.bash(
    test.command(s.project),
    test.passed(s.project, testRun(s)),
    s.rng.chance(0.6) ? { say: turns.beforeTest } : {},
  );
}

/** For bugs: a run or a call that shows it, which fails and is meant to. */
export function reproduce(s: CodingSession, job: Job): void {
  if (job.task.isBug !== true || s.rng.chance(0.3)) return;
  const { test } = s.project.stack;
  if (job.task.key === 'time-zone') {
    const output = test.failed(
      s.project,
      testRun(s),
      'keeps the day that was entered',
      String(job.slots['error']),
    );
    s.bash(test.command(s.project), output, { isError: true, trap: 'expected-failure' });
  } else {
    const ids = s.bash(
      `curl -si localhost:8080/${s.project.plural}/unknown | head -1`,
      'HTTP/1.1 500 Internal Server Error',
    );
    s.truth.decoy('expected-failure', s.turnNo, callIds(ids));
  }
}

/** Everything after the request, done right. */
export function doJob(s: CodingSession, job: Job): void {
  explore(s, job);
  reproduce(s, job);
  applyChanges(s, job);
  runTests(s);
  s.reply(job.task.done, job.slots);
  s.finished.push(String(job.slots['asked']));
}

/** What may follow a finished task: a test, a commit, a question. */
export function followUp(s: CodingSession, job: Job): void {
  const kind = s.rng.weighted([
    ['none', 42],
    ['test', job.task.file === 'client' ? 0 : 20],
    ['commit', 16],
    ['afterthought', 16],
    ['own-slip', job.task.values === undefined ? 0 : 14],
  ] as const);
  if (kind === 'test') addTest(s, job);
  else if (kind === 'commit') commit(s, job);
  else if (kind === 'afterthought') afterthought(s, job);
  else if (kind === 'own-slip') correctOwnSlip(s, job);
}

function afterthought(s: CodingSession, job: Job): void {
  const { ask, answer } = s.wording.next('afterthought', turns.afterthoughts, (one) => one.answer, s.rng);
  const touched = [...new Set(changesOf(s, job).map((change) => change.path))].join(' and ');
  const legacy = s.project.stack.legacyOf(s.names.service).split('/').slice(0, 2).join('/');
  s.ask(ask, job.slots, 'follow-up');
  s.replyText(s.say(answer, { ...job.slots, touched: `${touched}, nothing else.`, legacy }));
}

function addTest(s: CodingSession, job: Job): void {
  const change = s.project.stack.testChange(job.task.key, s.project, job.value);
  if (!(s.disk.get(change.path) ?? '').includes(change.before)) return;
  s.ask(turns.addTestRequests, {}, 'follow-up');
  s.edit(change);
  s.testCount++;
  runTests(s);
  s.reply(turns.testAdded, { title: testTitles[job.task.key], count: s.testCount });
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}

function commit(s: CodingSession, job: Job): void {
  const message = s.say(job.task.commit, job.slots);
  const hash = s.rng.hex(7);
  s.ask(turns.commitRequests, {}, 'follow-up');
  s.bash(
    `git commit -am "${message}"`,
    `[${s.transcript.meta.gitBranch} ${hash}] ${message}\n ${counted(new Set(changesOf(s, job).map((change) => change.path)).size)} changed`,
  );
  s.reply(turns.committed, { hash, message });
}

/** The user gave a wrong number and says so: no failure of the agent. */
function correctOwnSlip(s: CodingSession, job: Job): void {
  const slots = {
    right: s.say(job.task.unit ?? '', { value: job.wrongValue }),
    wrong: s.say(job.task.unit ?? '', job.slots),
  };
  s.ask(turns.ownSlips, slots, 'follow-up', { trap: 'own-mistake' });
  changesOf(s, job).forEach((change, i) => {
    const next = present(changesOf(s, job, job.wrongValue)[i]);
    if (next.after !== change.after) s.edit({ path: change.path, before: change.after, after: next.after });
  });
  s.reply(job.task.done, { ...job.slots, value: job.wrongValue });
}
