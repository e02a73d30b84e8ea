/** The first page: how much was looked at, how often it went wrong, and how that went over time. */
import type { ReportBlock, ReportFigure } from '../../../shared/model/report';
import { wilson } from '../../../shared/stats/wilson';
import { percent, plural, type ReportContext } from './context';
import { countOf } from './evidence';
import { rankModes } from './failure-modes';

const sessionsWhere = (condition: string): string =>
  `SELECT session_id, title FROM sessions WHERE ${condition}`;

/** Sessions that the score takes for more likely failed than not. */
const LIKELY = 0.5;

export async function summaryBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { evidence, sessions } = context;
  const all = await evidence.of('All sessions', 'session', 'SELECT session_id, title FROM sessions');
  const share = (title: string, condition: string, n = sessions): Promise<ReportFigure> =>
    evidence.share(title, 'session', sessionsWhere(condition), n);
  const decided = await evidence.of(
    'Sessions that reviewers decided',
    'session',
    sessionsWhere("verdict IN ('met', 'missed')"),
  );
  const scored = await evidence.of(
    'Sessions with a score',
    'session',
    sessionsWhere('failure_probability IS NOT NULL'),
  );
  const items = [
    { label: 'Sessions', figure: countOf(all), note: 'all that were imported' },
    {
      label: 'With a user correction',
      figure: await share('Sessions in which a user corrected the agent', 'correction_count > 0'),
      note: 'proposed or confirmed, rejected ones left out',
    },
    {
      label: 'With a finding',
      figure: await share('Sessions with at least one finding', 'finding_count > 0'),
      note: 'of any signal',
    },
    {
      label: 'With a failed tool call',
      figure: await share('Sessions with a failed tool call', 'tool_error_count > 0'),
      note: 'refusals by a person left out',
    },
  ];
  if (scored.rows > 0)
    items.push({
      label: 'Likely failed',
      figure: await share(
        'Sessions scored as likely failed',
        `failure_probability >= ${String(LIKELY)}`,
        scored.rows,
      ),
      note: `the session score is at least ${String(LIKELY)}; a machine’s estimate`,
    });
  if (decided.rows > 0)
    items.push({
      label: 'Missed, as reviewed',
      figure: await share('Sessions that reviewers call missed', "verdict = 'missed'", decided.rows),
      note: 'of those reviewed and decided, not of all',
    });
  return [
    { type: 'figures', items },
    { type: 'list', items: await sentences(context) },
    ...(await trend(context)),
  ];
}

/** What to take away, each sentence from figures that stand in the report. */
async function sentences(context: ReportContext): Promise<string[]> {
  const said: string[] = [];
  const [first, second] = (await rankModes(context)).modes;
  if (first) {
    const also = second ? `, before “${second.name}” in ${plural(second.sessions.sessions, 'session')}` : '';
    said.push(
      `The failure mode that weighs most by frequency times severity is “${first.name}”, named by people in ${plural(first.sessions.sessions, 'session')}${also}.`,
    );
  } else said.push('No failure mode has been named by a person yet; what stands here was found by machine.');
  const found = context.signals
    .filter((signal) => signal.sessionCount > 0 && !signal.isHint && signal.id !== 'correction')
    .sort((a, b) => b.sessionCount - a.sessionCount)[0];
  if (found) {
    const { share, low, high } = wilson(found.sessionCount, context.sessions);
    said.push(
      `The signal found in most sessions, of those that are more than hints, is “${found.title}”: ${percent(share)} of ${plural(context.sessions, 'session')} (95% interval ${percent(low)} to ${percent(high)}).`,
    );
  }
  return said;
}

/** Points a chart shows at most; longer spans of time go by week or month. */
const POINTS = 60;

async function trend({ db, evidence }: ReportContext): Promise<ReportBlock[]> {
  const range = await db.one<{ days: number | null }>(
    'SELECT (max(start_ms) - min(start_ms)) / 86400e3 AS days FROM sessions',
  );
  const days = range?.days ?? 0;
  const unit = days <= POINTS ? 'day' : days <= POINTS * 7 ? 'week' : 'month';
  const rows = await db.all<{ label: string; n: number; hits: number }>(
    `SELECT strftime(date_trunc('${unit}', started_at), '%Y-%m-%d') AS label, count(*)::INTEGER AS n,
       count(*) FILTER (correction_count > 0)::INTEGER AS hits
     FROM sessions WHERE started_at IS NOT NULL GROUP BY label ORDER BY label`,
  );
  if (rows.length < 2) return [];
  const timed = await evidence.of(
    'Sessions with a time in which a user corrected the agent',
    'session',
    'SELECT session_id, title, started_at FROM sessions WHERE started_at IS NOT NULL AND correction_count > 0',
  );
  return [
    {
      type: 'trend',
      title: `Share of sessions with a user correction, by ${unit}`,
      note: 'Whiskers are 95% intervals; a wide one means few sessions.',
      unit,
      points: rows.slice(-POINTS * 2).map((row) => ({ label: row.label, share: wilson(row.hits, row.n) })),
      evidence: timed.id,
    },
  ];
}
