/**
 * How often failure modes occur, where, when and after what: always of corrections that people sorted, never of proposals.
 * A correction under several failure modes counts under each. Set-based; shares come with Wilson intervals.
 */
import { wilson } from '../../shared/stats/wilson';
import type { FailureMode } from '../../shared/model/codebook';
import type { GroupBy, ModeNumbers } from '../../shared/contract/numbers';
import type { Queries } from '../workspace/queries';
import { placeUnder } from '../workspace/mode-place';
import type { Projection } from '../workspace/projection';
import { groupExpressions, groupTimes } from '../corrections/session-groups';
import { getCodebook } from './codebook';

/** One row per sorted correction and failure mode of the version that stands for what it was sorted under. */
const sortedRows = `
  WITH place AS (SELECT unnest($from::VARCHAR[]) AS id, unnest($to::VARCHAR[]) AS under), sorted AS (
    SELECT DISTINCT c.correction_id, c.session_id, c.turn_no, p.under
    FROM assignment AS a
    JOIN correction_state AS c ON c.correction_id = a.correction_id AND c.state <> 'rejected' AND NOT c.is_set_aside
    JOIN place AS p ON p.id = a.failure_mode_id
  )`;

/** Bins of the place in a session, from its first to its last turn. */
const POSITION_BINS = 10;
/** A signal must have come before so many corrections of a mode for its lift to be told. */
const LEAST_TOGETHER = 3;
const Z95 = 1.959963984540054;

/** Ratio of two shares with its 95 % interval on the log scale (Katz et al., Biometrics 34, 1978); counts must not be 0. */
export function liftOf(
  a: number,
  n: number,
  b: number,
  m: number,
): { lift: number; low: number; high: number } {
  const lift = a / n / (b / m);
  const spread = Z95 * Math.sqrt(1 / a - 1 / n + 1 / b - 1 / m);
  return { lift, low: lift * Math.exp(-spread), high: lift * Math.exp(spread) };
}

function placesOf(state: Projection, version: number): { from: string[]; to: string[] } {
  const ids = [...new Set(state.codebooks.flatMap((one) => one.failureModes.map((mode) => mode.id)))];
  const pairs = ids.map((id) => ({ id, under: placeUnder(state.codebooks, version, id) }));
  const kept = pairs.filter((pair): pair is { id: string; under: string } => pair.under !== null);
  return { from: kept.map((pair) => pair.id), to: kept.map((pair) => pair.under) };
}

async function groupsOf(
  db: Queries,
  by: GroupBy,
  places: { from: string[]; to: string[] },
): Promise<ModeNumbers['groups']> {
  const rows = await db.all<{ value: string; under: string; n: number; sorted: number }>(
    `${sortedRows}, told AS (
       SELECT x.*, ${groupExpressions[by]} AS value FROM sorted AS x JOIN session AS s ON s.session_id = x.session_id
       LEFT JOIN source AS o ON o.import_id = s.import_id AND o.source_id = s.source_id
     ), whole AS (SELECT value, count(DISTINCT correction_id)::INTEGER AS sorted FROM told GROUP BY value)
     SELECT t.value, t.under, count(DISTINCT t.correction_id)::INTEGER AS n, any_value(w.sorted) AS sorted
     FROM told AS t JOIN whole AS w ON w.value = t.value GROUP BY t.value, t.under
     ORDER BY ${groupTimes.has(by) ? 't.value' : 'sorted DESC, t.value'}, n DESC, t.under LIMIT 5000`,
    places,
  );
  const groups = new Map<string, ModeNumbers['groups'][number]>();
  for (const { value, under, n, sorted } of rows) {
    const group = groups.get(value) ?? { value, sorted, modes: [] };
    group.modes.push({ failureModeId: under, share: wilson(n, sorted) });
    groups.set(value, group);
  }
  return [...groups.values()];
}

async function positionsOf(
  db: Queries,
  places: { from: string[]; to: string[] },
): Promise<Map<string, number[]>> {
  const rows = await db.all<{ under: string; bin: number; n: number }>(
    `${sortedRows} SELECT x.under, least(${String(POSITION_BINS - 1)}, floor(${String(POSITION_BINS)} * (x.turn_no - 1) / greatest(1, s.turn_count)))::INTEGER AS bin,
       count(*)::INTEGER AS n FROM sorted AS x JOIN session AS s ON s.session_id = x.session_id GROUP BY ALL`,
    places,
  );
  const bins = new Map<string, number[]>();
  for (const { under, bin, n } of rows) {
    const own = bins.get(under) ?? Array.from({ length: POSITION_BINS }, () => 0);
    own[bin] = n;
    bins.set(under, own);
  }
  return bins;
}

