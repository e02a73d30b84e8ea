/** `faultline gate`: holds the traces of a new run against a regression set, for build servers; exits 1 when it is stopped. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GateVerdict } from '../../shared/contract/regression';
import { workspaceOption, type CliEngine, type Command, type CommandContext } from '../command';
import { CommandError, UsageError } from '../failure';
import { count, safe, table } from '../output';
import { findPaths } from '../paths';
import { runImport } from './import';

const RULES = ['point', 'surely', 'possibly'] as const;

export const gate: Command = {
  name: 'gate',
  summary: 'hold a new run against a regression set',
  operands: '[TRACES…]',
  options: {
    ...workspaceOption,
    set: {
      type: 'string',
      value: 'S',
      help: 'The set: a file exported as JSON Lines, or with -w its name or id there.',
    },
    traces: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      help: 'Traces of the new run; may be given several times.',
    },
    version: { type: 'string', value: 'N', help: 'This version of the set; otherwise the latest.' },
    'max-drop': {
      type: 'string',
      value: 'SHARE',
      help: 'Largest drop of the pass rate that is let through (0.02).',
    },
    rule: {
      type: 'string',
      value: RULES.join('|'),
      help: 'The drop as measured, or a bound of its 95% interval (point).',
    },
    baseline: {
      type: 'string',
      value: 'FILE',
      help: 'A set file whose baseline is used instead of the set’s own.',
    },
    record: {
      type: 'string',
      value: 'NAME',
      help: 'Make this run the baseline of the set in -w, as a new version.',
    },
    junit: { type: 'string', value: 'FILE', help: 'Write the verdict as JUnit XML.' },
    markdown: { type: 'string', value: 'FILE', help: 'Write the verdict as Markdown.' },
  },
  examples: [
    'faultline gate --set checkout.regression.jsonl --traces new.jsonl --junit gate.xml',
    'faultline gate --set "Checkout" -w audit.faultline --traces run/ --max-drop 0.05 --json',
    'faultline gate --set Checkout -w audit.faultline --traces first.jsonl --record "first run"',
  ],
  run: async (context) => {
    const { options, operands, cwd } = context;
    const name = options.text('set');
    if (name === null) throw new UsageError('Say which set: --set S.');
    const given = [...operands, ...options.list('traces')];
    if (given.length === 0) throw new UsageError('Give the traces of the new run: --traces PATH.');
    const file = resolve(cwd, name);
    const record = options.text('record');
    const isFile = existsSync(file);
    if (record !== null && isFile)
      throw new UsageError('--record wants a set of a workspace: name it, with -w.');
    const maxDrop = shareOf(options.text('max-drop'));
    const rule = options.oneOf('rule', RULES) ?? 'point';
    const paths = await findPaths(given, cwd);
    const [baseline] = await findPaths([options.text('baseline') ?? []].flat(), cwd);
    const folder = await mkdtemp(join(tmpdir(), 'faultline-gate-'));
    context.atEnd(() => rm(folder, { recursive: true, force: true }));
    // Before any workspace is opened, so that the run's own leaves no mark among the recent ones.
    const engine = await context.engine(folder);
    const setFile = isFile ? file : await setFileOf(context, name);
    await engine.open(join(folder, 'run.faultline'), true);
    const verdict = await judge(context, engine, { setFile, paths, maxDrop, rule, baseline });
    if (record !== null) await recordBaseline(context, verdict, record);
    await report(context, verdict);
    return verdict.isOpen ? 0 : 1;
  },
};

function shareOf(text: string | null): number {
  if (text === null) return 0.02;
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new UsageError(`--max-drop wants a share from 0 to 1, not ${JSON.stringify(text)}.`);
  return share;
}

/** The set of a workspace as a file that outlives the workspace's being closed. */
async function setFileOf(context: CommandContext, name: string): Promise<string> {
  if (context.options.text('workspace') === null && !context.env['FAULTLINE_WORKSPACE'])
    throw new CommandError(
      `There is no file ${resolve(context.cwd, name)}. For a set of a workspace, add -w.`,
    );
  const { client, pathOf } = await context.workspace();
  const sets = await client.regression.sets(undefined, { signal: context.signal });
  const wanted = name.trim().toLowerCase();
  const found = sets.find((one) => one.setId === name || one.name.toLowerCase() === wanted);
  if (!found)
    throw new CommandError(
      `This workspace has no regression set “${safe(name)}”. ${sets.length === 0 ? 'It has none at all.' : `It has: ${sets.map((one) => safe(one.name)).join(', ')}.`}`,
    );
  const version = context.options.count('version', 1);
  const written = await client.regression.export(
    { setId: found.setId, format: 'jsonl', ...(version === null ? {} : { version }) },
    { signal: context.signal },
  );
  return pathOf(written.handle);
}

/** Imports the run into the open workspace and holds it against the set. */
async function judge(
  context: CommandContext,
  { client, grant }: CliEngine,
  about: {
    setFile: string;
    paths: readonly string[];
    maxDrop: number;
    rule: (typeof RULES)[number];
    baseline: string | undefined;
  },
): Promise<GateVerdict> {
  const imported = await runImport(
    { client },
    about.paths.map((path) => ({ handle: grant(path) })),
    context,
  );
  const unread = imported.sources.filter(({ state }) => state !== 'imported' && state !== 'duplicate');
  for (const source of unread) context.note(`${safe(source.path)}: ${safe(source.reason)}`);
  if (unread.length === imported.sources.length)
    throw new CommandError('None of the files of the new run could be read.');
  return client.regression.gate(
    {
      handle: grant(about.setFile),
      maxDrop: about.maxDrop,
      rule: about.rule,
      ...(about.baseline === undefined ? {} : { baselineHandle: grant(about.baseline) }),
    },
    { signal: context.signal },
  );
}

async function recordBaseline(context: CommandContext, verdict: GateVerdict, name: string): Promise<void> {
  const { client } = await context.workspace();
  const { version } = await client.regression.recordBaseline({ setId: verdict.setId, name, verdict });
  context.note(`Recorded as the baseline: version ${count(version)} of ${safe(verdict.setName)}.`);
}

async function report(context: CommandContext, verdict: GateVerdict): Promise<void> {
  const { client } = await context.engine();
  for (const format of ['junit', 'markdown'] as const) {
    const out = context.options.text(format);
    if (out === null) continue;
    const { text } = await client.regression.gateReport({ verdict, format });
    await writeFile(resolve(context.cwd, out), text);
  }
  context.print(verdict, () => {
    const rows = verdict.cases
      .filter((one) => one.passed !== true)
      .map((one) => [
        one.caseId,
        one.name,
        one.sessionId === null ? 'no session' : one.passed === null ? 'undecided' : 'failed',
        one.results.find((result) => result.passed !== true)?.reason ?? '',
      ]);
    const columns = [
      { title: 'case', width: 16 },
      { title: 'request', width: 50 },
      { title: 'now' },
      { title: 'why', width: 60 },
    ] as const;
    const list = rows.length === 0 ? '' : `${table(columns, rows)}\n\n`;
    const { passed } = verdict;
    return `${list}${verdict.isOpen ? 'Passed' : 'Stopped'}: ${count(passed.count)} of ${count(passed.n)} cases passed, ${count(verdict.unmatched)} had no session. ${safe(verdict.reason)}`;
  });
}
