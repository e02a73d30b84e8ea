/** How often a step works, what that compounds to over a run, and where it breaks: by part, tool and group. */
import type { ReportBlock, ReportCell } from '../../../shared/model/report';
import { wilson } from '../../../shared/stats/wilson';
import { sqlText } from '../../trajectory/index-imports';
import { cell, paragraph, percent, plural, tableOf, type ReportContext } from './context';
import { countOf } from './evidence';

const STEP = "kind IN ('llm', 'tool') AND NOT is_rewound";
const FAILED_STEP = 'SELECT session_id, turn_no, span_id, name, tool_name, status_message FROM spans WHERE';
/** Lengths of a run for which the compounded share is told. */
const LENGTHS = [1, 5, 10, 20, 50, 100];
const TOOLS = 12;
const GROUPS = 8;

export async function reliabilityBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { db, evidence } = context;
  const steps = await db.one<{ n: number; median: number | null }>(
    `SELECT count(*)::INTEGER AS n, (SELECT median(llm_call_count + tool_call_count) FROM sessions) AS median FROM spans WHERE ${STEP}`,
  );
  const n = steps?.n ?? 0;
  if (n === 0) return [paragraph('These sessions record no model calls and no tool calls.')];
  const failed = await evidence.of(
    'Steps that failed',
    'span',
    `${FAILED_STEP} ${STEP} AND status = 'error'`,
  );
  const works = wilson(n - failed.rows, n);
  const estimate = (length: number) => {
    const power = (share: number | null) => (share === null ? null : share ** length);
    return { value: power(works.share), low: power(works.low), high: power(works.high) };
  };
  return [
    paragraph(
      `A step is a model call or a tool call; it works when its status is not an error. Of ${plural(n, 'step')}, ${percent(works.share)} worked. The median session has ${steps?.median === null || steps?.median === undefined ? 'no' : String(steps.median)} steps.`,
    ),
    {
      type: 'figures',
      items: [
        {
          label: 'Steps that fail',
          figure: { kind: 'share', share: wilson(failed.rows, n), counts: 'rows', evidence: failed.id },
          note: 'of model and tool calls',
        },
        {
          label: 'Sessions with a failed step',
          figure: await sessionsWithFailedStep(context),
          note: 'of sessions with steps',
        },
      ],
    },
    ...tableOf(
      'What one step compounds to',
      ['Steps in a row', '#All of them work'],
      LENGTHS.map((length) => [
        cell(String(length)),
        { figure: { kind: 'estimate', ...estimate(length), n, scale: 'share', evidence: failed.id } },
      ]),
      'The share of one step to the power of the number of steps. It takes steps to fail independently of each other, which they seldom do: an order of magnitude, no forecast.',
    ),
    ...(await byPillar(context)),
    ...(await byTool(context)),
    ...(await byGroup(context)),
  ];
}

async function sessionsWithFailedStep({ db, evidence }: ReportContext) {
  const total = await db.one<{ n: number }>(
    `SELECT count(DISTINCT session_id)::INTEGER AS n FROM spans WHERE ${STEP}`,
  );
  return evidence.share(
    'Sessions with a failed step',
    'session',
    `SELECT DISTINCT session_id FROM spans WHERE ${STEP} AND status = 'error'`,
    total?.n ?? 0,
  );
}

async function byPillar({ db, evidence }: ReportContext): Promise<ReportBlock[]> {
  const found = await db.all<{ pillar: string; n: number }>(
    "SELECT pillar, count(*)::INTEGER AS n FROM spans WHERE kind <> 'user' AND pillar IS NOT NULL GROUP BY pillar ORDER BY pillar",
  );
  const rows: ReportCell[][] = [];
  for (const { pillar, n } of found) {
    const sql = `${FAILED_STEP} kind <> 'user' AND pillar = ${sqlText(pillar)} AND status = 'error'`;
    const share = await evidence.share(`Failed spans of ${pillar}`, 'span', sql, n);
    rows.push([cell(pillar), { figure: share }]);
  }
  return tableOf('Failed spans by part of the agent', ['Part', '#Share of its spans that failed'], rows);
}

async function byTool({ db, evidence }: ReportContext): Promise<ReportBlock[]> {
  const found = await db.all<{ tool: string; n: number }>(
    `SELECT tool_name AS tool, count(*)::INTEGER AS n FROM spans WHERE kind = 'tool' AND tool_name IS NOT NULL AND NOT is_rewound
     GROUP BY tool_name HAVING count(*) FILTER (status = 'error') > 0
     ORDER BY count(*) FILTER (status = 'error') DESC, tool_name LIMIT ${String(TOOLS)}`,
  );
  const rows: ReportCell[][] = [];
  for (const { tool, n } of found) {
    const sql = `${FAILED_STEP} kind = 'tool' AND tool_name = ${sqlText(tool)} AND NOT is_rewound AND status = 'error'`;
    const share = await evidence.share(`Failed calls of ${tool}`, 'span', sql, n);
    rows.push([cell(tool), { figure: share }]);
  }
  return tableOf(
    'Tools that failed most',
    ['Tool', '#Share of its calls that failed'],
    rows,
    `By failed calls, at most ${String(TOOLS)} tools; those that never failed are left out.`,
  );
}

const GROUPINGS = {
  model: 'Model',
  agent_version: 'Version of the agent',
  feature: 'Feature',
  cohort: 'Cohort',
  format: 'Format of the traces',
} as const;

/** Sessions with a correction by group, for what the sources tell apart. */
async function byGroup({ db, evidence }: ReportContext): Promise<ReportBlock[]> {
  const blocks: ReportBlock[] = [];
  for (const [column, title] of Object.entries(GROUPINGS)) {
    const found = await db.all<{ value: string; n: number }>(
      `SELECT ${column} AS value, count(*)::INTEGER AS n FROM sessions WHERE ${column} IS NOT NULL
       GROUP BY value ORDER BY n DESC, value LIMIT ${String(GROUPS)}`,
    );
    if (found.length < 2) continue;
    const rows: ReportCell[][] = [];
    for (const { value, n } of found) {
      const among = `SELECT session_id, title FROM sessions WHERE ${column} = ${sqlText(value)}`;
      const all = await evidence.of(`Sessions of ${title.toLowerCase()} ${value}`, 'session', among);
      const corrected = await evidence.share(
        `Sessions of ${title.toLowerCase()} ${value} with a correction`,
        'session',
        `${among} AND correction_count > 0`,
        n,
      );
      rows.push([cell(value), { figure: countOf(all) }, { figure: corrected }]);
    }
    blocks.push(
      ...tableOf(
        `By ${title.toLowerCase()}`,
        [title, '#Sessions', '#With a user correction'],
        rows,
        'Groups differ in their tasks: a difference is no cause.',
      ),
    );
  }
  return blocks;
}
