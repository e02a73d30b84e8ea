/**
 * Failure modes that people named, in sorted corrections and in reviews, by frequency times severity, with what was said.
 * What a machine proposes is counted nowhere here.
 */
import type { Evidence, ReportBlock, ReportPlace } from '../../../shared/model/report';
import { placeUnder } from '../../workspace/mode-place';
import { sqlText } from '../../trajectory/index-imports';
import { cell, paragraph, percent, plural, severityWords, tableOf, type ReportContext } from './context';
import { countOf, shareOf, SHOWN_SOURCES } from './evidence';

interface RankedMode {
  id: string;
  name: string;
  severity: number;
  definition: string;
  /** SQL list of the ids that count under it, those merged into it included. */
  ids: string;
  corrections: Evidence;
  sessions: Evidence;
}

const STANDING = "c.state <> 'rejected' AND NOT c.is_set_aside";
const SORTED = `SELECT DISTINCT c.session_id, c.turn_no, c.span_id, c.correction_id FROM corrections AS c
JOIN assignments AS a ON a.correction_id = c.correction_id WHERE ${STANDING}`;

const correctionsUnder = (ids: string): string => `${SORTED} AND a.failure_mode_id IN (${ids})`;
const namedIn = (ids: string): string => `SELECT session_id, turn_no, span_id FROM (${correctionsUnder(ids)})
UNION ALL SELECT r.session_id, NULL, r.first_span_id FROM review_failure_modes AS m
JOIN reviews AS r USING (queue_id, session_id, reviewer, is_settlement) WHERE m.failure_mode_id IN (${ids})`;

/** The modes of the codebook in force that anybody named, the weightiest first, and all sorted corrections. */
export async function rankModes({
  state,
  codebook,
  evidence,
}: ReportContext): Promise<{ sorted: Evidence; modes: RankedMode[] }> {
  const sorted = await evidence.of('Corrections that people sorted', 'span', SORTED);
  const known = [...new Set(state.codebooks.flatMap((one) => one.failureModes.map((mode) => mode.id)))];
  const modes: RankedMode[] = [];
  const used = usedModes(state);
  for (const mode of codebook.failureModes) {
    const under = known.filter((id) => placeUnder(state.codebooks, codebook.version, id) === mode.id);
    if (!under.some((id) => used.has(id))) continue;
    const ids = under.map(sqlText).join(', ');
    const corrections = await evidence.of(
      `Corrections sorted under “${mode.name}”`,
      'span',
      correctionsUnder(ids),
    );
    const sessions = await evidence.of(`Where people named “${mode.name}”`, 'span', namedIn(ids));
    if (sessions.rows === 0) continue;
    const { id, name, severity, definition } = mode;
    modes.push({ id, name, severity, definition, ids, corrections, sessions });
  }
  const weight = (mode: RankedMode): number => mode.sessions.sessions * mode.severity;
  modes.sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1));
  return { sorted, modes };
}

/** Modes that any correction or review names. */
function usedModes(state: ReportContext['state']): ReadonlySet<string> {
  const used = new Set<string>();
  for (const say of state.corrections.values())
    for (const one of say.assignments) used.add(one.failureModeId);
  for (const { review } of [...state.reviews.values(), ...state.settlements])
    for (const one of review?.failureModes ?? []) used.add(one.failureModeId);
  return used;
}

/** Modes that get examples, and how many each. */
const WITH_EXAMPLES = 8;
const EXAMPLES = 3;

export async function failureModeBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { sorted, modes } = await rankModes(context);
  const blocks: ReportBlock[] = [];
  if (modes.length === 0)
    blocks.push(
      paragraph(
        'No failure mode has been named yet. Sort corrections, or review sessions, and the failure modes stand here by frequency times severity, with examples.',
      ),
    );
  else
    blocks.push(
      paragraph(
        `People sorted ${plural(sorted.rows, 'correction')} and named ${plural(modes.length, 'failure mode')} of version ${String(context.codebook.version)} of the codebook. A correction or session under several counts under each, so shares may add up to more than 100%.`,
      ),
      ...tableOf(
        'Failure modes by frequency times severity',
        [
          'Failure mode',
          'Severity',
          '#Sessions',
          '#Share of all sessions',
          '#Share of sorted corrections',
          '#Weight',
        ],
        modes.map((mode) => [
          cell(mode.name),
          cell(`${String(mode.severity)} ${severityWords[mode.severity] ?? ''}`),
          { figure: countOf(mode.sessions, 'sessions') },
          { figure: shareOf(mode.sessions, context.sessions, 'sessions') },
          { figure: shareOf(mode.corrections, sorted.rows, 'rows') },
          cell((mode.sessions.sessions * mode.severity).toLocaleString('en-US')),
        ]),
        'Weight is sessions times severity (1 notice to 4 critical). The share of all sessions is a lower bound while not all sessions were looked at.',
      ),
    );
  blocks.push(...(await kinds(context)));
  for (const mode of modes.slice(0, WITH_EXAMPLES)) blocks.push(...(await examplesOf(context, mode)));
  if (modes.length === 0) blocks.push(...(await proposedExamples(context)));
  return blocks;
}

interface ExampleRow extends ReportPlace {
  agent: string | null;
  user: string | null;
  note: string | null;
  expected: string | null;
}

const placed = (
  rows: string,
): string => `SELECT e.session_id AS "sessionId", e.turn_no AS "turnNo", e.span_id AS "spanId",
    o.shown AS path, s.line::DOUBLE AS line, e.agent, e.user, e.note, e.expected
  FROM (${rows}) AS e LEFT JOIN spans AS s ON s.session_id = e.session_id
    AND CASE WHEN e.span_id IS NULL THEN s.position = 0 ELSE s.span_id = e.span_id END
  LEFT JOIN ${SHOWN_SOURCES} AS o ON o.import_id = s.import_id AND o.source_id = s.source_id
  ORDER BY e.place`;

