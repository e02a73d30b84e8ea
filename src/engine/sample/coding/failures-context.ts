/** Compaction of the coding agent's history, and rules of the user that do not survive it. */
import { playFailure } from '../failure-flow';
import type { CodingSession } from './coding-session';
import { essays, legacyChanges, takeBack } from './failures-change';
import { type Job, applyChanges, doJob, makeJob, pickTask, request, runTests } from './job';
import type { Change } from './stack';

/** A rule from the first message is forgotten after the history was summarised. */
export function lostContext(s: CodingSession, job: Job): void {
  const rule = s.wording.next('rule', [frozenFolder, noCommits, noReports], (one) => one.name, s.rng)(s);
  request(s, job, rule.said);
  doJob(s, job);
  const nextTask = pickTask(s, (task) => task.key !== job.task.key && task.key !== 'rename-summary');
  if (nextTask === null) return;
  const next = makeJob(s, nextTask);
  request(s, next);
  compact(s, next);
  playFailure(s, {
    mode: 'lost-context',
    note: `After the compaction the agent broke a rule from the start: ${rule.said}.`,
    slots: { ...next.slots, right: rule.said, want: rule.want(next) },
    wrong: () => rule.breakIt(next),
    repair: () => rule.mend(next),
  });
}

interface Rule {
  said: string;
  want(job: Job): string;
  breakIt(job: Job): void;
  mend(job: Job): void;
}

function frozenFolder(s: CodingSession): Rule {
  const legacyOf = (path: string): string => s.project.stack.legacyOf(path);
  const folder = legacyOf(s.names.service).split('/').slice(0, 2).join('/');
  const fileOf = (job: Job): string => legacyOf(String(job.slots['file']));
  let changes: Change[] = [];
  return {
    said: `${folder} is frozen, never edit anything in there`,
    want: (job) => `undo the change in ${fileOf(job)}`,
    breakIt: (job) => {
      changes = legacyChanges(s, job);
      s.read(fileOf(job));
      for (const change of changes) s.edit(change, { blame: true });
      s.reply(job.task.done, job.slots);
    },
    mend: (job) => {
      takeBack(s, changes);
      applyChanges(s, job);
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
  };
}

function noCommits(s: CodingSession): Rule {
  return {
    said: 'do not commit anything, I do that myself',
    want: () => 'undo the commit and keep the changes',
    breakIt: (job) => {
      applyChanges(s, job);
      runTests(s);
      const message = s.say(job.task.commit, job.slots);
      s.bash(`git commit -am "${message}"`, `[${s.transcript.meta.gitBranch} ${s.rng.hex(7)}] ${message}`, {
        blame: true,
      });
      s.reply(['{done} It is committed.', '{done} I have committed it as "{message}".'], {
        done: s.fill(job.task.done, job.slots),
        message,
      });
    },
    mend: () => {
      s.bash('git reset --soft HEAD~1', '');
      s.reply([
        'The commit is undone; the changes are still staged.',
        'Undone, everything is back in the working tree and uncommitted.',
      ]);
    },
  };
}

function noReports(s: CodingSession): Rule {
  return {
    said: 'no summaries at the end, one line is enough',
    want: () => 'say it in one line',
    breakIt: (job) => {
      applyChanges(s, job);
      runTests(s);
      s.reply(essays, job.slots);
    },
    mend: (job) => s.reply(job.task.done, job.slots),
  };
}

/** The history is summarised in the middle of a task; the summary keeps the tasks and drops the user's rules. */
export function compact(s: CodingSession, job: Job): void {
  s.read(s.names.routes);
  const done = s.finished.length === 0 ? 'nothing yet' : s.finished.join('; ');
  s.transcript.compact(
    `This session continues an earlier one that ran out of context. Summary so far:\n\n1. Done: ${done}.\n2. Files seen: ${s.names.service}, ${s.names.routes}, ${s.names.test}.\n3. State: the tests pass.\n4. Current request: ${String(job.slots['asked'])}${job.task.unit === undefined ? '' : ` (${s.say(job.task.unit, job.slots)})`}.\n\nContinue with the current request without asking further questions.`,
  );
}
