/**
 * What an evaluation adds up to: pass rates by group and day, what changed against the evaluation before, and how far the
 * judge agrees with people. Groups are compared with all other sessions, and their p values adjusted for their number.
 */
import type { ObjectiveResults } from '../../shared/contract/objective';
import { bootstrapInterval, cohensKappa } from '../../shared/stats/agreement';
import { changePoint, compareProportions, holm, type Proportion } from '../../shared/stats/proportions';
import { wilson } from '../../shared/stats/wilson';
import { seededRandom } from '../corrections/seeded-random';
import type { Database } from '../workspace/database';
import { NotFound } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import type { EvaluationSay } from '../workspace/projection-state';
import { evaluationsOf, objectiveOf, summaryOf } from './objectives';

const groupsQuery = `
  WITH result AS (
    SELECT r.session_id, r.passed, s.import_id, s.source_id, s.model, s.feature, s.cohort, s.agent_version
    FROM objective_result AS r JOIN session AS s ON s.session_id = r.session_id WHERE r.run_id = $1
  ), long AS (
    SELECT 'import' AS kind, import_id AS value, passed FROM result
    UNION ALL SELECT 'source', source_id, passed FROM result
    UNION ALL SELECT 'model', model, passed FROM result
    UNION ALL SELECT 'feature', feature, passed FROM result
    UNION ALL SELECT 'cohort', cohort, passed FROM result
    UNION ALL SELECT 'agentVersion', agent_version, passed FROM result
  )
  SELECT kind, value, count(*) FILTER (passed)::INTEGER AS passed, count(passed)::INTEGER AS decided, count(*)::INTEGER AS n
  FROM long WHERE value IS NOT NULL
  GROUP BY kind, value
  QUALIFY row_number() OVER (PARTITION BY kind ORDER BY count(*) DESC, value) <= 50
  ORDER BY kind, n DESC, value`;

interface GroupRecord {
  kind: ObjectiveResults['groups'][number]['kind'];
  value: string;
  passed: number;
  decided: number;
  n: number;
}

const DAY_MS = 86_400_000;
const SEED = 1;

/** An evaluation of an objective, the latest without `runId`. Throws NotFound. */
export function evaluationOf(
  state: Projection,
  objectiveId: string,
  runId: string | undefined,
): EvaluationSay {
  objectiveOf(state, objectiveId);
  const all = evaluationsOf(state, objectiveId);
  const found = runId === undefined ? all[0] : all.find((one) => one.evaluation.runId === runId);
  if (!found) throw new NotFound('This objective has not been evaluated yet.');
  return found;
}

/** The results of an evaluation, the latest without `runId`. Throws NotFound. */
export async function objectiveResults(
  db: Database,
  state: Projection,
  { objectiveId, runId }: { objectiveId: string; runId?: string | undefined },
): Promise<ObjectiveResults> {
  const say = evaluationOf(state, objectiveId, runId);
  const summary = summaryOf(say);
  const all = evaluationsOf(state, objectiveId);
  const before = all[all.indexOf(say) + 1];
  const groups = await db.all<GroupRecord>(groupsQuery, [say.evaluation.runId]);
  const days = await trendOf(db, say.evaluation.runId);
  const change = changePoint(
    days.map((day) => day.passed),
    seededRandom(SEED),
  );
  const proportion = ({ passed }: { passed: { count: number; n: number } }): Proportion => passed;
  const previous = before ? summaryOf(before) : null;
  return {
    summary,
    groups: compareGroups(groups, proportion(summary)),
    trend: days.map((day) => ({ dayMs: day.dayMs, passed: wilson(day.passed.count, day.passed.n) })),
    change: change && {
      dayMs: days[change.at]?.dayMs ?? 0,
      before: wilson(change.before.count, change.before.n),
      after: wilson(change.after.count, change.after.n),
      p: change.p,
    },
    previous: previous && {
      summary: previous,
      comparison: compareProportions(proportion(previous), proportion(summary)),
    },
    judgeAgreement: await judgeAgreement(db, say),
  };
}

/** Each group against all sessions outside it, within its kind adjusted for the number of groups. */
function compareGroups(groups: readonly GroupRecord[], all: Proportion): ObjectiveResults['groups'] {
  const compared = groups.map((group) => ({
    group,
    against: compareProportions(
      { count: all.count - group.passed, n: all.n - group.decided },
      { count: group.passed, n: group.decided },
    ),
  }));
  return compared.map(({ group, against }) => {
    const beside = compared.filter((one) => one.group.kind === group.kind && one.against !== null);
    const adjusted = holm(beside.map((one) => one.against?.p ?? 1));
    const place = beside.findIndex((one) => one.group === group);
    return {
      kind: group.kind,
      value: group.value,
      passed: wilson(group.passed, group.decided),
      undecided: group.n - group.decided,
      against: against && { ...against, p: adjusted[place] ?? against.p },
    };
  });
}

async function trendOf(db: Database, runId: string): Promise<{ dayMs: number; passed: Proportion }[]> {
  const rows = await db.all<{ day: number; passed: number; decided: number }>(
    `SELECT (s.start_ns // 86400000000000)::INTEGER AS day, count(*) FILTER (r.passed)::INTEGER AS passed, count(r.passed)::INTEGER AS decided
     FROM objective_result AS r JOIN session AS s ON s.session_id = r.session_id
     WHERE r.run_id = $1 AND s.start_ns IS NOT NULL GROUP BY day ORDER BY day`,
    [runId],
  );
  return rows.map((row) => ({ dayMs: row.day * DAY_MS, passed: { count: row.passed, n: row.decided } }));
}

/** Cohen's kappa of the judge with what reviewers decided, on sessions both decided. */
async function judgeAgreement(
  db: Database,
  { evaluation }: EvaluationSay,
): Promise<ObjectiveResults['judgeAgreement']> {
  if (evaluation.judge === null) return null;
  const decided = await db.all<{ id: string; intent: string }>(
    "SELECT session_id AS id, intent FROM session_review WHERE intent <> 'unclear'",
  );
  const people = new Map(decided.map((row) => [row.id, row.intent === 'met']));
  const ratings = evaluation.judge.judgements.flatMap(({ sessionId, passed }) => {
    const person = people.get(sessionId);
    return passed === null || person === undefined ? [] : [[passed, person]];
  });
  const { value, items } = cohensKappa(ratings);
  const interval = bootstrapInterval(ratings, (drawn) => cohensKappa(drawn).value, seededRandom(SEED));
  return { kappa: value, items, ...interval };
}
