/** Objectives in force with their latest evaluation: how often each was met, where less often, and what changed. */
import type { ObjectiveResults, ObjectiveSummary } from '../../../shared/contract/objective';
import type { ReportBlock, ReportCell, ReportFigure } from '../../../shared/model/report';
import { listObjectives } from '../../objectives/objectives';
import { objectiveResults } from '../../objectives/results';
import { importIds } from '../../trajectory/wide-span';
import { sqlText } from '../../trajectory/index-imports';
import { cell, paragraph, percent, plural, tableOf, type ReportContext } from './context';

const GROUPS = 10;
/** Groups are told where they differ from the others with a p below this, after adjusting for their number. */
const TELLING = 0.05;

export async function objectiveBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const inForce = listObjectives(context.state, await importIds(context.db)).filter((one) => !one.isRetired);
  if (inForce.length === 0)
    return [
      paragraph(
        'No objective has been written yet. An objective says what success is, and how it is decided.',
      ),
    ];
  const rows: ReportCell[][] = [];
  const details: ReportBlock[] = [];
  for (const summary of inForce) {
    const { objective, latest } = summary;
    if (latest === null) {
      rows.push([cell(objective.name), cell(kindOf(summary)), cell('not evaluated'), cell(''), cell('')]);
      continue;
    }
    const results = await objectiveResults(context.db, context.state, { objectiveId: objective.objectiveId });
    rows.push([
      cell(objective.name),
      cell(kindOf(summary)),
      { figure: await passedFigure(context, results) },
      cell(String(latest.undecided)),
      cell(
        `version ${String(latest.version)}, ${latest.at.slice(0, 10)}${summary.isStale ? '; out of date' : ''}`,
      ),
    ]);
    details.push(...(await detailsOf(context, summary, results)));
  }
  return [
    paragraph(
      'Whether users got what they came for and whether the output is good are two separate results.',
    ),
    ...tableOf(
      'Pass rates',
      ['Objective', 'Decides', '#Passed, of the decided', '#Undecided', 'Evaluated'],
      rows,
      'Out of date: imports or the objective have changed since.',
    ),
    ...details,
  ];
}

const kindOf = ({ objective }: ObjectiveSummary): string =>
  objective.decides === 'intent' ? 'intent' : 'quality';

const resultsWhere = (runId: string, condition: string): string =>
  `SELECT session_id, passed FROM objective_results WHERE run_id = ${sqlText(runId)} AND ${condition}`;

/** Undecided sessions are in neither count. */
async function passedFigure(
  { evidence }: ReportContext,
  { summary }: ObjectiveResults,
): Promise<ReportFigure> {
  const passed = await evidence.of('Sessions that passed', 'session', resultsWhere(summary.runId, 'passed'));
  return { kind: 'share', share: summary.passed, counts: 'rows', evidence: passed.id };
}

async function detailsOf(
  context: ReportContext,
  { objective }: ObjectiveSummary,
  { summary, groups, change, previous, judgeAgreement }: ObjectiveResults,
): Promise<ReportBlock[]> {
  const { evidence } = context;
  const failed = await evidence.of(
    `Sessions that failed “${objective.name}”`,
    'session',
    resultsWhere(summary.runId, 'NOT passed'),
  );
  const said = [`Success: ${objective.statement}`];
  if (previous?.comparison) {
    const { difference, low, high, p } = previous.comparison;
    said.push(
      `Against the evaluation of ${previous.summary.at.slice(0, 10)}, the pass rate changed by ${points(difference)} (95% interval ${points(low)} to ${points(high)}, p = ${p.toFixed(3)}).`,
    );
  }
  if (change && change.p < TELLING)
    said.push(
      `It changed most after ${new Date(change.dayMs).toISOString().slice(0, 10)}: from ${percent(change.before.share)} (n = ${String(change.before.n)}) to ${percent(change.after.share)} (n = ${String(change.after.n)}), permutation p = ${change.p.toFixed(3)}.`,
    );
  if (judgeAgreement !== null)
    said.push(
      judgeAgreement.kappa === null
        ? 'The local judge and reviewers share no decided session, so its agreement with people is not known.'
        : `The local judge agrees with reviewers on ${plural(judgeAgreement.items, 'session')} with kappa ${judgeAgreement.kappa.toFixed(2)}.`,
    );
  const names = await sourceNames(context);
  const telling = groups
    .filter((group) => group.against !== null && group.against.p < TELLING)
    .slice(0, GROUPS);
  const rows = telling.map((group): ReportCell[] => [
    cell(
      `${group.kind === 'agentVersion' ? 'agent version' : group.kind} ${names.get(group.value) ?? group.value}`,
    ),
    { figure: { kind: 'share', share: group.passed, counts: 'rows', evidence: failed.id } },
    cell(group.against === null ? '' : points(group.against.difference)),
    cell(group.against === null ? '' : group.against.p.toFixed(3)),
  ]);
  return [
    { type: 'heading', text: objective.name },
    { type: 'list', items: said },
    {
      type: 'figures',
      items: [
        {
          label: 'Failed',
          figure: {
            kind: 'share',
            share: { ...complement(summary.passed) },
            counts: 'rows',
            evidence: failed.id,
          },
          note: 'of the decided sessions',
        },
      ],
    },
    ...(await groupTable(context, summary.runId, rows, telling)),
  ];
}

/** Files are told by their names, not by the digits of their hash. */
async function sourceNames({ db }: ReportContext): Promise<ReadonlyMap<string, string>> {
  const rows = await db.all<{ id: string; name: string }>(
    'SELECT DISTINCT source_id AS id, name FROM sources',
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

function complement(share: ObjectiveResults['summary']['passed']) {
  const other = (value: number | null) => (value === null ? null : 1 - value);
  return {
    count: share.n - share.count,
    n: share.n,
    share: other(share.share),
    low: other(share.high),
    high: other(share.low),
  };
}

const points = (difference: number): string =>
  `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)} points`;

const COLUMNS = {
  import: 'import_id',
  source: 'source_id',
  model: 'model',
  feature: 'feature',
  cohort: 'cohort',
  agentVersion: 'agent_version',
} as const;

/** Each group's figure leads to its own sessions that passed. */
async function groupTable(
  { evidence }: ReportContext,
  runId: string,
  rows: ReportCell[][],
  groups: ObjectiveResults['groups'],
): Promise<ReportBlock[]> {
  for (const [i, group] of groups.entries()) {
    const passed = await evidence.of(
      `Sessions of ${group.kind} ${group.value} that passed`,
      'session',
      `SELECT r.session_id, r.passed FROM objective_results AS r JOIN sessions AS s ON s.session_id = r.session_id
WHERE r.run_id = ${sqlText(runId)} AND r.passed AND s.${COLUMNS[group.kind]} = ${sqlText(group.value)}`,
    );
    const row = rows[i];
    if (row) row[1] = { figure: { kind: 'share', share: group.passed, counts: 'rows', evidence: passed.id } };
  }
  return tableOf(
    'Groups that differ from the others',
    ['Group', '#Passed', '#Difference', '#p, adjusted'],
    rows,
    'Two-proportion tests against all other sessions, adjusted by Holm’s method for the number of groups.',
  );
}
