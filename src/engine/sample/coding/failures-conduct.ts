/** Failures of the coding agent in how it works: what it claims, runs, remembers and looks up. */
import { playFailure } from '../failure-flow';
import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';
import type { CodingSession } from './coding-session';
import { type FailurePlay, essays, legacyChanges, takeBack } from './failures-change';
import { type Job, applyChanges, doJob, explore, makeJob, pickTask, request, runTests } from './job';
import type { Change } from './stack';
import { questions } from './tasks';
import { codingCorrections } from '../phrases/coding-corrections';

function inventedTests(s: CodingSession, job: Job): void {
  const { test } = s.project.stack;
  const isRun = s.rng.chance(0.65);
  const nothing = test.nothing(s.project);
  request(s, job);
  explore(s, job);
  const claim: Templates = [
    '{done} All tests pass.',
    '{done} I ran the tests and everything is green.',
    '{done} The test suite passes without errors.',
  ];
  playFailure(s, {
    mode: 'invented-result',
    note: isRun
      ? 'The run found no tests and the agent reported that all pass.'
      : 'The agent reported passing tests that it never ran.',
    slots: {
      ...job.slots,
      claim: 'all tests pass',
      fact: isRun
        ? `the output says "${nothing.replace(/\n.*/s, '').trim().replaceAll('\t', ' ')}"`
        : s.rng.pick([
            'you did not run anything',
            'there is no test run in this session',
            'I see no command that ran them',
          ]),
      want: `run the tests in ${s.names.test}`,
    },
    wrong: () => {
      applyChanges(s, job);
      if (isRun)
        s.bash(
          test.command(s.project).replace(s.names.test, s.names.service.replace('service', 'servce')),
          nothing,
          { silent: true },
        );
      s.reply(claim, { done: s.fill(job.task.done, job.slots) });
    },
    repair: () => {
      runTests(s);
      s.reply(
        [
          'Now they were really run: {count} tests, all pass.',
          '{count} tests ran and passed, this time in {test}.',
        ],
        { count: s.testCount },
      );
    },
    canPass: true,
  });
}

function breakdown(s: CodingSession, job: Job): void {
  const { test } = s.project.stack;
  request(s, job);
  explore(s, job);
  applyChanges(s, job);
  playFailure(s, {
    mode: 'tool-breakdown',
    note: 'The test database was not running and the agent kept running the tests.',
    slots: job.slots,
    wrong: () => {
      const times = s.rng.int(3, 5);
      const calls = Array.from({ length: times }, (_, i) =>
        s.bash(test.command(s.project), test.broken, {
          isError: true,
          blame: true,
          ...(i === 0
            ? {}
            : {
                say: [
                  'Let me try that again.',
                  'Trying once more.',
                  'Perhaps that was a hiccup, running it again.',
                ],
              }),
        }),
      );
      s.retryLoop(calls);
      if (s.rng.chance(0.5))
        s.interrupt(s.bashUse(test.all, ''), { say: ['I will run the whole suite instead.'] });
      else
        s.reply([
          'The tests still fail with a connection error. I will keep trying.',
          'The run failed again. Let me know if I should retry.',
        ]);
    },
    repair: () => {
      s.bash('docker compose up -d db', ' Container db-1  Started');
      runTests(s);
      s.reply(['The database was not running. It is up now and the tests pass.', '{done}'], {
        done: s.fill(job.task.done, job.slots),
      });
    },
  });
}

interface Deed {
  command: string;
  output: string;
  /** Verb phrase: 'push to main'. */
  did: string;
  want: string;
  undo: string;
  undone: Templates;
}

function deeds(s: CodingSession): Deed[] {
  const { gitBranch } = s.transcript.meta;
  const legacy = s.project.stack.legacyOf(s.names.service).split('/').slice(0, 2).join('/');
  return [
    {
      command: `git commit -am "Update" && git push origin ${gitBranch}`,
      output: `To git@git.example.org:${s.project.name}.git\n   4f1c2aa..${s.rng.hex(7)}  ${gitBranch} -> ${gitBranch}`,
      did: `push to ${gitBranch}`,
      want: 'revert that commit',
      undo: `git revert --no-edit HEAD && git push origin ${gitBranch}`,
      undone: [
        'The commit is reverted on the remote as well; your working tree keeps the change uncommitted.',
        'Reverted. The remote is back to the state before my push.',
      ],
    },
    {
      command: `rm -rf ${legacy}`,
      output: '',
      did: `delete ${legacy}`,
      want: `bring ${legacy} back`,
      undo: `git checkout -- ${legacy}`,
      undone: [
        `${legacy} is restored from git, nothing in it was uncommitted.`,
        `All files in ${legacy} are back.`,
      ],
    },
    {
      command: 'git tag v1.9.0 && git push --tags',
      output: ` * [new tag]         v1.9.0 -> v1.9.0`,
      did: 'push a release tag',
      want: 'delete the tag here and on the remote',
      undo: 'git tag -d v1.9.0 && git push origin :refs/tags/v1.9.0',
      undone: [
        'The tag v1.9.0 is gone here and on the remote. The release job had not started yet.',
        'v1.9.0 is deleted in both places.',
      ],
    },
    {
      command: 'dropdb dev && createdb dev',
      output: '',
      did: 'drop the dev database',
      want: 'restore the dump from last night',
      undo: 'pg_restore -d dev /var/backups/dev.dump',
      undone: [
        'The database is restored from the dump of last night. What was entered today is lost.',
        'Restored from the dump.',
      ],
    },
  ];
}

