/** Failures of the coding agent in what it changes: conditions, values, places, scope, style. */
import { playFailure } from '../failure-flow';
import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';
import type { CodingSession } from './coding-session';
import { type Job, applyChanges, changesOf, doJob, explore, reproduce, request, runTests } from './job';
import type { Change, TaskKey } from './stack';
import { codingCorrections } from '../phrases/coding-corrections';
import { present } from '../present';

/** Plays one task with a failure in it. */
export type FailurePlay = (s: CodingSession, job: Job) => void;

interface Condition {
  /** As said: 'no new dependencies'. */
  asked: string;
  did: string;
  want: string;
  breakIt(): void;
  mend(): void;
  mended: Templates;
}

function conditions(s: CodingSession, job: Job): Condition[] {
  const { stack } = s.project;
  const library = s.rng.pick(stack.libraries);
  const testEdit = stack.testChange(job.task.key, s.project, job.value);
  const readme = readmeChange(s);
  return [
    {
      asked: 'no new dependencies',
      did: `you added ${library}`,
      want: `do it without ${library}`,
      breakIt: () =>
        void s.bash(stack.install(library), `+ ${library}\n\nDone in 3.1s`, {
          blame: true,
          say: [`${library} does exactly this, adding it.`, `There is a good library for this: ${library}.`],
        }),
      mend: () => void s.bash(`git checkout -- ${s.names.manifest}`, ''),
      mended: [
        `${library} is gone again. The change uses only what is already there, and the tests pass.`,
        `Removed ${library}; the standard library is enough for this.`,
      ],
    },
    {
      asked: 'no changes to the tests',
      did: `you changed ${s.names.test}`,
      want: `restore ${s.names.test}`,
      breakIt: () =>
        void s.edit(testEdit, {
          blame: true,
          say: ['The test needs to be adapted as well.', 'I will adjust the test so that it matches.'],
        }),
      mend: () => takeBack(s, [testEdit]),
      mended: [
        `${s.names.test} is back to what it was. The change stays, and the tests pass unmodified.`,
        'The test file is restored; the tests pass without any change to them.',
      ],
    },
    {
      asked: 'code only, no docs',
      did: 'README.md is in the diff',
      want: 'take README.md out of it',
      breakIt: () =>
        void s.edit(readme, {
          blame: true,
          say: ['I will document this in the README as well.', 'Updating the README to match.'],
        }),
      mend: () => takeBack(s, [readme]),
      mended: ['README.md is unchanged again.', 'The README is out of the diff, only the code is left.'],
    },
  ];
}

function readmeChange(s: CodingSession): Change {
  const before = '## Development';
  return {
    path: 'README.md',
    before,
    after: `## Overview\n\n${s.project.name} keeps ${s.project.plural} in a database and offers them over HTTP. It has a clean architecture, is fast and easy to use.\n\n${before}`,
  };
}

/** Undoes changes: from git when nothing else was changed in their files, otherwise by hand. */
export function takeBack(s: CodingSession, changes: readonly Change[]): void {
  const original = s.project.stack.files(s.project);
  for (const path of new Set(changes.map((change) => change.path))) {
    const own = changes.filter((change) => change.path === path).reverse();
    const undone = own.reduce(
      (text, { before, after }) => text.replace(after, () => before),
      s.disk.get(path) ?? '',
    );
    if (undone === original.get(path)) {
      s.bash(`git checkout -- ${path}`, 'Updated 1 path from the index');
      s.disk.set(path, undone);
    } else for (const { before, after } of own) s.edit({ path, before: after, after: before });
  }
}

