/**
 * What the figures of a report rest on: each a SELECT over the documented views that anybody can run in the console, counted
 * as it is asked, so that a figure and its rows cannot differ. Must not read anything but the documented views.
 */
import type { Evidence, ReportFigure, ReportPlace } from '../../../shared/model/report';
import { wilson } from '../../../shared/stats/wilson';
import type { Database } from '../../workspace/database';

/** What a row of a query is: a session (`session_id`), or a place in one (`session_id`, `turn_no`, `span_id`). */
export type Grain = 'session' | 'span';

/** Rows whose places are written into the report itself; the data has all of them. */
const PLACES = 10;

/** Sources with the shortest name that tells them apart: that of the file where no other file has it, else the whole path. */
export const SHOWN_SOURCES = `(SELECT *, CASE WHEN count(DISTINCT sha256) OVER (PARTITION BY name) = 1 THEN name ELSE path END AS shown FROM sources)`;

/** The rows of a query with where they stand in the source files; a session stands where its first span does. */
export function withPlaces(sql: string, grain: Grain): string {
  const own =
    grain === 'span' ? 'f.turn_no, f.span_id' : 'NULL::INTEGER AS turn_no, NULL::VARCHAR AS span_id';
  const first =
    grain === 'span'
      ? 'CASE WHEN f.span_id IS NULL THEN s.position = 0 ELSE s.span_id = f.span_id END'
      : 's.position = 0';
  return `SELECT f.session_id, ${own}, o.path AS source_path, o.shown AS source_name, o.sha256 AS source_sha256, s.line
    FROM (${sql}) AS f LEFT JOIN spans AS s ON s.session_id = f.session_id AND ${first}
    LEFT JOIN ${SHOWN_SOURCES} AS o ON o.import_id = s.import_id AND o.source_id = s.source_id`;
}

export class EvidenceBook {
  readonly #db: Database;
  readonly #kept: { evidence: Evidence; grain: Grain }[] = [];

  constructor(db: Database) {
    this.#db = db;
  }

  /** All of it, in the order in which it was asked for. */
  get all(): readonly { evidence: Evidence; grain: Grain }[] {
    return this.#kept;
  }

  /** Runs a query and keeps it; one that was asked before is the same evidence. */
  async of(title: string, grain: Grain, sql: string): Promise<Evidence> {
    const known = this.#kept.find((one) => one.evidence.sql === sql);
    if (known) return known.evidence;
    const evidence: Evidence = {
      id: `R${String(this.#kept.length + 1)}`,
      title,
      sql,
      rows: 0,
      sessions: 0,
      places: [],
    };
    this.#kept.push({ evidence, grain });
    const [counts, places] = await Promise.all([
      this.#db.one<{ rows: number; sessions: number }>(
        `SELECT count(*)::INTEGER AS rows, count(DISTINCT session_id)::INTEGER AS sessions FROM (${sql})`,
      ),
      this.#db.all<ReportPlace>(
        `SELECT session_id AS "sessionId", turn_no AS "turnNo", span_id AS "spanId", source_name AS path, line::DOUBLE AS line
         FROM (${withPlaces(`SELECT * FROM (${sql}) ORDER BY session_id LIMIT ${String(PLACES)}`, grain)})
         ORDER BY ALL`,
      ),
    ]);
    return Object.assign(evidence, { rows: counts?.rows ?? 0, sessions: counts?.sessions ?? 0, places });
  }

  /** The rows of a query as a share of `n`, with its Wilson interval. */
  async share(title: string, grain: Grain, sql: string, n: number): Promise<ReportFigure> {
    return shareOf(await this.of(title, grain, sql), n, 'rows');
  }
}

export function shareOf(evidence: Evidence, n: number, counts: 'rows' | 'sessions'): ReportFigure {
  return { kind: 'share', share: wilson(evidence[counts], n), counts, evidence: evidence.id };
}

export function countOf(evidence: Evidence, counts: 'rows' | 'sessions' = 'rows'): ReportFigure {
  return { kind: 'count', count: evidence[counts], counts, evidence: evidence.id };
}