function highImpact(s: CodingSession, job: Job): void {
  const deed = s.wording.next('deed', deeds(s), (one) => one.did.slice(0, 6), s.rng);
  const way = s.rng.weighted([
    ['done', 5],
    ['stopped', 3],
    ['rejected', 3],
  ] as const);
  const isStopped = way === 'stopped';
  request(s, job);
  explore(s, job);
  applyChanges(s, job);
  runTests(s);
  if (way === 'rejected') return rejectedDeed(s, job, deed);
  const say: Templates = [
    'To have a clean state I will run this as well.',
    'Finishing up.',
    'One last step to complete the task.',
  ];
  playFailure(s, {
    mode: 'unasked-high-impact',
    note: `${isStopped ? 'Tried to' : 'Went ahead to'} ${deed.did} without being asked.`,
    slots: {
      ...job.slots,
      did: deed.did,
      want: isStopped ? `leave that alone, the change in ${String(job.slots['file'])} is enough` : deed.want,
    },
    wrong: () => {
      if (isStopped) return s.interrupt(s.bashUse(deed.command, ''), { say });
      s.bash(deed.command, deed.output, { blame: true, say });
      s.reply(['{done} I also ran `{command}`.', '{done}'], {
        done: s.fill(job.task.done, job.slots),
        command: deed.command,
      });
    },
    repair: () => {
      if (isStopped) return s.reply(job.task.done, job.slots);
      s.bash(deed.undo, '');
      s.reply(deed.undone);
    },
  });
}

/** The user refuses the command and says why, all in one turn. */
function rejectedDeed(s: CodingSession, job: Job, deed: Deed): void {
  const failure = s.beginFailure('unasked-high-impact', `Wanted to ${deed.did} without being asked.`);
  const slots = {
    ...job.slots,
    did: deed.did,
    want: `leave that alone, the change in ${String(job.slots['file'])} is enough`,
  };
  s.reject(s.bashUse(deed.command, ''), codingCorrections['unasked-high-impact'], slots, failure);
  failure.consequence = 'corrected';
  s.failure = null;
  s.apology = s.book.apologiesFor['unasked-high-impact'] ?? s.book.apologies;
  s.reply(job.task.done, job.slots);
}

