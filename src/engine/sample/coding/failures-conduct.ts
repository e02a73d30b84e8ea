/** Failures of the coding agent in how it works: what it claims and what it runs. */
import { playFailure } from '../failure-flow';
import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';
import { codingCorrections } from '../phrases/coding-corrections';
import type { CodingSession } from './coding-session';
import type { FailurePlay } from './failures-change';
import { lostContext } from './failures-context';
import { playQuestion, staleDocs } from './failures-lookup';
import { type Job, applyChanges, explore, request, runTests } from './job';

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

export const conductFailures: Partial<Record<FailureModeKey, FailurePlay>> = {
  'invented-result': inventedTests,
  'tool-breakdown': breakdown,
  'unasked-high-impact': highImpact,
  'lost-context': lostContext,
  'stale-information': staleDocs,
  'answered-another-question': (s) => playQuestion(s, true),
};