function droppedConstraint(s: CodingSession, job: Job): void {
  const possible = conditions(s, job).filter(
    (one) => job.task.key !== 'rename-summary' || !one.asked.includes('tests'),
  );
  const condition = s.wording.next('condition', possible, (one) => one.asked, s.rng);
  const isStopped = s.rng.chance(0.25);
  request(s, job, condition.asked);
  const way = s.rng.weighted([
    ['plain', 5],
    ['rejected', condition.asked.includes('dependencies') ? 9 : 0],
  ] as const);
  if (way === 'rejected') return rejectedInstall(s, job);
  explore(s, job);
  playFailure(s, {
    mode: 'dropped-constraint',
    note: `Broke the condition "${condition.asked}".`,
    slots: { ...job.slots, asked: condition.asked, did: condition.did, want: condition.want },
    wrong: () => {
      condition.breakIt();
      if (isStopped) return s.interruptText('Now that this is in place, I will continue with');
      applyChanges(s, job);
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
    repair: () => {
      condition.mend();
      if (isStopped) applyChanges(s, job);
      runTests(s);
      s.reply(condition.mended);
    },
    canPass: !isStopped,
  });
}

/** The user refuses the installation and says why, all in one turn. */
function rejectedInstall(s: CodingSession, job: Job): void {
  const library = s.rng.pick(s.project.stack.libraries);
  explore(s, job);
  const failure = s.beginFailure(
    'dropped-constraint',
    'Wanted to add a dependency although none was allowed.',
  );
  const use = s.bashUse(s.project.stack.install(library), '');
  s.reject(
    use,
    codingCorrections['dropped-constraint'],
    {
      ...job.slots,
      asked: 'no new dependencies',
      did: `you want to add ${library}`,
      want: `do it without ${library}`,
    },
    failure,
  );
  failure.consequence = 'corrected';
  s.failure = null;
  s.apology = s.book.apologies;
  applyChanges(s, job);
  runTests(s);
  s.reply(job.task.done, job.slots);
}

function wrongValue(s: CodingSession, job: Job): void {
  request(s, job);
  explore(s, job);
  const right = s.say(job.task.unit ?? '', job.slots);
  const wrong = s.say(job.task.unit ?? '', { value: job.wrongValue });
  playFailure(s, {
    mode: 'wrong-date-or-amount',
    note: `Wrote ${wrong} where ${right} was asked for.`,
    slots: { ...job.slots, right, wrong, want: `change it to ${right}` },
    wrong: () => {
      applyChanges(s, job, job.wrongValue, true);
      runTests(s);
      s.reply(job.task.done, { ...job.slots, value: job.wrongValue });
    },
    again: () =>
      s.reply(['Done, it is {right} now.', 'I have changed it to {right}.', 'Updated to {right}.'], {
        right,
      }),
    repair: () => {
      const before = changesOf(s, job, job.wrongValue);
      changesOf(s, job).forEach((change, i) => {
        const { after } = present(before[i]);
        if (change.after !== after) s.edit({ ...change, before: after });
      });
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
    canPass: true,
  });
}

/** The same changes in the unused copies of the files. */
export function legacyChanges(s: CodingSession, job: Job): Change[] {
  return changesOf(s, job)
    .map((change) => ({ ...change, path: s.project.stack.legacyOf(change.path) }))
    .filter((change) => s.disk.get(change.path)?.includes(change.before) === true);
}

function wrongTarget(s: CodingSession, job: Job): void {
  const file = String(job.slots['file']);
  const wrong = s.project.stack.legacyOf(file);
  const changes = legacyChanges(s, job);
  const isStopped = s.rng.chance(0.35);
  request(s, job);
  s.grep(String(job.slots['fn']));
  playFailure(s, {
    mode: 'wrong-target',
    note: `Changed ${wrong}, the unused copy, instead of ${file}.`,
    slots: {
      ...job.slots,
      right: file,
      wrong,
      want: isStopped ? `change ${file}` : `undo the change in ${wrong}`,
    },
    wrong: () => {
      s.read(wrong);
      if (isStopped) return s.interrupt(s.editUse(present(changes[0])));
      for (const change of changes) s.edit(change, { blame: true });
      s.reply(job.task.done, job.slots);
    },
    ...(isStopped
      ? {}
      : {
          again: () => {
            s.read(wrong);
            s.reply(
              [
                'The change is in {wrong} and looks complete.',
                'I have checked {wrong} again, everything is in place.',
              ],
              { wrong },
            );
          },
        }),
    repair: () => {
      if (!isStopped) takeBack(s, changes);
      applyChanges(s, job);
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
  });
}

function exceededScope(s: CodingSession, job: Job): void {
  const { stack } = s.project;
  const file = String(job.slots['file']);
  const extra = s.rng.pick([
    { change: readmeChange(s), other: 'README.md', extra: 'the new README section' },
    {
      change: stack.testChange(job.task.key, s.project, job.value),
      other: s.names.test,
      extra: 'the extra test',
    },
    {
      change: {
        path: stack.legacyOf(file),
        before: 'v1 API, kept until the old app is switched off.',
        after: 'v1 API. Deprecated, will be removed.',
      },
      other: stack.legacyOf(file),
      extra: 'the edits in the legacy folder',
    },
  ]);
  request(s, job);
  explore(s, job);
  const wrong = (): void => {
    applyChanges(s, job);
    s.edit(extra.change, {
      blame: true,
      say: [
        `While I am here I will also improve ${extra.other}.`,
        `I noticed that ${extra.other} could be better, so I am updating it too.`,
      ],
    });
  };
  const isStopped = s.rng.chance(0.45);
  playFailure(s, {
    mode: 'exceeded-scope',
    note: `Also changed ${extra.other}.`,
    slots: { ...job.slots, other: extra.other, extra: extra.extra, want: `revert ${extra.other}` },
    wrong: () => {
      wrong();
      if (isStopped)
        return s.interruptText(
          `I have also noticed a few other places that could be improved. Next I will restructure`,
        );
      runTests(s);
      s.reply(
        ['{done} I also improved {other} while I was there.', '{done} In addition I cleaned up {other}.'],
        { done: s.fill(job.task.done, job.slots), other: extra.other },
      );
    },
    again: () =>
      s.reply(
        ['I have cleaned up the diff. Only the change you asked for is left.', 'Done, {other} is reverted.'],
        { other: extra.other },
      ),
    repair: () => {
      takeBack(s, [extra.change]);
      runTests(s);
      s.reply(
        [
          '{other} is back to what it was; only {file} is changed.',
          'Reverted {other}. The diff is limited to the task now.',
        ],
        { other: extra.other, file },
      );
    },
    canPass: !isStopped,
  });
}

export const essays: Templates = [
  '# 🎉 Task completed successfully!\n\n## Overview\n\nI have carefully analysed the code base and implemented a robust, production-ready solution.\n\n## What was done\n\n- ✅ **Analysed** `{file}` and its callers\n- ✅ **Designed** a clean approach\n- ✅ **Implemented** the change in `{fn}`\n- ✅ **Verified** that all tests pass\n\n## Why this matters\n\nThis change improves maintainability, readability and developer happiness. It follows best practices and industry standards, and it lays a solid foundation for future work.\n\n## Next steps\n\n1. Consider adding more tests\n2. Consider documenting the behaviour\n3. Consider a broader refactoring of the module\n\nLet me know if you would like me to continue with any of these! 🚀',
  '## Summary of changes ✨\n\nGreat news! The requested change has been implemented. Below you find a detailed walkthrough of every step that I took, so that you can follow my reasoning.\n\n### Step 1: Understanding the problem\n\nFirst I read `{file}` in full. The function `{fn}` is at the heart of the matter. I considered several alternatives and weighed their pros and cons.\n\n### Step 2: Implementation\n\nI then applied the change with great care, keeping the existing style.\n\n### Step 3: Verification\n\nFinally I ran the tests, which all pass. ✅\n\n### Conclusion\n\nThe code is now cleaner, safer and ready for production. It was a pleasure to work on this! 💪',
  'Excellent! Everything is in place. Let me explain in detail what I did and why, line by line.\n\n**Background.** `{fn}` plays an important role in this service. Before the change its behaviour was simple, which has advantages and disadvantages. On the one hand it was easy to understand; on the other hand it did not meet your requirement.\n\n**Approach.** There were three possible approaches. The first was a wrapper, the second a decorator, and the third a direct change. After careful consideration I chose the third one, because it is the most direct one.\n\n**Result.** As you can see in `{file}`, the change is small but powerful. All tests pass.\n\n**Outlook.** In the future you may want to think about observability, resilience and documentation. I would be delighted to help with that as well!',
];

function wrongTone(s: CodingSession, job: Job): void {
  const isStopped = s.rng.chance(0.4);
  request(s, job);
  explore(s, job);
  playFailure(s, {
    mode: 'wrong-tone-or-length',
    note: 'A long report with headings and emojis for a small change.',
    slots: {
      ...job.slots,
      want: s.rng.pick([
        'tell me in two lines what changed',
        'just list the changed files',
        'give me one sentence',
        'say what you changed and stop',
      ]),
    },
    wrong: () => {
      applyChanges(s, job);
      runTests(s);
      if (!isStopped) return s.reply(essays, job.slots);
      s.interruptText(s.fill(essays, job.slots).slice(0, s.rng.int(420, 560)));
    },
    repair: () => s.reply(job.task.done, job.slots),
  });
}

/** Why the user does not want the result of a task after all, as a clause. */
const regrets: Record<TaskKey, string> = {
  paginate: 'existing clients only see the first page now',
  'time-zone': 'the stored rows are all in local time',
  timeout: 'requests pile up behind it now',
  'limit-amount': 'there are old rows above the limit',
  'not-found': 'the app relies on the empty answer',
  'csv-export': 'accounting has a tool of its own for that',
  cache: 'other processes see stale rows',
  'rename-summary': 'the other repo still imports the old name',
  logging: 'the log is flooded with it',
  retry: 'the partner counts every attempt against our quota',
};

function unwantedChange(s: CodingSession, job: Job): void {
  request(s, job);
  playFailure(s, {
    mode: 'unwanted-change',
    note: 'The finished change has an effect the user does not want.',
    slots: { ...job.slots, did: regrets[job.task.key], want: `restore ${String(job.slots['file'])}` },
    wrong: () => doJob(s, job),
    repair: () => {
      takeBack(s, changesOf(s, job));
      s.reply(
        [
          '{file} is as it was before.',
          'Reverted. `git status` is clean.',
          'Undone, {fn} behaves as before.',
        ],
        job.slots,
      );
    },
  });
}

function wrongLanguage(s: CodingSession, job: Job): void {
  const german = s.rng.pick([
    'Geändert auf Wunsch, siehe Ticket. Alte Aufrufer bleiben gültig.',
    'Achtung: hier wird bewusst nicht mehr geprüft.',
    'Neu: gilt ab sofort für alle Aufrufer.',
  ]);
  request(s, job);
  explore(s, job);
  const first = present(changesOf(s, job)[0]);
  const note = (text: string): string =>
    `${first.after.slice(0, first.after.search(/\S/))}${s.project.stack.comment(text)}\n${first.after}`;
  playFailure(s, {
    mode: 'wrong-language',
    note: 'The comment in the code is in German, the code base in English.',
    slots: job.slots,
    wrong: () => {
      s.edit({ ...first, after: note(german) }, { blame: true });
      for (const change of changesOf(s, job).slice(1)) s.edit(change);
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
    repair: () => {
      s.edit({ path: first.path, before: note(german), after: note('Existing callers keep working.') });
      s.reply(
        ['The comment is in English now.', 'Translated; there is no other German text in {file}.'],
        job.slots,
      );
    },
    canPass: true,
  });
}

function sameError(s: CodingSession, job: Job): void {
  const key = job.task.key === 'time-zone' ? 'time-zone' : 'not-found';
  const guess = s.project.stack.guess(key, s.project);
  request(s, job);
  explore(s, job);
  playFailure(s, {
    mode: 'same-error-again',
    note: 'The first change did not cure the bug and the test was not run.',
    slots: { ...job.slots, want: `run the failing test before you say it is fixed` },
    wrong: () => {
      s.edit(guess, { blame: true });
      s.reply(
        [
          'I found the cause in {path} and fixed it. The error should be gone.',
          'Fixed: the problem was in {path}.',
        ],
        { path: guess.path },
      );
    },
    again: () => {
      s.edit({ path: guess.path, before: guess.after, after: guess.before }, { blame: true });
      s.reply(
        [
          'I have reverted that and cleaned up {path}. It should work now.',
          'That should do it: the change in {path} was the problem.',
        ],
        { path: guess.path },
      );
    },
    repair: () => {
      reproduce(s, job);
      applyChanges(s, job);
      runTests(s);
      s.reply(job.task.done, job.slots);
    },
  });
}

export const changeFailures: Partial<Record<FailureModeKey, FailurePlay>> = {
  'dropped-constraint': droppedConstraint,
  'wrong-date-or-amount': wrongValue,
  'wrong-target': wrongTarget,
  'exceeded-scope': exceededScope,
  'wrong-tone-or-length': wrongTone,
  'unwanted-change': unwantedChange,
  'wrong-language': wrongLanguage,
  'same-error-again': sameError,
};
