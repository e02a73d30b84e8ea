/** Signals: in how many sessions each was found, how far it can be trusted, and what it said. */
import type { ReportBlock, ReportPlace } from '../../../shared/model/report';
import type { Signal, Trust } from '../../../shared/model/signal';
import { sqlText } from '../../trajectory/index-imports';
import { cell, paragraph, plural, tableOf, type ReportContext } from './context';
import { countOf, shareOf, SHOWN_SOURCES } from './evidence';
import { cutText } from './failure-modes';

/** Signals that get examples of what they said, and how many each. */
const WITH_EXAMPLES = 6;
const EXAMPLES = 2;

export async function signalBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const found = context.signals
    .filter((signal) => signal.findingCount > 0)
    .sort((a, b) => b.sessionCount - a.sessionCount || (a.id < b.id ? -1 : 1));
  if (found.length === 0)
    return [paragraph(`None of ${plural(context.signals.length, 'signal')} was found in these sessions.`)];
  const rows = [];
  for (const signal of found) {
    const evidence = await context.evidence.of(
      `Findings of “${signal.title}”`,
      'span',
      `SELECT session_id, turn_no, span_id, finding_id, reason, severity FROM findings WHERE signal = ${sqlText(signal.id)}`,
    );
    rows.push([
      cell(signal.title),
      cell(signal.pillar),
      { figure: countOf(evidence) },
      { figure: shareOf(evidence, context.sessions, 'sessions') },
      cell(trustOf(signal)),
    ]);
  }
  const silent = context.signals.length - found.length;
  return [
    paragraph(
      `A signal marks a place without a model, and says why it fired. A hint is one whose precision was measured below 0.6, or that rests on a guess nobody could measure: read it as a place to look at, never as a count of failures. ${plural(silent, 'other signal')} ${silent === 1 ? 'was' : 'were'} found nowhere.`,
    ),
    ...tableOf(
      'Signals by sessions',
      ['Signal', 'Part', '#Findings', '#Share of sessions', 'Measured on labelled data'],
      rows,
      'Findings that an analyst judged wrong are left out.',
    ),
    ...(await examples(context, found.slice(0, WITH_EXAMPLES))),
  ];
}

/** The most telling measurement: of the data set with most positives. */
function trustOf({ trust, reading, isHint }: Signal): string {
  const best = [...trust].sort((a, b) => b.positives - a.positives)[0];
  const more = trust.length > 1 ? `; the largest of ${String(trust.length)} data sets` : '';
  const hint = isHint ? 'hint; ' : '';
  if (best !== undefined) return `${hint}${measurement(best)}${more}`;
  if (reading === null) return `${hint}not measured`;
  return `${hint}${String(reading.right)} of ${String(reading.read)} right when read (public traces; no labels)`;
}

function measurement({ dataSet, unit, count, positives, precision, recall, auc }: Trust): string {
  const figures = [
    precision === null ? '' : `precision ${precision.toFixed(2)}`,
    recall === null ? '' : `recall ${recall.toFixed(2)}`,
    precision === null && auc !== null ? `AUC ${auc.toFixed(2)}` : '',
  ].filter((one) => one !== '');
  return `${figures.join(', ')} (${dataSet}, n = ${count.toLocaleString('en-US')}, ${positives.toLocaleString('en-US')} positive; unit: ${unit})`;
}

interface Reason extends ReportPlace {
  signal: string;
  reason: string;
}

/** What signals said, the gravest findings first, one of a session. */
async function examples({ db }: ReportContext, signals: readonly Signal[]): Promise<ReportBlock[]> {
  const rows = await db.all<Reason>(
    `SELECT f.signal, f.reason, f.session_id AS "sessionId", f.turn_no AS "turnNo", f.span_id AS "spanId", o.shown AS path, s.line::DOUBLE AS line
     FROM (
       SELECT * FROM (
         SELECT * FROM findings WHERE signal IN (SELECT unnest($1::VARCHAR[]))
         QUALIFY row_number() OVER (PARTITION BY signal, session_id ORDER BY severity DESC, finding_id) = 1
       ) QUALIFY row_number() OVER (PARTITION BY signal ORDER BY severity DESC, finding_id) <= ${String(EXAMPLES)}
     ) AS f LEFT JOIN spans AS s ON s.session_id = f.session_id AND s.span_id = f.span_id
     LEFT JOIN ${SHOWN_SOURCES} AS o ON o.import_id = s.import_id AND o.source_id = s.source_id
     ORDER BY f.signal, f.severity DESC, f.finding_id`,
    [signals.map((signal) => signal.id)],
  );
  return signals.flatMap((signal): ReportBlock[] => {
    const items = rows
      .filter((row) => row.signal === signal.id)
      .map(({ signal: _signal, reason, ...place }) => ({
        speeches: [{ who: 'Why it fired', text: cutText(reason) }],
        place,
      }));
    return items.length === 0 ? [] : [{ type: 'examples', title: signal.title, items }];
  });
}
