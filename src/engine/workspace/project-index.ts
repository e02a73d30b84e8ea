/**
 * Writes what the journal adds up to into the index: the tables judgement, assignment, mode_place, coding, annotation, finding_verdict and
 * session_verdict. Owns these tables and the mark in `meta` that says up to which line of the journal they hold.
 */
import { placeUnder } from './mode-place';
import type { Projection } from './projection';
import type { CorrectionSay, ImportedAnnotation, Touched, Verdict } from './projection-state';
import type { Queries } from './queries';
import { asText, get } from '../../shared/trace/json';

const JUDGEMENT = ['correction_id', 'state', 'judged_by', 'judged_at', 'is_set_aside'];
const ASSIGNMENT = ['correction_id', 'failure_mode_id', 'codebook_version', 'author', 'made_at', 'seq'];
const CODING = ['correction_id', 'code', 'author', 'made_at', 'seq'];
const ANNOTATION = ['annotation_id', 'session_id', 'span_id', 'kind', 'author', 'made_at', 'body'];

const REVIEW = [
  'queue_id',
  'session_id',
  'reviewer',
  'intent',
  'quality',
  'missed',
  'first_span_id',
  'expected',
  'note',
  'seconds',
  'codebook_version',
  'made_at',
  'is_settlement',
  'inclusion',
  'objective_id',
];
const REVIEW_MODE = ['queue_id', 'session_id', 'reviewer', 'failure_mode_id', 'severity', 'is_settlement'];

/** Writes all of it. Call within a transaction. */
export async function projectAll(tx: Queries, state: Projection): Promise<void> {
  await tx.run('DELETE FROM judgement; DELETE FROM assignment; DELETE FROM coding');
  await writeCorrections(tx, [...state.corrections]);
  await projectModePlaces(tx, state);
  await projectAnnotations(tx, state.annotations);
  await projectReviews(tx, state);
  await projectEvaluations(tx, state);
  await tx.run('DELETE FROM finding_verdict; DELETE FROM session_verdict');
  await writeVerdicts(tx, FINDING_VERDICT, state.findingVerdicts);
  await writeVerdicts(tx, SESSION_VERDICT, state.sessionVerdicts);
}

/** Writes what one act changed. Call within a transaction. */
export async function projectTouched(tx: Queries, state: Projection, touched: Touched): Promise<void> {
  const ids = [...touched.correctionIds];
  if (ids.length > 0) {
    for (const table of ['judgement', 'assignment', 'coding']) {
      await tx.run(`DELETE FROM ${table} WHERE correction_id IN (SELECT unnest($1::VARCHAR[]))`, [ids]);
    }
    const said = ids.filter((id) => state.corrections.has(id));
    await writeCorrections(
      tx,
      said.map((id) => [id, state.correction(id)]),
    );
  }
  await projectVerdicts(tx, FINDING_VERDICT, state.findingVerdicts, touched.findingIds);
  await projectVerdicts(tx, SESSION_VERDICT, state.sessionVerdicts, touched.judgedSessionIds);
  if (touched.codebook) await projectModePlaces(tx, state);
  if (touched.annotations) await projectAnnotations(tx, state.annotations);
  if (touched.reviews) await projectReviews(tx, state);
  if (touched.objectives) await projectEvaluations(tx, state);
}

/** What failure modes of earlier versions are called in the current one, where that is something else. */
async function projectModePlaces(tx: Queries, { codebooks }: Projection): Promise<void> {
  await tx.run('DELETE FROM mode_place');
  const version = codebooks.at(-1)?.version;
  if (version === undefined) return;
  const ids = new Set(codebooks.flatMap((one) => one.failureModes.map((mode) => mode.id)));
  const moved = [...ids].flatMap((id) => {
    const under = placeUnder(codebooks, version, id);
    return under === null || under === id ? [] : [[id, under]];
  });
  if (moved.length > 0) await tx.appendRows('mode_place', ['failure_mode_id', 'under_id'], moved);
}

/** One row per session and evaluation; what was decided then, whatever the objective says now. */
async function projectEvaluations(tx: Queries, state: Projection): Promise<void> {
  await tx.run('DELETE FROM objective_result');
  function* rows(): Generator<readonly unknown[]> {
    for (const { evaluation, at } of state.evaluations) {
      const { runId, objectiveId, version } = evaluation;
      for (const [ids, passed] of [
        [evaluation.passedIds, true],
        [evaluation.failedIds, false],
        [evaluation.undecidedIds, null],
      ] as const)
        for (const id of ids) yield [runId, objectiveId, version, at, id, passed];
    }
  }
  await tx.appendRows(
    'objective_result',
    ['run_id', 'objective_id', 'version', 'made_at', 'session_id', 'passed'],
    rows(),
  );
}

