/**
 * What people said of sessions and spans follows them into the sessions that later imports join them with. Owns finding out where
 * things went; what that means for each act is the workspace room's (carried-act.ts). The journal is never rewritten.
 */
import type { Act, Fact, SaidKind } from '../shared/model/journal';
import { correctionIdOf } from './corrections/correction-id';
import { carriedFact, type Carrying } from './workspace/carried-act';
import type { Projection } from './workspace/projection';
import { PROGRAM_AUTHOR } from './workspace/projection';
import type { Queries } from './workspace/queries';
import { shortHash } from './workspace/short-hash';
import type { Workspace } from './workspace/workspace';

interface Place {
  sessionId: string;
  spanId: string;
}

/** The ids that facts name. */
function namedIn(facts: Iterable<Fact>) {
  const named = {
    sessions: new Set<string>(),
    spans: new Map<string, Place>(),
    corrections: new Set<string>(),
    findings: new Set<string>(),
  };
  const noting = (ids: Set<string>) => (id: string) => {
    ids.add(id);
    return id;
  };
  const collect: Carrying = {
    signature: '',
    session: noting(named.sessions),
    span: (sessionId, spanId) => {
      named.sessions.add(sessionId);
      named.spans.set(JSON.stringify([sessionId, spanId]), { sessionId, spanId });
      return { sessionId, spanId };
    },
    correction: noting(named.corrections),
    finding: noting(named.findings),
    joinedAt: () => null,
  };
  for (const fact of facts) carriedFact(fact, collect);
  return named;
}

/** Sessions to the one they are in now, followed to the end; those that are still there are left out. */
async function movedSessions(
  db: Queries,
): Promise<{ ends: Map<string, string>; origins: Map<string, string[]> }> {
  const rows = await db.all<{ from_id: string; to_id: string; is_there: boolean }>(
    `SELECT session_id AS from_id, arg_max(moved_to, {spans: span_count, moved_to: moved_to}) AS to_id,
       session_id IN (SELECT session_id FROM session) AS is_there
     FROM moved_session GROUP BY session_id`,
  );
  const next = new Map(rows.map((row) => [row.from_id, row.to_id]));
  const isThere = new Set(rows.filter((row) => row.is_there).map((row) => row.from_id));
  const ends = new Map<string, string>();
  const origins = new Map<string, string[]>();
  for (const from of next.keys()) {
    let to = from;
    const seen = new Set<string>();
    while (next.has(to) && !seen.has(to) && (to === from || !isThere.has(to))) {
      seen.add(to);
      to = next.get(to) ?? to;
    }
    if (to === from) continue;
    if (!isThere.has(from)) ends.set(from, to);
    origins.set(to, [...(origins.get(to) ?? []), from]);
  }
  return { ends, origins };
}

/** Where spans that are left out stand, by session and span id; followed one step. */
async function standings(db: Queries): Promise<Map<string, Place>> {
  const rows = await db.all<{ s: string; p: string; to_s: string; to_p: string }>(
    'SELECT session_id AS s, span_id AS p, standing_session_id AS to_s, standing_span_id AS to_p FROM standing',
  );
  return new Map(
    rows.map((row) => [JSON.stringify([row.s, row.p]), { sessionId: row.to_s, spanId: row.to_p }]),
  );
}

/** The sessions in which the spans of an id are. */
async function homesOf(db: Queries, spanIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows =
    spanIds.length === 0
      ? []
      : await db.all<{ span_id: string; session_id: string }>(
          'SELECT DISTINCT span_id, session_id FROM span WHERE span_id IN (SELECT unnest($1::VARCHAR[]))',
          [[...new Set(spanIds)]],
        );
  const homes = new Map<string, Set<string>>();
  for (const { span_id, session_id } of rows)
    homes.set(span_id, (homes.get(span_id) ?? new Set()).add(session_id));
  return homes;
}