const CORRECTION_EXAMPLE = `c.session_id, c.turn_no, c.span_id, c.agent_text AS agent, c.text AS user,
  NULL AS note, NULL AS expected`;

/** The surest corrections of a mode, and what reviewers wrote of it, one of a session. */
async function examplesOf({ db }: ReportContext, mode: RankedMode): Promise<ReportBlock[]> {
  const rows = await db.all<ExampleRow>(
    placed(`SELECT *, row_number() OVER (ORDER BY kind, place) AS place FROM (
      SELECT ${CORRECTION_EXAMPLE}, 1 AS kind, row_number() OVER (ORDER BY c.state, c.score DESC, c.correction_id) AS place
      FROM corrections AS c WHERE c.correction_id IN (SELECT correction_id FROM (${correctionsUnder(mode.ids)}))
      QUALIFY row_number() OVER (PARTITION BY c.session_id ORDER BY c.state, c.score DESC, c.correction_id) = 1
      UNION ALL BY NAME
      SELECT r.session_id, r.first_span_id AS span_id, NULL::INTEGER AS turn_no, NULL AS agent, NULL AS user, r.note, r.expected, 2 AS kind,
        row_number() OVER (ORDER BY r.made_at, r.session_id, r.reviewer, r.queue_id) AS place
      FROM reviews AS r JOIN review_failure_modes AS m USING (queue_id, session_id, reviewer, is_settlement)
      WHERE m.failure_mode_id IN (${mode.ids}) AND (r.note <> '' OR r.expected <> '')
    ) ORDER BY kind, place LIMIT ${String(EXAMPLES)}`),
  );
  const items = rows.map(exampleOf);
  if (items.length === 0) return [];
  return [{ type: 'examples', title: mode.name, items }];
}

async function proposedExamples({ db }: ReportContext): Promise<ReportBlock[]> {
  const rows = await db.all<ExampleRow>(
    placed(`SELECT ${CORRECTION_EXAMPLE}, row_number() OVER (ORDER BY c.score DESC, c.correction_id) AS place
      FROM corrections AS c WHERE c.state <> 'rejected'
      QUALIFY row_number() OVER (PARTITION BY c.session_id ORDER BY c.score DESC, c.correction_id) = 1
      ORDER BY place LIMIT ${String(2 * EXAMPLES)}`),
  );
  const items = rows.map(exampleOf);
  return items.length === 0
    ? []
    : [{ type: 'examples', title: 'Corrections that are most probably ones', items }];
}

/** Longest text of an example; the session has the whole of it. */
const LONGEST = 600;

/** Cuts at a word, and says so. */
export function cutText(text: string, longest = LONGEST): string {
  const trimmed = text.trim();
  if (trimmed.length <= longest) return trimmed;
  return `${trimmed
    .slice(0, longest)
    .toWellFormed()
    .replace(/\s+\S{0,40}$/u, '')} …`;
}

function exampleOf({ agent, user, note, expected, ...place }: ExampleRow) {
  const speeches = [
    { who: 'Agent', text: agent },
    { who: 'User', text: user },
    { who: 'Reviewer', text: note },
    { who: 'Expected', text: expected },
  ].flatMap(({ who, text }) => (text === null || text.trim() === '' ? [] : [{ who, text: cutText(text) }]));
  return { speeches, place };
}

const KIND_TITLES: Readonly<Record<string, string>> = {
  intent: 'not what was meant',
  facts: 'wrong facts',
  format: 'wrong form',
  constraint: 'a condition broken',
  incomplete: 'something left out',
  scope: 'too much or too little done',
  action: 'a wrong or unwanted act',
  unknown: 'not told by the wording',
};

/** What corrections are about, by their wording; it is there before anybody has sorted. */
async function kinds({ db, evidence }: ReportContext): Promise<ReportBlock[]> {
  const all = await evidence.of(
    'Corrections that were not rejected',
    'span',
    "SELECT session_id, turn_no, span_id, correction_id FROM corrections WHERE state <> 'rejected'",
  );
  if (all.rows === 0)
    return [paragraph('No user corrected the agent in these sessions, as far as wording shows.')];
  const found = await db.all<{ kind: string }>(
    "SELECT kind FROM corrections WHERE state <> 'rejected' GROUP BY kind ORDER BY count(*) DESC, kind",
  );
  const rows = [];
  for (const { kind } of found)
    rows.push([
      cell(KIND_TITLES[kind] ?? kind),
      {
        figure: await evidence.share(
          `Corrections of kind ${kind}`,
          'span',
          `SELECT session_id, turn_no, span_id, correction_id FROM corrections WHERE state <> 'rejected' AND kind = ${sqlText(kind)}`,
          all.rows,
        ),
      },
    ]);
  const confirmed = await evidence.share(
    'Corrections that a person confirmed',
    'span',
    "SELECT session_id, turn_no, span_id, correction_id FROM corrections WHERE state = 'confirmed'",
    all.rows,
  );
  const share = confirmed.kind === 'share' ? confirmed.share : null;
  return tableOf(
    'What users correct, by wording',
    ['What it is about', '#Share of corrections'],
    rows,
    `Of ${plural(all.rows, 'correction')} in ${plural(all.sessions, 'session')}; ${String(share?.count ?? 0)} (${percent(share?.share ?? null)}) were confirmed by a person, the others are proposals.`,
  );
}