/** Completed reviews and settlements; what is claimed, skipped or given back says nothing of a session. */
async function projectReviews(tx: Queries, state: Projection): Promise<void> {
  await tx.run('DELETE FROM review; DELETE FROM review_mode');
  const inclusions = new Map(
    state.queues.flatMap(({ queue }) =>
      queue.items.map((item) => [JSON.stringify([queue.queueId, item.sessionId]), item.inclusion] as const),
    ),
  );
  const objectives = new Map(
    state.queues.map(({ queue }) => [queue.queueId, queue.objective?.objectiveId ?? null] as const),
  );
  const said = [
    ...[...state.reviews.values()].map((one) => ({ ...one, isSettlement: false })),
    ...state.settlements.map((one) => ({ ...one, reviewer: one.author, seconds: 0, isSettlement: true })),
  ].flatMap((one) => (one.review === null ? [] : [{ ...one, review: one.review }]));
  const place = (one: (typeof said)[number]) => [one.queueId, one.sessionId, one.reviewer] as const;
  await tx.appendRows(
    'review',
    REVIEW,
    said.map((one) => [
      ...place(one),
      one.review.intent,
      one.review.quality,
      one.review.missed,
      one.review.firstSpanId,
      one.review.expected,
      one.review.note,
      one.seconds,
      one.codebookVersion,
      one.at,
      one.isSettlement,
      inclusions.get(JSON.stringify([one.queueId, one.sessionId])) ?? 0,
      objectives.get(one.queueId) ?? null,
    ]),
  );
  await tx.appendRows(
    'review_mode',
    REVIEW_MODE,
    said.flatMap((one) =>
      one.review.failureModes.map((mode) => [
        ...place(one),
        mode.failureModeId,
        mode.severity,
        one.isSettlement,
      ]),
    ),
  );
}

interface VerdictTable {
  table: string;
  id: string;
  value: string;
}
const FINDING_VERDICT: VerdictTable = { table: 'finding_verdict', id: 'finding_id', value: 'verdict' };
const SESSION_VERDICT: VerdictTable = { table: 'session_verdict', id: 'session_id', value: 'failed' };

async function writeVerdicts(
  tx: Queries,
  { table, id, value }: VerdictTable,
  verdicts: Iterable<readonly [string, Verdict<string | boolean>]>,
): Promise<void> {
  const rows = [...verdicts].map(([key, { verdict, by, at }]) => [key, verdict, by, at]);
  if (rows.length > 0) await tx.appendRows(table, [id, value, 'judged_by', 'judged_at'], rows);
}

async function projectVerdicts(
  tx: Queries,
  into: VerdictTable,
  verdicts: ReadonlyMap<string, Verdict<string | boolean>>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(`DELETE FROM ${into.table} WHERE ${into.id} IN (SELECT unnest($1::VARCHAR[]))`, [ids]);
  await writeVerdicts(
    tx,
    into,
    ids.flatMap((id) => {
      const verdict = verdicts.get(id);
      return verdict ? [[id, verdict] as const] : [];
    }),
  );
}

async function writeCorrections(
  tx: Queries,
  corrections: readonly (readonly [string, CorrectionSay])[],
): Promise<void> {
  const judgements = corrections.map(([id, say]) => [id, say.state, say.by, say.at, say.isSetAside]);
  const assignments = corrections.flatMap(([id, say]) =>
    say.assignments.map((one) => [id, one.failureModeId, one.codebookVersion, one.author, one.at, one.seq]),
  );
  const codings = corrections.flatMap(([id, say]) =>
    say.codes.map((one) => [id, one.code, one.author, one.at, one.seq]),
  );
  if (judgements.length > 0) await tx.appendRows('judgement', JUDGEMENT, judgements);
  if (assignments.length > 0) await tx.appendRows('assignment', ASSIGNMENT, assignments);
  if (codings.length > 0) await tx.appendRows('coding', CODING, codings);
}

async function projectAnnotations(tx: Queries, annotations: readonly ImportedAnnotation[]): Promise<void> {
  await tx.run('DELETE FROM annotation');
  const rows = annotations.map(({ annotationId, annotation }) => [
    annotationId,
    asText(get(annotation, 'sessionId')),
    asText(get(annotation, 'spanId')),
    asText(get(annotation, 'kind')) ?? 'annotation',
    asText(get(annotation, 'author')),
    asText(get(annotation, 'at')),
    JSON.stringify(annotation),
  ]);
  if (rows.length > 0) await tx.appendRows('annotation', ANNOTATION, rows);
}