/** Signals found in the turn before a correction, held against the turns before all user turns but the first. */
async function precedingOf(
  db: Queries,
  places: { from: string[]; to: string[] },
): Promise<ModeNumbers['preceding']> {
  const rows = await db.all<{ under: string; signal: string; a: number; n: number; b: number; m: number }>(
    `${sortedRows}, seen AS (SELECT DISTINCT session_id, turn_no + 1 AS turn_no, signal FROM finding WHERE signal <> 'correction'),
     base AS (SELECT e.signal, count(*)::INTEGER AS b FROM user_turn AS u JOIN seen AS e ON e.session_id = u.session_id AND e.turn_no = u.turn_no GROUP BY ALL),
     whole AS (SELECT under, count(*)::INTEGER AS n FROM sorted GROUP BY under)
     SELECT x.under, e.signal, count(*)::INTEGER AS a, any_value(w.n) AS n, any_value(b.b) AS b,
       (SELECT count(*)::INTEGER FROM user_turn WHERE turn_no > 1) AS m
     FROM sorted AS x JOIN seen AS e ON e.session_id = x.session_id AND e.turn_no = x.turn_no
     JOIN base AS b ON b.signal = e.signal JOIN whole AS w ON w.under = x.under
     GROUP BY ALL HAVING count(*) >= ${String(LEAST_TOGETHER)} ORDER BY a DESC, x.under, e.signal LIMIT 500`,
    places,
  );
  return rows
    .filter((row) => row.b > 0 && row.m > 0)
    .map(({ under, signal, a, n, b, m }) => ({
      failureModeId: under,
      signal,
      after: wilson(a, n),
      elsewhere: wilson(b, m),
      ...liftOf(a, n, b, m),
    }));
}

/** Sorted corrections by the highest severity of what they are sorted under, critical first. */
async function severitiesOf(
  db: Queries,
  places: { from: string[]; to: string[] },
  modes: readonly FailureMode[],
  sorted: number,
): Promise<ModeNumbers['severities']> {
  const rows = await db.all<{ severity: number; n: number }>(
    `${sortedRows}, grade AS (SELECT unnest($ids::VARCHAR[]) AS id, unnest($grades::INTEGER[]) AS severity),
     worst AS (SELECT x.correction_id, max(g.severity) AS severity FROM sorted AS x JOIN grade AS g ON g.id = x.under GROUP BY ALL)
     SELECT severity, count(*)::INTEGER AS n FROM worst GROUP BY severity`,
    { ...places, ids: modes.map((mode) => mode.id), grades: modes.map((mode) => mode.severity) },
  );
  const countOf = new Map(rows.map((row) => [row.severity, row.n]));
  return [4, 3, 2, 1].map((severity) => ({ severity, share: wilson(countOf.get(severity) ?? 0, sorted) }));
}

/** What the machine proposes for what nobody sorted. */
async function proposalsOf(
  db: Queries,
  places: { from: string[]; to: string[] },
): Promise<Pick<ModeNumbers, 'sortable' | 'proposed' | 'proposals'>> {
  const open = `FROM correction_state AS c WHERE c.state <> 'rejected' AND NOT c.is_set_aside`;
  const proposals = await db.all<{ failureModeId: string; count: number }>(
    `WITH place AS (SELECT unnest($from::VARCHAR[]) AS id, unnest($to::VARCHAR[]) AS under)
     SELECT p.under AS "failureModeId", count(*)::INTEGER AS count FROM proposal AS o JOIN place AS p ON p.id = o.failure_mode_id
     WHERE o.correction_id IN (SELECT c.correction_id ${open}) AND o.correction_id NOT IN (SELECT correction_id FROM assignment)
     GROUP BY ALL ORDER BY count DESC, p.under`,
    places,
  );
  const whole = await db.one<{ n: number }>(`SELECT count(*)::INTEGER AS n ${open}`);
  return {
    sortable: whole?.n ?? 0,
    proposed: proposals.reduce((sum, one) => sum + one.count, 0),
    proposals,
  };
}

/** All numbers of a version (the current one where none is named). */
export async function modeNumbers(
  db: Queries,
  state: Projection,
  query: { by: GroupBy; version?: number | undefined },
): Promise<ModeNumbers> {
  const codebook = getCodebook(state, query.version);
  const places = placesOf(state, codebook.version);
  const [groups, positions, preceding] = await Promise.all([
    groupsOf(db, query.by, places),
    positionsOf(db, places),
    precedingOf(db, places),
  ]);
  const totals = await db.all<{ under: string; n: number; low: number; median: number; high: number }>(
    `${sortedRows} SELECT under, count(*)::INTEGER AS n, quantile_cont(turn_no, 0.25) AS low, median(turn_no) AS median,
       quantile_cont(turn_no, 0.75) AS high FROM sorted GROUP BY under`,
    places,
  );
  const all = await db.one<{ n: number }>(
    `${sortedRows} SELECT count(DISTINCT correction_id)::INTEGER AS n FROM sorted`,
    places,
  );
  const totalOf = new Map(totals.map((row) => [row.under, row]));
  const sorted = all?.n ?? 0;
  const ranking = codebook.failureModes
    .flatMap((mode) => {
      const total = totalOf.get(mode.id);
      if (total === undefined) return [];
      const { id: failureModeId, name, severity } = mode;
      const { n, low, median, high } = total;
      return [
        {
          failureModeId,
          name,
          severity,
          share: wilson(n, sorted),
          weight: n * severity,
          positions: positions.get(mode.id) ?? [],
          turns: { low, median, high },
        },
      ];
    })
    .sort((a, b) => b.weight - a.weight || a.name.localeCompare(b.name));
  const severities = await severitiesOf(db, places, codebook.failureModes, sorted);
  const proposed = await proposalsOf(db, places);
  return {
    version: codebook.version,
    sorted,
    ...proposed,
    by: query.by,
    severities,
    ranking,
    groups,
    preceding,
  };
}
