/**
 * Objectives and their evaluations: versions, running an evaluation, what each says. Owns the room's order of work;
 * evaluate.ts decides checks, judge.ts asks the model, results.ts does the statistics.
 */
import { randomUUID } from 'node:crypto';
import type { EvaluationSummary, ObjectiveSummary, OutcomeRow } from '../../shared/contract/objective';
import { combineChecks, type Check } from '../../shared/model/check';
import type { Evaluation, Judgement, Objective } from '../../shared/model/objective';
import { wilson } from '../../shared/stats/wilson';
import { BadInput, NotFound } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import type { EvaluationSay, ObjectiveSay } from '../workspace/projection-state';
import {
  asksOf,
  evaluateChecks,
  evaluateObjective,
  sessionsOf,
  sortOutcome,
  type EvaluationContext,
  type MaybeAsking,
} from './evaluate';
import { askJudge, rubricHash, type JudgeSettings } from './judge';
import { sessionTranscript } from './transcript';

/** An objective by id. Throws NotFound. */
export function objectiveOf(state: Projection, objectiveId: string): ObjectiveSay {
  const found = state.objectives.get(objectiveId);
  if (!found) throw new NotFound(`There is no objective ${objectiveId} in this workspace.`);
  return found;
}

/** The latest version of an objective. Throws NotFound. */
export function latestVersion(state: Projection, objectiveId: string): Objective {
  const latest = objectiveOf(state, objectiveId).versions.at(-1);
  if (!latest) throw new NotFound(`The objective ${objectiveId} has no version.`);
  return latest.objective;
}

export function summaryOf({ evaluation, at, author }: EvaluationSay): EvaluationSummary {
  const { runId, objectiveId, version, importIds, passedIds, failedIds, undecidedIds, judge } = evaluation;
  return {
    runId,
    objectiveId,
    version,
    at,
    author,
    importIds,
    sessions: passedIds.length + failedIds.length + undecidedIds.length,
    undecided: undecidedIds.length,
    passed: wilson(passedIds.length, passedIds.length + failedIds.length),
    judgeModel: judge?.model ?? null,
  };
}

/** Evaluations of an objective, latest first. */
export function evaluationsOf(state: Projection, objectiveId: string): EvaluationSay[] {
  return state.evaluations.filter((one) => one.evaluation.objectiveId === objectiveId).reverse();
}

/** All objectives with their latest evaluation, retired ones last. */
export function listObjectives(state: Projection, importIds: readonly string[]): ObjectiveSummary[] {
  return [...state.objectives.values()]
    .flatMap((say): ObjectiveSummary[] => {
      const last = say.versions.at(-1);
      if (!last) return [];
      const latest = evaluationsOf(state, last.objective.objectiveId)[0];
      return [
        {
          ...last,
          versions: say.versions.length,
          isRetired: say.isRetired,
          latest: latest ? summaryOf(latest) : null,
          isStale:
            latest !== undefined &&
            (latest.evaluation.version !== last.objective.version ||
              latest.evaluation.importIds.join() !== importIds.join()),
        },
      ];
    })
    .sort(
      (a, b) => Number(a.isRetired) - Number(b.isRetired) || a.objective.name.localeCompare(b.objective.name),
    );
}

/** Makes the next version after trying every check on no session at all, which finds bad queries and patterns. */
export async function nextVersion(
  context: EvaluationContext,
  state: Projection,
  draft: Omit<Objective, 'objectiveId' | 'version'> & { objectiveId: string | null },
): Promise<Objective> {
  await evaluateChecks(context, draft.checks, []);
  const { objectiveId, ...rest } = draft;
  if (objectiveId === null) return { objectiveId: randomUUID(), version: 1, ...rest };
  const { versions } = objectiveOf(state, objectiveId);
  const highest = Math.max(0, ...versions.map((one) => one.objective.version));
  return { objectiveId, version: highest + 1, ...rest };
}

