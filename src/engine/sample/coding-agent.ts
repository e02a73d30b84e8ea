/**
 * The coding half of the sample: transcripts of a coding agent in invented repositories, as Claude Code writes them.
 * Owns who asks for what and what goes wrong; the tasks and the ways to fail are in coding/.
 */
import { sampleDay, sessionStarts } from './calendar';
import { CodingSession } from './coding/coding-session';
import { type FailurePlay, changeFailures, legacyChanges } from './coding/failures-change';
import { conductFailures } from './coding/failures-conduct';
import { compact } from './coding/failures-context';
import { playQuestion } from './coding/failures-lookup';
import { type Job, doJob, followUp, makeJob, pickTask, request } from './coding/job';
import { projects } from './coding/projects';
import type { Project } from './coding/stack';
import { Transcript } from './coding/transcript';
import type { Task } from './coding/tasks';
import type { FailureModeKey, TruthSession } from './ground-truth';
import type { Wording } from './grammar';
import { thanksForAnswer, welcomeForAnswer } from './phrases/coding-turns';
import type { Rng } from './rng';
import { TruthRecorder } from './truth-recorder';
import { present } from './present';

export const codingFolder = 'coding-agent';

const plays: Partial<Record<FailureModeKey, FailurePlay>> = { ...changeFailures, ...conductFailures };

const modeWeights: readonly (readonly [FailureModeKey, number])[] = [
  ['dropped-constraint', 15],
  ['exceeded-scope', 12],
  ['same-error-again', 11],
  ['invented-result', 10],
  ['wrong-target', 10],
  ['unasked-high-impact', 9],
  ['lost-context', 7],
  ['wrong-date-or-amount', 7],
  ['tool-breakdown', 6],
  ['answered-another-question', 6],
  ['wrong-tone-or-length', 6],
  ['unwanted-change', 6],
  ['stale-information', 5],
  ['wrong-language', 4],
];

export interface CodingSessions {
  files: { name: string; text: string }[];
  truths: TruthRecorder[];
}

/** Plays `count` sessions; one file each, plus one for every sub-agent that the newer versions write apart. */
export function generateCodingSessions(count: number, rng: Rng, wording: Wording): CodingSessions {
  const modes = planModes(count, rng.fork('modes'));
  const starts = sessionStarts(count, 'office', rng.fork('starts'));
  const order = rng.fork('order').shuffled(starts.map((_, i) => i));
  const files: CodingSessions['files'] = [];
  const truths = starts.map((startMs, i) => {
    const session = makeSession(i, startMs, rng.fork(`session ${i}`), wording);
    playSession(session, present(modes[present(order[i])]));
    files.push(...filesOf(session));
    return session.truth;
  });
  return { files, truths };
}

/** Per session the failure modes to plant, none for most. */
function planModes(count: number, rng: Rng): FailureModeKey[][] {
  const failingCount = Math.round(count * 0.4);
  const uses = new Map<FailureModeKey, number>();
  return Array.from({ length: count }, (_, i) => {
    const wanted =
      i >= failingCount
        ? 0
        : rng.weighted([
            [1, 60],
            [2, 28],
            [3, 12],
          ] as const);
    const modes: FailureModeKey[] = [];
    while (modes.length < wanted) {
      const open = modeWeights.filter(([mode]) => !modes.includes(mode));
      const behind = open.map(
        ([mode, weight]) => [mode, (uses.get(mode) ?? 0) / weight + rng.next() * 0.08] as const,
      );
      const [mode] = behind.reduce((least, one) => (one[1] < least[1] ? one : least));
      uses.set(mode, (uses.get(mode) ?? 0) + 1);
      modes.push(mode);
    }
    return modes;
  });
}

function versionOn(day: number, rng: Rng): string {
  if (day < 6) return rng.chance(0.2) ? '2.0.42' : '1.0.128';
  return day < 13 ? '2.0.42' : rng.chance(0.75) ? '2.1.17' : '2.0.42';
}

function makeSession(index: number, startMs: number, rng: Rng, wording: Wording): CodingSession {
  const project: Project = present(projects[(index * 4 + rng.int(0, 3)) % projects.length]);
  const version = versionOn(sampleDay(startMs), rng);
  const sessionId = rng.uuid();
  const model = rng.chance(0.8) ? 'claude-sonnet-sample' : 'claude-haiku-sample';
  const gitBranch = rng.weighted([
    ['main', 4],
    [`feature/${project.plural}`, 3],
    [`fix/${project.entity}-${rng.int(100, 480)}`, 3],
  ]);
  const session: TruthSession = {
    sessionId,
    agent: 'coding-agent',
    files: [`${codingFolder}/${sessionId}.jsonl`],
    language: 'en',
    agentVersion: version,
    model,
    feature: null,
    cohort: null,
    hasFailure: false,
    outcome: 'resolved',
    turns: [],
  };
  const meta = {
    sessionId,
    cwd: project.cwd,
    version,
    gitBranch,
    model,
    inlineSubAgents: version.startsWith('1'),
    isSidechain: false,
    sidechainOf: null,
  };
  const register = rng.weighted([
    ['plain', 40],
    ['terse', 32],
    ['hasty', 14],
    ['polite', 8],
    ['angry', 6],
  ] as const);
  return new CodingSession(
    rng,
    wording,
    new TruthRecorder(session),
    project,
    new Transcript(rng, meta, startMs),
    register,
  );
}

function playSession(s: CodingSession, modes: readonly FailureModeKey[]): void {
  openProgram(s);
  if (s.rng.chance(0.04)) playRewound(s);
  for (const mode of modes) {
    if (!s.isOver) playFailing(s, mode);
  }
  const fineCount =
    modes.length > 0
      ? s.rng.weighted([
          [0, 5],
          [1, 4],
        ] as const)
      : s.rng.weighted([
          [1, 45],
          [2, 40],
          [3, 15],
        ] as const);
  for (let i = 0; i < fineCount && !s.isOver; i++) playFine(s, modes.length === 0 && i === 1);
  close(s);
}

