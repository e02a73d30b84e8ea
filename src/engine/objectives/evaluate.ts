/**
 * Decides checks over sessions, set-based. Owns the temp table the checks run over; a check that cannot run says so of
 * every session rather than passing or failing any.
 */
import { combineChecks, type Check, type CheckResult } from '../../shared/model/check';
import type { Judgement, Objective } from '../../shared/model/objective';
import type { SessionFilter } from '../../shared/model/session';
import { paramsFor, whereOf } from '../trajectory/session-filter';
import { prepare } from '../trajectory/sessions';
import { importIds, wideSpans } from '../trajectory/wide-span';
import type { Database } from '../workspace/database';
import { BadInput } from '../workspace/problem';
import type { Queries } from '../workspace/queries';
import { compileCheck, type Asks, type CheckContext } from './compile-check';

export interface EvaluationContext {
  db: Database;
  importsDir: string;
}

/** What an objective says of the sessions it holds for. */
export interface Outcome {
  sessionIds: string[];
  /** By session: the result of every check, in order. */
  results: ReadonlyMap<string, CheckResult[]>;
}

/** The sessions a filter holds for, in order of id. */
export async function sessionsOf(context: EvaluationContext, filter: SessionFilter): Promise<string[]> {
  const { conditions, params } = await prepare(context, filter);
  const sql = `SELECT session_id AS id FROM session_found ${whereOf(conditions)} ORDER BY session_id`;
  const ids: string[] = [];
  await context.db.stream<{ id: string }>(sql, paramsFor(sql, params), (rows) => {
    for (const row of rows) ids.push(row.id);
  });
  return ids;
}

/**
 * Decides checks over the named sessions. Judge's checks take what `judgements` hold. Reports progress after each check;
 * throws the signal's reason when aborted, and BadInput with the check's place where a query or pattern cannot be used.
 */
export async function evaluateChecks(
  context: EvaluationContext,
  checks: readonly Check[],
  sessionIds: readonly string[],
  options: {
    judgements?: readonly Judgement[];
    /** The objective whose checks they are. */
    asks?: Asks;
    signal?: AbortSignal | undefined;
    onProgress?: (done: number, of: number) => void;
  } = {},
): Promise<ReadonlyMap<string, CheckResult[]>> {
  const { db, importsDir } = context;
  const results = new Map(
    sessionIds.map((id): [string, CheckResult[]] => [
      id,
      checks.map((check, i) => ({
        check: i,
        passed: null,
        spanId: null,
        reason: check.kind === 'judge' ? 'the judge has not been asked' : 'the session does not say',
      })),
    ]),
  );
  const wide: CheckContext = {
    wide: wideSpans(importsDir, await importIds(db)),
    asks: options.asks ?? null,
  };
  await db.transaction(async (tx) => {
    await tx.run('CREATE OR REPLACE TEMP TABLE frame (session_id VARCHAR)');
    await tx.appendRows(
      'frame',
      ['session_id'],
      sessionIds.map((id) => [id]),
    );
    for (const [i, check] of checks.entries()) {
      options.signal?.throwIfAborted();
      await runCheck(tx, wide, check, i, results, options.signal);
      options.onProgress?.(i + 1, checks.length);
    }
    await tx.run('DROP TABLE frame');
  });
  for (const { sessionId, check, passed, reason } of options.judgements ?? []) {
    const result = results.get(sessionId)?.[check];
    if (result) Object.assign(result, { passed, reason: `the judge: ${reason}` });
  }
  return results;
}

interface ResultRecord {
  session_id: string;
  passed: boolean | null;
  span_id: string | null;
  reason: string | null;
}

async function runCheck(
  tx: Queries,
  context: CheckContext,
  check: Check,
  place: number,
  results: ReadonlyMap<string, CheckResult[]>,
  signal?: AbortSignal,
): Promise<void> {
  const compiled = compileCheck(check, context);
  if (compiled === null) return;
  try {
    await tx.stream<ResultRecord>(
      compiled.sql,
      paramsFor(compiled.sql, compiled.params),
      (rows) => {
        for (const row of rows) {
          const result = results.get(row.session_id)?.[place];
          if (!result) continue;
          result.passed = row.passed;
          result.spanId = row.span_id;
          result.reason = (row.reason ?? '').slice(0, 500);
        }
      },
      undefined,
      signal,
    );
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new BadInput(`Check ${String(place + 1)} (${check.kind}) cannot be decided: ${message}`);
  }
}

/** An objective, or what of one is at hand before it is saved. */
export interface MaybeAsking {
  objectiveId?: string | undefined;
  decides?: Objective['decides'] | undefined;
}

/** The objective as its checks see it; one that is not saved yet is about the intent where it does not say. */
export function asksOf(objective: MaybeAsking): Asks {
  return { objectiveId: objective.objectiveId ?? null, decides: objective.decides ?? 'intent' };
}

/** Decides an objective over the sessions it holds for. */
export async function evaluateObjective(
  context: EvaluationContext,
  objective: Pick<Objective, 'appliesTo' | 'checks'> & MaybeAsking,
  options: Parameters<typeof evaluateChecks>[3] = {},
): Promise<Outcome> {
  const sessionIds = await sessionsOf(context, objective.appliesTo);
  const asks = asksOf(objective);
  return {
    sessionIds,
    results: await evaluateChecks(context, objective.checks, sessionIds, { ...options, asks }),
  };
}

/** Sorts sessions by what the checks say together. */
export function sortOutcome(
  objective: Pick<Objective, 'combine'>,
  { sessionIds, results }: Outcome,
): { passedIds: string[]; failedIds: string[]; undecidedIds: string[] } {
  const sorted = { passedIds: [] as string[], failedIds: [] as string[], undecidedIds: [] as string[] };
  for (const id of sessionIds) {
    const passed = combineChecks(
      (results.get(id) ?? []).map((one) => one.passed),
      objective.combine,
    );
    (passed === null ? sorted.undecidedIds : passed ? sorted.passedIds : sorted.failedIds).push(id);
  }
  return sorted;
}
