/** How far reviewers agree with each other and with the machine, and what queues say of the sessions they were drawn from. */
import type { Coefficient, QueueResults } from '../../../shared/contract/review';
import type { Evidence, ReportBlock, ReportCell, ReportFigure } from '../../../shared/model/report';
import { agreementOf } from '../../review/agreement';
import { queueResults } from '../../review/results';
import { sqlText } from '../../trajectory/index-imports';
import { cell, paragraph, plural, tableOf, type ReportContext } from './context';

const MEASURES: Record<Coefficient['measure'], string> = {
  percent: 'share of equal pairs',
  cohen: 'Cohen’s kappa',
  fleiss: 'Fleiss’ kappa',
  'alpha-nominal': 'Krippendorff’s alpha, nominal',
  'alpha-ordinal': 'Krippendorff’s alpha, ordinal',
  'alpha-sets': 'Krippendorff’s alpha, sets',
};

export async function agreementBlocks(context: ReportContext): Promise<ReportBlock[]> {
  const { db, evidence } = context;
  const reviews = await evidence.of(
    'Reviews',
    'span',
    'SELECT session_id, NULL::INTEGER AS turn_no, first_span_id AS span_id, queue_id, reviewer, intent FROM reviews WHERE NOT is_settlement',
  );
  if (reviews.rows === 0)
    return [
      paragraph(
        'No session has been reviewed yet, so nothing here says how far people agree on what a failure is. Until then all shares rest on one analyst’s sorting and on what the machine found.',
      ),
    ];
  const report = await agreementOf(db, context.state, null);
  const blocks: ReportBlock[] = [
    paragraph(
      `${plural(report.reviewers.length, 'reviewer')} gave ${plural(reviews.rows, 'review')} of ${plural(reviews.sessions, 'session')}. Coefficients are of sessions that several of them reviewed; 0 is what chance would give and 1 is agreement throughout.`,
    ),
  ];
  const shared = report.coefficients.filter((one) => one.items > 0);
  if (shared.length === 0)
    blocks.push(paragraph('No session was reviewed by more than one of them, so agreement cannot be told.'));
  blocks.push(
    ...tableOf(
      'Agreement between reviewers',
      ['Of', 'Measure', '#Value', '#Items'],
      shared.map((one): ReportCell[] => [
        cell(one.of.replace(/:.*$/, '')),
        cell(MEASURES[one.measure]),
        { figure: coefficientFigure(one, reviews) },
        cell(String(one.items)),
      ]),
      'Intervals are of 1,000 bootstrap draws over sessions.',
    ),
    ...tableOf(
      'Pairs of reviewers',
      ['First', 'Second', '#Cohen’s kappa', '#Items'],
      report.pairs.map((pair): ReportCell[] => [
        cell(pair.first),
        cell(pair.second),
        {
          figure: {
            kind: 'estimate',
            value: pair.kappa,
            low: null,
            high: null,
            n: pair.items,
            scale: 'number',
            evidence: reviews.id,
          },
        },
        cell(String(pair.items)),
      ]),
    ),
  );
  for (const queue of context.state.queues) blocks.push(...(await queueBlocks(context, queue.queue)));
  blocks.push(...machine(report.machine, reviews));
  return blocks;
}

function coefficientFigure(
  { value, low, high, items, measure }: Coefficient,
  { id }: Evidence,
): ReportFigure {
  const scale = measure === 'percent' ? 'share' : 'number';
  return { kind: 'estimate', value, low, high, n: items, scale, evidence: id };
}

async function queueBlocks(
  { db, state, evidence }: ReportContext,
  queue: { queueId: string; name: string },
): Promise<ReportBlock[]> {
  const results = await queueResults(db, state, queue.queueId, (id) => state.failureModeName(id));
  if (results.judged === 0) return [];
  const reviews = `SELECT r.session_id, NULL::INTEGER AS turn_no, r.first_span_id AS span_id, r.reviewer, r.intent, r.inclusion
FROM reviews AS r WHERE r.queue_id = ${sqlText(queue.queueId)}`;
  const missed = await evidence.of(`Reviews of the queue “${queue.name}”`, 'span', reviews);
  const rows: ReportCell[][] = [estimateRow('Missed the objective', results.missed, missed)];
  for (const mode of results.failureModes) {
    const named = await evidence.of(
      `Reviews of the queue “${queue.name}” that name “${mode.name}”`,
      'span',
      `${reviews} AND EXISTS (FROM review_failure_modes AS m WHERE m.queue_id = r.queue_id AND m.session_id = r.session_id
AND m.reviewer = r.reviewer AND m.failure_mode_id = ${sqlText(mode.failureModeId)})`,
    );
    rows.push(estimateRow(mode.name, mode.estimate, named));
  }
  return tableOf(
    `The queue “${queue.name}”`,
    ['What', '#As reviewed', '#Of all it was drawn from', '#Effective n'],
    rows,
    results.statement,
  );
}

function estimateRow(what: string, of: QueueResults['missed'], { id }: Evidence): ReportCell[] {
  const { corrected, effectiveSize } = of;
  return [
    cell(what),
    {
      figure: {
        kind: 'estimate',
        value: of.reviewed.share,
        low: of.reviewed.low,
        high: of.reviewed.high,
        n: of.reviewed.n,
        scale: 'share',
        evidence: id,
      },
    },
    corrected === null
      ? cell('not told by its design')
      : {
          figure: {
            kind: 'estimate',
            value: corrected.share,
            low: corrected.low,
            high: corrected.high,
            n: corrected.n,
            scale: 'share',
            evidence: id,
          },
        },
    cell(effectiveSize === null ? '–' : effectiveSize.toFixed(1)),
  ];
}

function machine(rows: Awaited<ReturnType<typeof agreementOf>>['machine'], { id }: Evidence): ReportBlock[] {
  const told = rows.filter((row) => row.kappa !== null && row.bothMissed + row.onlySignal > 0);
  return tableOf(
    'Signals against the reviewers',
    ['Signal', '#Kappa', '#Both', '#Signal alone', '#Reviewer alone', '#Neither'],
    told
      .sort((a, b) => (b.kappa ?? 0) - (a.kappa ?? 0))
      .map((row): ReportCell[] => [
        cell(row.signal),
        {
          figure: {
            kind: 'estimate',
            value: row.kappa,
            low: null,
            high: null,
            n: row.bothMissed + row.onlySignal + row.onlyReviewer + row.neither,
            scale: 'number',
            evidence: id,
          },
        },
        cell(String(row.bothMissed)),
        cell(String(row.onlySignal)),
        cell(String(row.onlyReviewer)),
        cell(String(row.neither)),
      ]),
    'Each signal as if it were a reviewer that calls every session it fires in missed.',
  );
}
