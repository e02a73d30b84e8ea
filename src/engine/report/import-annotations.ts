/**
 * Takes exported corrections, annotations and findings (JSONL) back in. What is known already is not doubled; what this
 * workspace has no session for, or what contradicts the analyst's own word, is kept as an imported annotation beside it.
 * The lines become acts with their own author and time; nothing an analyst did is overwritten.
 */
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { FailureMode } from '../../shared/model/codebook';
import type { Act } from '../../shared/model/journal';
import { isoToNs } from '../../shared/trace/time';
import { defaultLimits } from '../intake/limits';
import { parseRecord } from '../intake/parse-record';
import { splitLines } from '../intake/split-lines';
import { annotationIdOf } from '../workspace/annotation-id';
import type { Database } from '../workspace/database';
import { BadInput } from '../workspace/problem';
import type { Projection } from '../workspace/projection';

const place = {
  correctionId: z.string().nullish(),
  sessionId: z.string().nullish(),
  spanId: z.string().nullish(),
};
const recordSchema = z.discriminatedUnion('record', [
  z.looseObject({
    record: z.literal('faultline.correction'),
    ...place,
    correctionId: z.string(),
    state: z.enum(['proposed', 'confirmed', 'rejected']),
    isSetAside: z.boolean(),
    failureModeIds: z.array(z.string()),
    failureModes: z.array(z.string()),
    codebookVersion: z.number().int().nullish(),
    sortedBy: z.string().nullish(),
    sortedAt: z.string().nullish(),
  }),
  z.looseObject({
    record: z.literal('faultline.annotation'),
    ...place,
    annotationId: z.string(),
    kind: z.string(),
    value: z.string().nullish(),
    valueName: z.string().nullish(),
    codebookVersion: z.number().int().nullish(),
    author: z.string().nullish(),
    at: z.string().nullish(),
  }),
  z.looseObject({
    record: z.literal('faultline.finding'),
    ...place,
    findingId: z.string(),
    signal: z.string(),
  }),
]);
type AnnotationRecord = z.infer<typeof recordSchema>;

export interface TakenIn {
  entries: { acts: Act[]; author: string; at: string | null }[];
  /** Failure modes the records name that the codebook does not have, by id. */
  missingModes: Pick<FailureMode, 'id' | 'name'>[];
  counts: { read: number; added: number; known: number; unmatched: number };
}

async function readRecords(path: string): Promise<{ line: number; record: AnnotationRecord }[]> {
  const records: { line: number; record: AnnotationRecord }[] = [];
  for await (const line of splitLines(createReadStream(path) as AsyncIterable<Buffer>, 16 * 1024 * 1024)) {
    if ('tooLong' in line)
      throw new BadInput(`Line ${String(line.line)} is longer than 16 MB; this is no export of Faultline.`);
    if (line.bytes.toString('utf8').trim() === '') continue;
    const parsed = parseRecord(line.bytes, defaultLimits);
    if (!parsed.ok)
      throw new BadInput(`Line ${String(line.line)} cannot be read: ${parsed.reason}. Nothing was taken in.`);
    const record = recordSchema.safeParse(parsed.value);
    if (!record.success) {
      const issue = record.error.issues[0];
      const where = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
      throw new BadInput(
        `Line ${String(line.line)} is no correction, annotation or finding of Faultline${where}. Nothing was taken in.`,
      );
    }
    records.push({ line: line.line, record: record.data });
  }
  return records;
}

interface Known {
  spans: ReadonlySet<string>;
  corrections: ReadonlySet<string>;
  findings: ReadonlySet<string>;
}

async function knownThings(db: Database, records: readonly { record: AnnotationRecord }[]): Promise<Known> {
  const sessions = [
    ...new Set(
      records.flatMap(({ record }) => (typeof record.sessionId === 'string' ? [record.sessionId] : [])),
    ),
  ];
  const spans = await db.all<{ session_id: string; span_id: string }>(
    "SELECT session_id, span_id FROM span WHERE kind = 'user' AND list_contains($1, session_id)",
    [sessions],
  );
  const corrections = await db.all<{ id: string }>(
    'SELECT correction_id AS id FROM correction WHERE list_contains($1, session_id)',
    [sessions],
  );
  const findings = await db.all<{ id: string }>(
    'SELECT finding_id AS id FROM finding WHERE list_contains($1, session_id)',
    [sessions],
  );
  return {
    spans: new Set(spans.map((row) => `${row.session_id}\0${row.span_id}`)),
    corrections: new Set(corrections.map((row) => row.id)),
    findings: new Set(findings.map((row) => row.id)),
  };
}

/** What a record says of a correction, one statement at a time. */
type Statement =
  | { verdict: 'confirmed' | 'rejected' }
  | { setAside: true }
  | { failureModeId: string; name: string; version: number };

function statementsOf(record: AnnotationRecord): Statement[] {
  if (record.record === 'faultline.finding') return [];
  if (record.record === 'faultline.annotation') {
    if (record.kind === 'verdict' && (record.value === 'confirmed' || record.value === 'rejected'))
      return [{ verdict: record.value }];
    if (record.kind === 'set-aside') return [{ setAside: true }];
    if (record.kind === 'failure-mode' && typeof record.value === 'string') {
      return [
        {
          failureModeId: record.value,
          name: record.valueName ?? record.value,
          version: record.codebookVersion ?? 1,
        },
      ];
    }
    return [];
  }
  const verdict: Statement[] = record.state === 'proposed' ? [] : [{ verdict: record.state }];
  const modes = record.failureModeIds.map((failureModeId, i) => ({
    failureModeId,
    name: record.failureModes[i] ?? failureModeId,
    version: record.codebookVersion ?? 1,
  }));
  return [...verdict, ...modes, ...(record.isSetAside ? [{ setAside: true as const }] : [])];
}