/** Runs an evaluation. The judge is asked only about sessions that the other checks leave open. */
export async function runEvaluation(
  context: EvaluationContext,
  state: Projection,
  objective: Objective,
  importIds: readonly string[],
  options: { signal: AbortSignal; report: (step: string, share: number) => void },
): Promise<Evaluation> {
  const { signal, report } = options;
  const first = await evaluateObjective(context, objective, {
    signal,
    onProgress: (done, of) => {
      report('checks', done / of);
    },
  });
  const judges = objective.checks.flatMap((check, i) =>
    check.kind === 'judge' ? [{ check, place: i }] : [],
  );
  const { objectiveId, version } = objective;
  const base = { runId: randomUUID(), objectiveId, version, importIds: [...importIds] };
  if (judges.length === 0) return { ...base, ...sortOutcome(objective, first), judge: null };
  const settings = state.judge;
  if (settings === null)
    throw new BadInput(
      'This objective asks the local judge, which is off. Switch it on in its settings, or remove that check.',
    );
  const open = sortOutcome(objective, first).undecidedIds;
  const judgements = await judgeSessions(context, settings, judges, open, options);
  const results = new Map(first.results);
  for (const { sessionId, check, passed, reason } of judgements) {
    const result = results.get(sessionId)?.[check];
    if (result) Object.assign(result, { passed, reason: `the judge: ${reason}` });
  }
  return {
    ...base,
    ...sortOutcome(objective, { ...first, results }),
    judge: {
      model: settings.model,
      address: settings.address,
      rubricHash: rubricHash(judges.map(({ check }) => check.rubric).join('\n')),
      judgements,
    },
  };
}

async function judgeSessions(
  context: EvaluationContext,
  settings: JudgeSettings,
  judges: readonly { check: Extract<Check, { kind: 'judge' }>; place: number }[],
  sessionIds: readonly string[],
  { signal, report }: { signal: AbortSignal; report: (step: string, share: number) => void },
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const [i, sessionId] of sessionIds.entries()) {
    const transcript = await sessionTranscript(context, sessionId);
    for (const { check, place } of judges) {
      signal.throwIfAborted();
      const answer = await askJudge(settings, check.rubric, transcript, { signal });
      judgements.push({ sessionId, check: place, ...answer });
    }
    report('judge', (i + 1) / sessionIds.length);
  }
  return judgements;
}

/** What checks say of the named sessions now, with titles; in the order given. */
export async function outcomeRows(
  context: EvaluationContext,
  objective: Pick<Objective, 'combine' | 'checks'> & MaybeAsking,
  sessionIds: readonly string[],
  judgements: readonly Judgement[],
): Promise<OutcomeRow[]> {
  const results = await evaluateChecks(context, objective.checks, sessionIds, {
    judgements,
    asks: asksOf(objective),
  });
  const titles = await context.db.all<{ id: string; title: string }>(
    'SELECT session_id AS id, title FROM session WHERE session_id IN (SELECT unnest($1::VARCHAR[]))',
    [sessionIds],
  );
  const titleOf = new Map(titles.map((row) => [row.id, row.title]));
  return sessionIds.map((sessionId) => {
    const found = results.get(sessionId) ?? [];
    return {
      sessionId,
      title: titleOf.get(sessionId) ?? '',
      passed: combineChecks(
        found.map((one) => one.passed),
        objective.combine,
      ),
      results: found,
    };
  });
}

/** What the objectives in force say of one session they hold for. */
export async function objectivesOfSession(context: EvaluationContext, state: Projection, sessionId: string) {
  const found = [];
  for (const say of state.objectives.values()) {
    const objective = say.versions.at(-1)?.objective;
    if (!objective || say.isRetired) continue;
    const holds = await sessionsOf(context, { ...objective.appliesTo, sessionIds: [sessionId] });
    if (holds.length === 0) continue;
    const judged = evaluationsOf(state, objective.objectiveId).find(
      (one) => one.evaluation.version === objective.version,
    );
    const [row] = await outcomeRows(
      context,
      objective,
      [sessionId],
      judged?.evaluation.judge?.judgements ?? [],
    );
    if (row)
      found.push({
        objectiveId: objective.objectiveId,
        name: objective.name,
        decides: objective.decides,
        passed: row.passed,
        results: row.results,
      });
  }
  return found;
}
