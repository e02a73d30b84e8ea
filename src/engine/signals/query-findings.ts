/**
 * Runs detectors that are written in SQL: the views with the sessions at hand around the detector's SELECT, and its rows
 * as findings. Owns the text of that query; must not judge whether a query may run (see check-query.ts).
 */
import type { Store } from '../workspace/queries';
import type { SqlValue } from '../workspace/sql-values';
import type { FindingInput } from './detector';
import { viewExpressions } from './views';
import { textList } from '../workspace/sql-values';

/** A query may find this much; more is a mistake in it. */
const MAX_FOUND = 500_000;
/** Findings a detector may make in one session. */
export const MAX_PER_SESSION = 1_000;

export interface QueryDetector {
  select: string;
  /** Bound by name. */
  parameters: Readonly<Record<string, SqlValue>>;
  /** Part of the program: returns severity and evidence. */
  isOwn: boolean;
}

export interface QueryFinding extends FindingInput {
  sessionId: string;
}

interface FoundRecord {
  sessionId: string;
  spanId: string;
  turnNo: number;
  reason: string;
  severity: number;
  evidence: string[];
}

/** Findings in the named sessions (null: in all), in order of session and place. Throws what DuckDB throws. */
export async function findQuery(
  db: Store,
  detector: QueryDetector,
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<QueryFinding[]> {
  const hasSeverity = detector.isOwn || (await returns(db, detector, 'severity', signal));
  const params: Record<string, SqlValue> = { ...detector.parameters };
  if (sessionIds !== null) params['inspected_session_ids'] = textList(sessionIds);
  const found: QueryFinding[] = [];
  await db.stream<FoundRecord>(
    `${withViews(detector, sessionIds !== null)}
     SELECT f.session_id::VARCHAR AS "sessionId", f.span_id::VARCHAR AS "spanId", s.turn_no AS "turnNo", left(f.reason::VARCHAR, 1000) AS reason,
       ${hasSeverity ? 'greatest(1, least(4, coalesce(try_cast(f.severity AS INTEGER), 2)))' : '2'} AS severity,
       ${detector.isOwn ? 'f.evidence' : '[]::VARCHAR[]'} AS evidence
     FROM found AS f JOIN span AS s ON s.session_id = f.session_id::VARCHAR AND s.span_id = f.span_id::VARCHAR
     WHERE f.reason IS NOT NULL
     QUALIFY row_number() OVER (PARTITION BY f.session_id ORDER BY s.position) <= ${String(MAX_PER_SESSION)}
     ORDER BY f.session_id, s.position
     LIMIT ${String(MAX_FOUND + 1)}`,
    params,
    (rows) => {
      for (const { spanId, evidence, severity, ...row } of rows) {
        const more = evidence.filter((id) => id !== spanId);
        found.push({ ...row, severity: severity as FindingInput['severity'], evidence: [spanId, ...more] });
      }
    },
    undefined,
    signal,
  );
  if (found.length > MAX_FOUND)
    throw new Error(`The query found more than ${String(MAX_FOUND)} rows; a signal is rarer than that.`);
  return found;
}

function withViews(detector: QueryDetector, isNarrowed: boolean): string {
  const only = isNarrowed ? 's.session_id IN (SELECT unnest($inspected_session_ids::VARCHAR[]))' : null;
  // Those of the program name every column they read; others may say *.
  const views = viewExpressions(only, detector.isOwn ? detector.select : null);
  // The line break ends a comment the query may end with.
  return `WITH ${views}, found AS (${detector.select.replace(/;\s*$/, '')}\n)`;
}

async function returns(
  db: Store,
  detector: QueryDetector,
  column: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await db.all(
      `${withViews(detector, true)} SELECT f.${column} FROM found AS f LIMIT 0`,
      { ...detector.parameters, inspected_session_ids: textList([]) },
      undefined,
      signal,
    );
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
