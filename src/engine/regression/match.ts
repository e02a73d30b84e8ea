/**
 * Which session of a new run belongs to which case: by the case's id or the session's old id where the run carries it,
 * else by how alike the users' words are, the best pair first and each session at most once.
 */
import type { RegressionCase } from '../../shared/model/regression';
import { hashedTrigrams, jaccard, type HashedSet } from '../../shared/text/similarity';
import type { Database } from '../workspace/database';

export interface Match {
  caseId: string;
  /** Null: no session of the run belongs to it. */
  sessionId: string | null;
  how: 'case id' | 'session id' | 'wording' | null;
  /** Trigram Jaccard of the users' words; 1 where ids decided. */
  similarity: number;
}

/**
 * Trigram Jaccard from which two runs are taken for runs of one request. A harness that repeats a request word for word is
 * at 1; a user who is played by a model words it anew. The lowest step at which no two tasks of tau-bench's fit half were
 * taken for one (`npm run eval -- case-matching`; docs/evaluation.md), since a wrong match is worse than none.
 */
export const LEAST_SIMILARITY = 0.45;

interface RunSession {
  sessionId: string;
  ids: string;
  words: string;
}

const sessionsQuery = `
  SELECT s.session_id AS "sessionId", s.session_id || ' ' || coalesce(s.feature, '') || ' ' || coalesce(s.cohort, '') || ' ' || coalesce(s.user_id, '') AS ids,
    coalesce((SELECT string_agg(t.user_text, chr(10) ORDER BY t.turn_no) FROM turn AS t WHERE t.session_id = s.session_id), '') AS words
  FROM session AS s
  WHERE $1::VARCHAR[] IS NULL OR EXISTS (SELECT 1 FROM span AS p WHERE p.session_id = s.session_id AND p.import_id IN (SELECT unnest($1::VARCHAR[])))
  ORDER BY s.session_id`;

/** Matches all cases to sessions of the named imports (null: of the whole workspace), in the order of the cases. */
export async function matchCases(
  db: Database,
  cases: readonly RegressionCase[],
  importIds: readonly string[] | null,
  least: number = LEAST_SIMILARITY,
): Promise<Match[]> {
  const sessions = await db.all<RunSession>(sessionsQuery, [importIds === null ? null : [...importIds]]);
  const matches = new Map<string, Match>();
  const taken = new Set<string>();
  const take = (caseId: string, sessionId: string, how: Match['how'], similarity: number): void => {
    matches.set(caseId, { caseId, sessionId, how, similarity });
    taken.add(sessionId);
  };
  for (const one of cases) {
    const byCase = sessions.find(
      (session) => !taken.has(session.sessionId) && session.ids.includes(one.caseId),
    );
    if (byCase) take(one.caseId, byCase.sessionId, 'case id', 1);
  }
  for (const one of cases) {
    const old = one.lineage.sessionId;
    if (matches.has(one.caseId) || taken.has(old)) continue;
    if (sessions.some((session) => session.sessionId === old)) take(one.caseId, old, 'session id', 1);
  }
  for (const pair of alikePairs(cases, sessions, least)) {
    if (!matches.has(pair.caseId) && !taken.has(pair.sessionId))
      take(pair.caseId, pair.sessionId, 'wording', pair.similarity);
  }
  return cases.map(
    (one) => matches.get(one.caseId) ?? { caseId: one.caseId, sessionId: null, how: null, similarity: 0 },
  );
}

/** Pairs at least so alike, the most alike first. A run may go on after the case ends, so its first words are compared too. */
function alikePairs(
  cases: readonly RegressionCase[],
  sessions: readonly RunSession[],
  least: number,
): { caseId: string; sessionId: string; similarity: number }[] {
  const runs = sessions.map((session) => ({
    sessionId: session.sessionId,
    whole: hashedTrigrams(session.words),
    words: session.words,
  }));
  const pairs = cases.flatMap((one) => {
    const words = userWords(one);
    const own = hashedTrigrams(words);
    return runs.flatMap((run) => {
      const similarity = Math.max(jaccard(own, run.whole), startSimilarity(own, run.words, words.length));
      return similarity >= least ? [{ caseId: one.caseId, sessionId: run.sessionId, similarity }] : [];
    });
  });
  return pairs.sort(
    (a, b) =>
      b.similarity - a.similarity ||
      (a.caseId < b.caseId ? -1 : a.caseId > b.caseId ? 1 : a.sessionId < b.sessionId ? -1 : 1),
  );
}

function startSimilarity(own: HashedSet, words: string, length: number): number {
  return words.length <= length ? 0 : jaccard(own, hashedTrigrams(words.slice(0, length)));
}

function userWords(one: RegressionCase): string {
  return one.input
    .filter((message) => message.role === 'user')
    .map((message) => message.text.slice(0, 2000))
    .join('\n');
}

/** Cases of a set that are nearly the same, most alike first: input and expectation compared by trigrams. */
export function nearDuplicates(
  cases: readonly RegressionCase[],
  least: number = 0.8,
): { first: string; second: string; similarity: number }[] {
  const sets = cases.map((one) => hashedTrigrams(`${userWords(one).slice(-4000)}\n${one.expectation}`));
  const found = [];
  for (let i = 0; i < cases.length; i++) {
    for (let j = i + 1; j < cases.length; j++) {
      const similarity = jaccard(sets[i] as HashedSet, sets[j] as HashedSet);
      if (similarity >= least)
        found.push({ first: cases[i]?.caseId ?? '', second: cases[j]?.caseId ?? '', similarity });
    }
  }
  return found.sort((a, b) => b.similarity - a.similarity);
}