/** The ways from a place, as people may have named it, to where it is. */
class Ways {
  constructor(
    private readonly moved: Awaited<ReturnType<typeof movedSessions>>,
    private readonly standing: ReadonlyMap<string, Place>,
    private readonly targets: ReadonlyMap<string, readonly string[]>,
    private readonly homes: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  session(sessionId: string): string {
    return this.moved.ends.get(sessionId) ?? sessionId;
  }

  span(sessionId: string, spanId: string): Place {
    let at = { sessionId, spanId };
    for (const seen = new Set<string>(); ;) {
      const name = JSON.stringify([at.sessionId, at.spanId]);
      if (seen.has(name)) return at;
      seen.add(name);
      const homes = this.homes.get(at.spanId);
      if (homes?.has(at.sessionId) === true) return at;
      const stands = this.standing.get(name);
      const to = this.targets.get(at.sessionId)?.find((target) => homes?.has(target) === true);
      const moved = to ?? this.moved.ends.get(at.sessionId);
      if (stands) at = stands;
      else if (moved === undefined) return at;
      else at = { ...at, sessionId: moved };
    }
  }

  /** The sessions a place in this session may have been named by. */
  namesOf(sessionId: string): string[] {
    return [sessionId, ...(this.moved.origins.get(sessionId) ?? [])];
  }
}

/** Ids of corrections as people named them, to those of today. */
async function correctionWays(
  db: Queries,
  ways: Ways,
  standing: ReadonlyMap<string, Place>,
  named: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (named.size === 0) return found;
  const spans = await db.all<{ s: string; p: string }>(
    `SELECT session_id AS s, span_id AS p FROM span WHERE kind = 'user' AND session_id IN (
       SELECT moved_to FROM moved_session UNION SELECT standing_session_id FROM standing)`,
  );
  const left = [...standing.keys()].map((name) => {
    const [s = '', p = ''] = JSON.parse(name) as string[];
    return { s, p };
  });
  for (const { s, p } of [...spans, ...left])
    for (const name of ways.namesOf(s)) {
      const id = correctionIdOf(name, p);
      if (!named.has(id)) continue;
      const to = ways.span(s, p);
      const today = correctionIdOf(to.sessionId, to.spanId);
      if (today !== id) found.set(id, today);
    }
  return found;
}

/** Ids of findings as people named them, to those of today: the same signal on the same evidence. */
async function findingWays(
  db: Queries,
  ways: Ways,
  standing: ReadonlyMap<string, Place>,
  named: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (named.size === 0) return found;
  const before = new Map(
    [...standing].map(([name, to]) => [
      JSON.stringify([to.sessionId, to.spanId]),
      (JSON.parse(name) as string[])[1] ?? to.spanId,
    ]),
  );
  const findings = await db.all<{ id: string; signal: string; s: string; evidence: string[] }>(
    `SELECT finding_id AS id, signal, session_id AS s, evidence FROM finding WHERE session_id IN (
       SELECT moved_to FROM moved_session UNION SELECT standing_session_id FROM standing)`,
  );
  for (const { id, signal, s, evidence } of findings) {
    const asLeftOut = evidence.map((span) => before.get(JSON.stringify([s, span])) ?? span);
    for (const name of ways.namesOf(s))
      for (const spans of [evidence, asLeftOut]) {
        const old = shortHash([signal, name, ...spans].join('\0'));
        if (old !== id && named.has(old)) found.set(old, id);
      }
  }
  return found;
}

/** When people were told of what was joined into each session. */
function timesOfJoining(facts: Iterable<Fact>): Map<string, string> {
  const times = new Map<string, string>();
  for (const { act, at } of facts)
    if (act.type === 'session.joined') for (const { toId } of act.sessions) times.set(toId, at);
  return times;
}

/**
 * Where the things that facts name went, as an index has it; null where everything is where it was. Findings are found once the signals
 * have been looked for.
 */
export async function readCarrying(db: Queries, facts: Iterable<Fact>): Promise<Carrying | null> {
  const any =
    'SELECT 1 AS some FROM (SELECT true FROM moved_session UNION ALL SELECT true FROM standing) LIMIT 1';
  if (!(await db.one(any))) return null;
  const list = [...facts];
  const named = namedIn(list);
  const moved = await movedSessions(db);
  const standing = await standings(db);
  const pairs = await db.all<{ from_id: string; to_id: string }>(
    'SELECT session_id AS from_id, moved_to AS to_id FROM moved_session ORDER BY span_count DESC, moved_to',
  );
  const targets = new Map<string, string[]>();
  for (const { from_id, to_id } of pairs) targets.set(from_id, [...(targets.get(from_id) ?? []), to_id]);
  const spanIds = [...named.spans.values()].map(({ spanId }) => spanId);
  const homes = await homesOf(db, [...spanIds, ...[...standing.values()].map(({ spanId }) => spanId)]);
  const ways = new Ways(moved, standing, targets, homes);
  const corrections = await correctionWays(db, ways, standing, named.corrections);
  const findings = await findingWays(db, ways, standing, named.findings);
  const times = timesOfJoining(list);
  return {
    signature: JSON.stringify([
      [...named.sessions].map((id) => ways.session(id)),
      [...named.spans.values()].map(({ sessionId, spanId }) => ways.span(sessionId, spanId)),
      [...corrections],
      [...findings],
      [...times],
    ]),
    session: (id) => ways.session(id),
    span: (sessionId, spanId) => ways.span(sessionId, spanId),
    correction: (id) => corrections.get(id) ?? id,
    finding: (id) => findings.get(id) ?? id,
    joinedAt: (id) => times.get(id) ?? null,
  };
}

/** Of what people said, how much of each kind goes elsewhere by now, and from which session into which. */
export function whatIsCarried(
  state: Projection,
  carrying: Carrying,
): Pick<Extract<Act, { type: 'session.joined' }>, 'sessions' | 'carried'> {
  const counts = new Map<SaidKind, number>();
  const pairs = new Map<string, string>();
  const inSession = (what: SaidKind, fromId: string, spanId?: string | null): void => {
    const toId =
      typeof spanId === 'string' ? carrying.span(fromId, spanId).sessionId : carrying.session(fromId);
    const isOther = typeof spanId === 'string' && carrying.span(fromId, spanId).spanId !== spanId;
    if (toId === fromId && !isOther) return;
    if (toId !== fromId) pairs.set(fromId, toId);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  };
  const byId = (what: SaidKind, ids: Iterable<string>, to: (id: string) => string): void => {
    const count = [...ids].filter((id) => to(id) !== id).length;
    if (count > 0) counts.set(what, (counts.get(what) ?? 0) + count);
  };
  for (const one of state.reviews.values()) inSession('review', one.sessionId);
  for (const one of state.settlements) inSession('decision on a disagreement', one.sessionId);
  for (const { queue } of state.queues)
    for (const item of queue.items) inSession('item of a queue', item.sessionId);
  for (const id of state.sessionVerdicts.keys()) inSession('verdict on a session', id);
  byId('verdict on a finding', state.findingVerdicts.keys(), carrying.finding);
  byId('correction judged or sorted', state.corrections.keys(), carrying.correction);
  for (const one of state.addedCorrections) inSession('correction added by hand', one.sessionId, one.spanId);
  for (const { annotation } of state.annotations)
    if (typeof annotation['sessionId'] === 'string')
      inSession(
        'annotation',
        annotation['sessionId'],
        typeof annotation['spanId'] === 'string' ? annotation['spanId'] : null,
      );
  for (const { versions } of state.regressionSets.values())
    for (const { lineage } of versions.at(-1)?.set.cases ?? [])
      inSession('regression case', lineage.sessionId, lineage.spanId);
  for (const { evaluation } of state.evaluations)
    for (const id of [...evaluation.passedIds, ...evaluation.failedIds, ...evaluation.undecidedIds])
      inSession('result of an evaluation', id);
  return {
    sessions: [...pairs].map(([fromId, toId]) => ({ fromId, toId })),
    carried: [...counts].map(([what, count]) => ({ what, count })),
  };
}

/** Takes what people said to where it belongs by the index as it is; gives whether anything moved. */
export function carryOver(workspace: Workspace): Promise<boolean> {
  return workspace.carryOver((db, state) => readCarrying(db, state.facts));
}

/** As carryOver, after an import: what moved by it is said in the journal. */
export async function carryOverInto(workspace: Workspace, importId: string): Promise<void> {
  const carrying = await readCarrying(workspace.db, workspace.state.facts);
  const told = carrying && whatIsCarried(workspace.state, carrying);
  if (told && told.carried.length > 0)
    await workspace.act([{ type: 'session.joined', importId, ...told }], PROGRAM_AUTHOR);
  await carryOver(workspace);
}