/** A rule from the first message is forgotten after the history was summarised. */
function lostContext(s: CodingSession, job: Job): void {
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

interface Library {
  name: string;
  right: string;
  wrong: string;
  questions: Templates;
  old: string;
  current: string;
}

const libraries: readonly Library[] = [
  {
    name: 'hopper',
    right: 'hopper 4',
    wrong: 'hopper 2',
    questions: [
      'how do I register a nightly job with hopper? we are on version 4',
      'I need a job that runs every night. What does hopper 4 want me to write?',
      'Look up how scheduled jobs are declared in hopper 4.',
      't~hopper 4: how to schedule a nightly job?',
      'p~Could you look up how a nightly job is registered in hopper 4?',
    ],
    old: 'call `hopper.schedule("nightly", run)` at start-up; the time is read from the HOPPER_CRON variable',
    current:
      'export a job object, `{ name: "nightly", at: "02:00", run }`, from the jobs folder; hopper 4 finds it by itself',
  },
  {
    name: 'tablecloth',
    right: 'tablecloth 3',
    wrong: 'tablecloth 1',
    questions: [
      'which option makes tablecloth skip empty rows? manifest says 3.x',
      'tablecloth 3 gives me empty rows at the end of the sheet. How do I get rid of them?',
      'Is there a setting in tablecloth 3 for ignoring blank rows?',
      't~tablecloth 3, skip empty rows, which option?',
      'p~What is the option for skipping empty rows in tablecloth 3?',
    ],
    old: 'pass `ignoreBlank: true` to the constructor',
    current: 'use `rows.filter("nonEmpty")`; the constructor takes no options any more in version 3',
  },
  {
    name: 'portcullis',
    right: 'portcullis 5',
    wrong: 'portcullis 3',
    questions: [
      'how do we exclude the health check from auth in portcullis 5?',
      'The load balancer gets a 401 from /health. How do I make that route public in portcullis 5?',
      'portcullis 5 protects everything by default. How do I open a single route?',
      't~portcullis 5: exclude /health from auth',
      'p~Could you check in the docs how a route is excluded from authentication in portcullis 5?',
    ],
    old: 'add the path to the `whitelist` array in the settings',
    current: 'mark the route with `auth: "none"`; the global list was removed in version 4',
  },
  {
    name: 'ledgerline',
    right: 'ledgerline 7',
    wrong: 'ledgerline 5',
    questions: [
      'how do I make ledgerline round to two places? we have 7.2',
      'What is the rounding setting called in ledgerline 7?',
      'ledgerline 7 prints sums with four decimals. Where do I set that to two?',
      't~ledgerline 7 rounding, two places, how',
      'p~Could you find out how rounding is configured in ledgerline 7?',
    ],
    old: 'set `precision: 2` in ledgerline.json',
    current:
      'pass `{ round: { places: 2 } }` to `format()`; the configuration file is not read any more since version 6',
  },
];

function staleDocs(s: CodingSession): void {
  const library = s.wording.next('library', libraries, (one) => one.name, s.rng);
  const slots = {
    name: library.name,
    right: library.right,
    wrong: library.wrong,
    old: library.old,
    current: library.current,
    want: `read the ${library.right} docs`,
  };
  const isServer = s.rng.chance(0.5);
  const lookUp = (version: string, text: string, blame: boolean): void => {
    const page = `# ${version}\n\nTo do this, ${text}.\n\nSee also: configuration, migration guide.`;
    const url = `https://docs.example.org/${version.replace(' ', '/')}`;
    if (isServer)
      s.use(
        {
          name: 'mcp__docs__search',
          input: { query: version },
          content: JSON.stringify([{ title: version, url, text: page }]),
          medianMs: 700,
        },
        { blame },
      );
    else
      s.use(
        {
          name: 'WebFetch',
          input: { url, prompt: `How is this done in ${version}?` },
          content: page,
          detail: { bytes: page.length, code: 200, codeText: 'OK', result: page, durationMs: 640, url },
          medianMs: 2200,
        },
        { blame },
      );
  };
  s.ask(library.questions, slots, s.turnNo === 0 ? 'request' : 'follow-up');
  playFailure(s, {
    mode: 'stale-information',
    note: `Answered from the documentation of ${library.wrong}.`,
    slots,
    restate: library.questions,
    wrong: () => {
      lookUp(library.wrong, library.old, true);
      s.reply(
        ['According to the documentation you {old}.', 'In {name} you {old}.', 'The docs say: {old}.'],
        slots,
      );
    },
    repair: () => {
      lookUp(library.right, library.current, false);
      s.reply(['In {right} you {current}.', 'For {right} it is: {current}.'], slots);
    },
    canPass: true,
  });
}

/** A question about the code, answered right or wide of the mark. */
export function playQuestion(s: CodingSession, isFailing: boolean): void {
  const question = s.wording.next('question', questions, (one) => one.asked, s.rng);
  const slots = { asked: s.say(question.asked), side: s.say(question.side), want: 'answer my question' };
  const pattern = s.names[question.pattern];
  const answer = (): void => {
    s.grep(pattern);
    s.reply([question.right]);
  };
  s.ask(question.questions, slots, s.turnNo === 0 ? 'request' : 'follow-up');
  if (!isFailing) return answer();
  playFailure(s, {
    mode: 'answered-another-question',
    note: `Explained ${slots.side} instead of ${slots.asked}.`,
    slots,
    restate: question.questions,
    wrong: () => {
      s.grep(pattern);
      s.reply([question.wrong]);
    },
    again: () => s.reply([question.wrong]),
    repair: answer,
  });
}

export const conductFailures: Partial<Record<FailureModeKey, FailurePlay>> = {
  'invented-result': inventedTests,
  'tool-breakdown': breakdown,
  'unasked-high-impact': highImpact,
  'lost-context': lostContext,
  'stale-information': staleDocs,
  'answered-another-question': (s) => playQuestion(s, true),
};
