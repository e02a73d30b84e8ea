/**
 * The gate: runs of the cases of a set are matched and decided, and the pass rate is held against the set's baseline.
 * A case without a session, or whose check cannot decide it, never counts as passed.
 */
import type { GateVerdict } from '../../shared/contract/regression';
import { combineChecks, type Check, type CheckResult } from '../../shared/model/check';
import type { Baseline, GateRule, RegressionCase, RegressionSet } from '../../shared/model/regression';
import { compareProportions } from '../../shared/stats/proportions';
import { wilson } from '../../shared/stats/wilson';
import { evaluateChecks, type EvaluationContext } from '../objectives/evaluate';
import { missingSignals } from '../signals/coverage';
import { matchCases, type Match } from './match';

export interface GateOptions {
  /** Imports that hold the new run; null: the whole workspace. */
  importIds: readonly string[] | null;
  /** Largest drop of the pass rate that is let through, as a share. */
  maxDrop: number;
  rule: GateRule;
  /** In place of the set's own; null: the set's own. */
  baseline: Baseline | null;
}

/** Decides whether a run passes the gate. */
export async function runGate(
  context: EvaluationContext,
  set: RegressionSet,
  options: GateOptions,
): Promise<GateVerdict> {
  const matches = await matchCases(context.db, set.cases, options.importIds);
  const cases: GateVerdict['cases'] = [];
  const baseline = options.baseline ?? set.baseline;
  const before = new Map((baseline?.results ?? []).map((one) => [one.caseId, one.passed]));
  const decided = await decideCases(context, set.cases, matches);
  for (const [i, one] of set.cases.entries()) {
    const match = matches[i];
    const sessionId = match?.sessionId ?? null;
    const results = decided.get(one.caseId) ?? [];
    const passed = combineChecks(
      results.map((result) => result.passed),
      one.combine,
    );
    cases.push({
      caseId: one.caseId,
      name: one.name,
      failureModeName: one.failureModeName,
      severity: one.severity,
      split: one.split,
      sessionId,
      matchedBy: match?.how ?? null,
      similarity: match?.similarity ?? 0,
      passed: sessionId === null ? null : passed,
      before: before.has(one.caseId) ? (before.get(one.caseId) ?? null) : null,
      results,
      sourcePath: one.lineage.sourcePath,
      line: one.lineage.line,
    });
  }
  const verdict = verdictOf(set, cases, baseline, options);
  // A check of findings passes where nothing was looked for.
  const incomplete = await missingSignals(context.db);
  return incomplete === null ? verdict : { ...verdict, reason: `${verdict.reason} ${incomplete}` };
}

/** What the checks say of each matched case. Cases that ask the same are decided together: one query a check, not a case. */
async function decideCases(
  context: EvaluationContext,
  cases: readonly RegressionCase[],
  matches: readonly Match[],
): Promise<ReadonlyMap<string, CheckResult[]>> {
  const groups = new Map<string, { checks: Check[]; sessions: Map<string, string> }>();
  for (const [i, { caseId, checks }] of cases.entries()) {
    const sessionId = matches[i]?.sessionId ?? null;
    if (sessionId === null) continue;
    const key = JSON.stringify(checks);
    const group = groups.get(key) ?? { checks, sessions: new Map<string, string>() };
    group.sessions.set(caseId, sessionId);
    groups.set(key, group);
  }
  const decided = new Map<string, CheckResult[]>();
  for (const { checks, sessions } of groups.values()) {
    const results = await evaluateChecks(context, checks, [...new Set(sessions.values())]);
    for (const [caseId, sessionId] of sessions) decided.set(caseId, results.get(sessionId) ?? []);
  }
  return decided;
}

function verdictOf(
  set: RegressionSet,
  cases: GateVerdict['cases'],
  baseline: Baseline | null,
  { maxDrop, rule }: GateOptions,
): GateVerdict {
  const matched = cases.filter((one) => one.sessionId !== null);
  const passed = wilson(matched.filter((one) => one.passed === true).length, matched.length);
  const own = new Set(set.cases.map((one) => one.caseId));
  const known = (baseline?.results ?? []).filter((one) => own.has(one.caseId));
  // Without a baseline every case is expected to pass: a gate with nothing to compare with must not wave runs through.
  const expected = baseline
    ? wilson(known.filter((one) => one.passed === true).length, known.length)
    : wilson(matched.length, matched.length);
  const compared = compareProportions(expected, passed);
  const drop = expected.share === null || passed.share === null ? null : expected.share - passed.share;
  const measured = { point: drop, surely: compared && -compared.high, possibly: compared && -compared.low };
  const judged = measured[rule];
  const isOpen = judged !== null && judged <= maxDrop;
  return {
    setId: set.setId,
    setName: set.name,
    version: set.version,
    isOpen,
    reason: reasonOf({
      judged,
      maxDrop,
      rule,
      hasBaseline: baseline !== null,
      matched: matched.length,
      total: cases.length,
    }),
    maxDrop,
    rule,
    baselineName: baseline?.name ?? null,
    expected,
    passed,
    drop,
    dropLow: compared && -compared.high,
    dropHigh: compared && -compared.low,
    unmatched: cases.length - matched.length,
    undecided: matched.filter((one) => one.passed === null).length,
    cases,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

function reasonOf(about: {
  judged: number | null;
  maxDrop: number;
  rule: GateRule;
  hasBaseline: boolean;
  matched: number;
  total: number;
}): string {
  if (about.total === 0) return 'The set holds no cases, so there is nothing to go by.';
  if (about.matched === 0) return 'No session of the run belongs to any case, so there is nothing to go by.';
  if (about.judged === null)
    return 'The baseline decided no case of this set, so there is nothing to compare with.';
  const what = {
    point: 'The pass rate dropped by',
    surely: 'The pass rate dropped, with 95% confidence, by at least',
    possibly: 'The pass rate may have dropped, with 95% confidence, by up to',
  }[about.rule];
  const against = about.hasBaseline ? 'the baseline' : 'all passing, for want of a baseline';
  return `${what} ${percent(Math.max(0, about.judged))} against ${against}; ${percent(about.maxDrop)} is let through.`;
}

/** The results of a verdict as a baseline for runs to come. */
export function baselineOf(verdict: GateVerdict, name: string, at: string): Baseline {
  return {
    at,
    name,
    results: verdict.cases.flatMap(({ caseId, passed, sessionId }) =>
      sessionId === null ? [] : [{ caseId, passed }],
    ),
  };
}
