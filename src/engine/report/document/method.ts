/** How the figures came about, and what they cannot say. Both are written from what the workspace holds. */
import type { ReportBlock, ReportCell } from '../../../shared/model/report';
import { cell, percent, plural, tableOf, type ReportContext } from './context';
import { countOf } from './evidence';

interface SourceRow {
  path: string;
  format: string | null;
  state: string;
  sha256: string;
  lines: number;
  rejected: number;
  sessions: number;
}

/** Source files that are listed; the data has all. */
const SOURCES = 60;

export async function methodBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { db, codebook, signals } = context;
  const sources = await db.all<SourceRow>(
    `SELECT path, format, state, sha256, lines::DOUBLE AS lines, rejected::DOUBLE AS rejected, sessions::DOUBLE AS sessions
     FROM sources ORDER BY path, import_id LIMIT ${String(SOURCES + 1)}`,
  );
  const tuned = signals.filter((signal) => signal.isTuned || signal.origin === 'query');
  return [
    {
      type: 'list',
      items: [
        'Trace files are read on one machine without any connection to another; every span keeps the file and line it came from.',
        'Spans are put in order, grouped into turns (a user message and all that follows until the next) and sessions, and each is given one of four parts of an agent: llm, memory, tools, environment (arXiv 2512.12791).',
        'Signals are rules over one session; no model is asked. Corrections are found by the wording of user turns, with a probability; they count as proposed until a person confirms or rejects them.',
        `Failure modes are those of version ${String(codebook.version)} of the codebook (${plural(codebook.failureModes.filter((mode) => !mode.isRetired).length, 'failure mode')} in force), assigned by people.`,
        'Shares carry Wilson’s 95% score interval (Wilson 1927; Brown, Cai and DasGupta 2001). Differences of two shares carry Newcombe’s interval, and p values of several comparisons are adjusted by Holm’s method. Agreement carries bootstrap intervals; rates from a queue drawn by priority are weighted by the inverse of each session’s probability of being drawn.',
        'Every figure names its evidence (R1, R2 …): a query over the documented views, and the places of its first rows as file, line, session and span. The data that goes with the report holds all rows.',
        ...(tuned.length === 0
          ? []
          : [
              `Signals tuned or written for this workspace: ${tuned.map((signal) => signal.title).join(', ')}.`,
            ]),
      ],
    },
    ...tableOf(
      'Source files',
      ['File', 'Format', 'State', '#Lines', '#Rejected', '#Sessions', 'SHA-256'],
      sources
        .slice(0, SOURCES)
        .map((row): ReportCell[] => [
          cell(row.path),
          cell(row.format ?? '–'),
          cell(row.state),
          cell(row.lines.toLocaleString('en-US')),
          cell(row.rejected.toLocaleString('en-US')),
          cell(row.sessions.toLocaleString('en-US')),
          cell(row.sha256.slice(0, 16)),
        ]),
      `${sources.length > SOURCES ? `The first ${String(SOURCES)} files. ` : ''}Of each SHA-256 the first 16 digits.`,
    ),
  ];
}

interface Gaps {
  rejected: number;
  timeless: number;
  odd: number;
  unrecognised: number;
}

/** Below so many sessions an interval is told to be wide. */
const FEW = 100;

export async function limitBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { db, sessions, evidence, signals } = context;
  const gaps = await db.one<Gaps>(
    `SELECT (SELECT coalesce(sum(rejected), 0) FROM sources)::DOUBLE AS rejected,
       (SELECT count(*) FROM sources WHERE state IN ('unrecognised', 'failed'))::DOUBLE AS unrecognised,
       (SELECT count(*) FROM sessions WHERE start_ms IS NULL)::DOUBLE AS timeless,
       (SELECT count(*) FROM sessions WHERE len(flags) > 0)::DOUBLE AS odd`,
  );
  const hints = signals.filter((signal) => signal.isHint && signal.findingCount > 0).length;
  const judged = await evidence.of(
    'Corrections that a person confirmed or rejected',
    'span',
    "SELECT session_id, turn_no, span_id, correction_id, state FROM corrections WHERE state <> 'proposed'",
  );
  const proposed = await evidence.of(
    'Corrections nobody has judged',
    'span',
    "SELECT session_id, turn_no, span_id, correction_id FROM corrections WHERE state = 'proposed'",
  );
  const reviewed = await evidence.of(
    'Sessions with a verdict of a reviewer',
    'session',
    'SELECT session_id, title, verdict FROM sessions WHERE verdict IS NOT NULL',
  );
  const items = [
    sessions < FEW
      ? `There are ${plural(sessions, 'session')}: intervals are wide, and small differences mean nothing.`
      : 'Intervals cover chance in drawing sessions, not how these sessions were chosen: nothing here holds for users whose traces are not among the files.',
    `${plural(judged.rows, 'correction')} of ${plural(judged.rows + proposed.rows, 'correction')} ${judged.rows === 1 ? 'was' : 'were'} judged by a person; the others are proposals of a model of wording, which takes some turns for corrections that are none and misses others.`,
    `${plural(reviewed.rows, 'session')} of ${plural(sessions, 'session')} (${percent(sessions === 0 ? null : reviewed.rows / sessions)}) ${reviewed.rows === 1 ? 'was' : 'were'} reviewed as a whole. A user who leaves without a word is found by review alone.`,
    ...(hints > 0
      ? [
          `${plural(hints, 'signal')} found here ${hints === 1 ? 'is a hint' : 'are hints'}: precision below 0.6 on labelled data, or a guess nobody could measure.`,
        ]
      : []),
    ...(gaps && gaps.rejected > 0
      ? [
          `${plural(gaps.rejected, 'record')} could not be read and ${gaps.rejected === 1 ? 'counts' : 'count'} nowhere.`,
        ]
      : []),
    ...(gaps && gaps.unrecognised > 0
      ? [`${plural(gaps.unrecognised, 'file')} could not be read at all.`]
      : []),
    ...(gaps && gaps.timeless > 0
      ? [
          `${plural(gaps.timeless, 'session')} ${gaps.timeless === 1 ? 'has' : 'have'} no times and ${gaps.timeless === 1 ? 'is' : 'are'} left out of trends.`,
        ]
      : []),
    ...(gaps && gaps.odd > 0
      ? [
          `${plural(gaps.odd, 'session')} ${gaps.odd === 1 ? 'has' : 'have'} a record that is odd in some way (no times, clocks running backwards, missing parents); see their flags.`,
        ]
      : []),
    'Cause is not measured: that two things occur together, or a group does worse, says where to look.',
  ];
  return [
    { type: 'list', items },
    {
      type: 'figures',
      items: [
        { label: 'Corrections judged', figure: countOf(judged), note: 'confirmed or rejected by a person' },
        { label: 'Corrections not judged', figure: countOf(proposed), note: 'proposed alone' },
        { label: 'Sessions reviewed', figure: countOf(reviewed), note: 'with a verdict' },
      ],
    },
  ];
}