/** Lines the program itself writes before the first message. */
function openProgram(s: CodingSession): void {
  const { transcript, rng } = s;
  if (rng.chance(0.14)) {
    transcript.injected(
      'Caveat: The messages below were generated by the user while running local commands. DO NOT respond to these messages or otherwise consider them in your response unless the user explicitly asks you to.',
      true,
    );
    transcript.injected(
      '<command-name>/model</command-name>\n<command-message>model</command-message>\n<command-args></command-args>',
      false,
    );
    transcript.injected(
      `<local-command-stdout>Set model to ${transcript.meta.model}</local-command-stdout>`,
      false,
    );
  }
  if (transcript.meta.version.startsWith('2.1') && rng.chance(0.3)) {
    const messageId = rng.uuid();
    const snapshot = {
      messageId,
      trackedFileBackups: {},
      timestamp: new Date(transcript.nowMs).toISOString(),
    };
    transcript.loose({ type: 'file-history-snapshot', messageId, snapshot, isSnapshotUpdate: false });
  }
}

function playFailing(s: CodingSession, mode: FailureModeKey): void {
  const needed: Partial<Record<FailureModeKey, (task: Task) => boolean>> = {
    'wrong-date-or-amount': (task) => task.values !== undefined,
    'same-error-again': (task) => task.isBug === true,
  };
  const task = pickTask(s, needed[mode]);
  if (task === null) return;
  present(plays[mode])(s, makeJob(s, task));
}

function playFine(s: CodingSession, mayCompact: boolean): void {
  if (s.rng.chance(0.16)) return playQuestion(s, false);
  const task = pickTask(s);
  if (task === null) return;
  const job = makeJob(s, task);
  request(s, job);
  if (mayCompact && s.rng.chance(0.12)) compact(s, job);
  if (s.rng.chance(0.05))
    for (let attempt = 1; attempt <= s.rng.int(1, 3); attempt++) s.transcript.apiError(529, attempt);
  if (s.rng.chance(0.08)) missingPath(s, job);
  doJob(s, job);
  followUp(s, job);
}

/** A wrong guess at a path, healed by the next call: an error and no failure. */
function missingPath(s: CodingSession, job: Job): void {
  const file = String(job.slots['file']);
  const wrong = `${file.slice(0, file.indexOf('/'))}/${s.project.entity}${file.slice(file.lastIndexOf('.'))}`;
  s.use(
    { name: 'Read', input: { file_path: s.path(wrong) }, content: 'File does not exist.' },
    { isError: true, trap: 'retry-succeeded' },
  );
}

/** After a task done well, an attempt that the user abandons by editing the message: the branch stays in the file. */
function playRewound(s: CodingSession): void {
  playFine(s, false);
  const task = pickTask(s, (one) => one.values !== undefined);
  if (task === null) return;
  const job = makeJob(s, task);
  const fork = { parent: s.transcript.parent, turnNo: s.turnNo, disk: new Map(s.disk) };
  s.truth.isRewound = true;
  playAbandoned(s, job);
  const failure = present(s.truth.failures.at(-1));
  s.truth.isRewound = false;
  for (const [path, text] of fork.disk) s.disk.set(path, text);
  s.transcript.parent = fork.parent;
  s.turnNo = fork.turnNo;
  request(s, job, `in ${String(job.slots['file'])}`, { failureId: failure.failureId }, 'rephrase');
  doJob(s, job);
}

function playAbandoned(s: CodingSession, job: Job): void {
  const file = String(job.slots['file']);
  const asked = String(job.slots['asked']);
  s.ask([asked, `please ${asked}`], {}, 'follow-up');
  const failure = s.beginFailure(
    'wrong-target',
    'Changed the unused copy; the user went back and asked again more precisely.',
  );
  s.read(s.project.stack.legacyOf(file));
  for (const change of legacyChanges(s, job)) s.edit(change, { blame: true });
  s.reply(job.task.done, job.slots);
  s.failure = null;
  failure.consequence = 'rephrased';
}

function close(s: CodingSession): void {
  if (!s.isOver && s.turnNo > 0) {
    const way = s.rng.weighted([
      ['silent', 45],
      ['thanks', 30],
      ['nothing-else', 25],
    ] as const);
    if (way !== 'silent') s.ask(s.hasChanges ? s.book.thanks : thanksForAnswer, {}, 'positive');
    if (way !== 'silent' && !s.hasChanges) s.reply(welcomeForAnswer);
    else if (way === 'thanks') s.reply(s.book.welcome);
    else if (way === 'nothing-else') {
      s.reply(s.book.anythingElse);
      s.ask(s.book.noThatIsAll, {}, 'answer', { trap: 'no-as-answer' });
      s.reply(s.book.goodbye);
    }
  }
  if (s.rng.chance(0.3)) {
    const first = s.truth.session.turns[0]?.text ?? '';
    s.transcript.loose(
      { type: 'summary', summary: first.replace(/\n.*/s, '').slice(0, 60), leafUuid: s.transcript.parent },
      true,
    );
  }
}

function filesOf(s: CodingSession): { name: string; text: string }[] {
  const own = { name: present(s.truth.session.files[0]), text: `${s.transcript.lines.join('\n')}\n` };
  const others = s.transcript.subAgents.map((agent) => ({
    name: `${codingFolder}/agent-${agent.agentId}.jsonl`,
    text: `${agent.lines.join('\n')}\n`,
  }));
  s.truth.session.files.push(...others.map((file) => file.name));
  return [own, ...others];
}