function actOf(correctionId: string, statement: Statement): Act {
  const correctionIds = [correctionId];
  if ('verdict' in statement) return { type: 'correction.judged', correctionIds, verdict: statement.verdict };
  if ('setAside' in statement) return { type: 'correction.set-aside', correctionIds, isSetAside: true };
  return {
    type: 'correction.assigned',
    correctionIds,
    failureModeId: statement.failureModeId,
    codebookVersion: statement.version,
    mode: 'add',
  };
}

/** Whether the workspace says the same already, says nothing, or says otherwise. */
function compare(state: Projection, correctionId: string, statement: Statement): 'same' | 'new' | 'other' {
  const say = state.correction(correctionId);
  if ('verdict' in statement)
    return say.state === null ? 'new' : say.state === statement.verdict ? 'same' : 'other';
  if ('setAside' in statement) return say.isSetAside ? 'same' : 'new';
  if (say.assignments.some((one) => one.failureModeId === statement.failureModeId)) return 'same';
  return say.state === 'rejected' ? 'other' : 'new';
}

/** Reads a file and says what to append to the journal. Throws BadInput, naming the line, when it is no such export. */
export async function importAnnotations(
  db: Database,
  state: Projection,
  path: string,
  author: string,
): Promise<TakenIn> {
  const records = await readRecords(path);
  const known = await knownThings(db, records);
  const sourceName = path.split(/[/\\]/).pop() ?? path;
  const taken: TakenIn = {
    entries: [],
    missingModes: [],
    counts: { read: records.length, added: 0, known: 0, unmatched: 0 },
  };
  const modes = new Set(state.codebooks.at(-1)?.failureModes.map((mode) => mode.id) ?? []);
  const heldIds = new Set(state.annotations.map((one) => one.annotationId));
  const beside: Record<string, unknown>[] = [];
  for (const { record } of records) {
    const isHere =
      known.spans.has(`${record.sessionId ?? ''}\0${record.spanId ?? ''}`) &&
      typeof record.correctionId === 'string';
    const statements = statementsOf(record);
    if (record.record === 'faultline.finding' && known.findings.has(record.findingId))
      taken.counts.known += 1;
    else if (
      record.record === 'faultline.correction' &&
      statements.length === 0 &&
      known.corrections.has(record.correctionId)
    )
      taken.counts.known += 1;
    else if (!isHere || (statements.length === 0 && record.record !== 'faultline.correction')) {
      beside.push(record);
    } else {
      const acts = actsOf(record, statements, { state, known, modes, missing: taken.missingModes, beside });
      if (acts.length === 0) taken.counts.known += 1;
      else {
        taken.counts.added += 1;
        const by =
          record.record === 'faultline.correction'
            ? record.sortedBy
            : record.record === 'faultline.annotation'
              ? record.author
              : null;
        const at =
          record.record === 'faultline.correction'
            ? record.sortedAt
            : record.record === 'faultline.annotation'
              ? record.at
              : null;
        taken.entries.push({
          acts,
          author: by ?? author,
          at: at !== null && at !== undefined && isoToNs(at) !== null ? at : null,
        });
      }
    }
  }
  keepBeside(taken, beside, heldIds, sourceName, author);
  return taken;
}

interface Mapping {
  state: Projection;
  known: Known;
  modes: Set<string>;
  missing: TakenIn['missingModes'];
  beside: Record<string, unknown>[];
}

function actsOf(record: AnnotationRecord, statements: readonly Statement[], mapping: Mapping): Act[] {
  const { state, known, modes, missing, beside } = mapping;
  const correctionId = record.correctionId ?? '';
  const acts: Act[] = [];
  if (!known.corrections.has(correctionId)) {
    const isAdded = state.addedCorrections.some(
      (one) => one.sessionId === record.sessionId && one.spanId === record.spanId,
    );
    if (!isAdded)
      acts.push({ type: 'correction.added', sessionId: record.sessionId ?? '', spanId: record.spanId ?? '' });
  }
  for (const statement of statements) {
    const relation = compare(state, correctionId, statement);
    if (relation === 'new') {
      acts.push(actOf(correctionId, statement));
      if ('failureModeId' in statement && !modes.has(statement.failureModeId)) {
        modes.add(statement.failureModeId);
        missing.push({ id: statement.failureModeId, name: statement.name });
      }
    } else if (relation === 'other') beside.push(record);
  }
  return acts;
}

/** Records that cannot be laid onto this workspace are kept whole, once each. */
function keepBeside(
  taken: TakenIn,
  beside: readonly Record<string, unknown>[],
  held: Set<string>,
  sourceName: string,
  author: string,
): void {
  const fresh: Record<string, unknown>[] = [];
  for (const record of beside) {
    const key = annotationIdOf(record);
    if (held.has(key)) taken.counts.known += 1;
    else {
      held.add(key);
      taken.counts.unmatched += 1;
      fresh.push(record);
    }
  }
  if (fresh.length > 0) {
    taken.entries.push({
      acts: [{ type: 'annotation.imported', annotations: fresh, sourceName }],
      author,
      at: null,
    });
  }
}
