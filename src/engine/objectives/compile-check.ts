/**
 * A check as one SELECT over the sessions in temp table `frame`: session_id, passed, span_id, reason; sessions it gives no
 * row for are undecided. Owns the meaning of every kind of check but the judge's. Values are bound, never pasted.
 */
import type { ArgumentCondition, Check, SessionNumber } from '../../shared/model/check';
import type { SqlValue } from '../workspace/sql-values';

export interface CompiledCheck {
  sql: string;
  params: Record<string, SqlValue>;
}

/** What checks are decided with. */
export interface CheckContext {
  /** What the texts of spans are read from: a SELECT over the wide columns, null where nothing was imported. */
  wide: string | null;
  /** Whose checks they are; null: nobody's in particular, as those of a regression case. */
  asks: Asks | null;
}

/** The objective that asks: which of the two verdicts of people it is about. An unsaved one has no id. */
export interface Asks {
  objectiveId: string | null;
  decides: 'intent' | 'quality';
}

const numberColumns: Record<SessionNumber, string> = {
  durationMs: 'duration_ms',
  costUsd: 'cost_usd',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  turnCount: 'turn_count',
  spanCount: 'span_count',
  toolCallCount: 'tool_call_count',
  toolErrorCount: 'tool_error_count',
  findingCount: 'finding_count',
  correctionCount: 'correction_count',
};

/** Collects values under names of their own. */
class Binder {
  readonly params: Record<string, SqlValue> = {};

  add(value: SqlValue): string {
    const name = `v${String(Object.keys(this.params).length)}`;
    this.params[name] = value;
    return `$${name}`;
  }
}

/** Compiles a check; null for the judge's, which asks a model. */
export function compileCheck(check: Check, context: CheckContext): CompiledCheck | null {
  const binder = new Binder();
  const sql = sqlOf(check, context, binder);
  return sql === null ? null : { sql, params: binder.params };
}

function sqlOf(check: Check, context: CheckContext, binder: Binder): string | null {
  switch (check.kind) {
    case 'tool':
      return toolSql(check, context, binder);
    case 'order':
      return orderSql(check.tools, binder);
    case 'text':
      return textSql(check, context, binder);
    case 'number':
      return numberSql(check, binder);
    case 'finding':
      return findingSql(check, binder);
    case 'label':
      return labelSql(check, binder);
    case 'verdict':
      return verdictSql(context.asks, binder);
    case 'sql':
      return `SELECT f.session_id, q.passed::BOOLEAN AS passed, NULL::VARCHAR AS span_id, 'the query said ' || coalesce(q.passed::BOOLEAN::VARCHAR, 'nothing') AS reason
        FROM frame AS f JOIN (SELECT session_id::VARCHAR AS session_id, any_value(passed) AS passed FROM (${check.query}) GROUP BY session_id) AS q
          ON q.session_id = f.session_id`;
    case 'judge':
      return null;
  }
}

/**
 * What people said. Verdicts of queues that ask about this very objective count before those of queues that name none;
 * what was said of another objective is not about this one.
 */
function verdictSql(asks: Asks | null, binder: Binder): string {
  const verdict =
    asks === null
      ? 'SELECT session_id, intent AS said FROM session_review'
      : `SELECT session_id, arg_max(${asks.decides}, objective_id IS NOT NULL) AS said FROM objective_review
         WHERE ${asks.decides} IS NOT NULL AND (objective_id IS NULL OR objective_id = ${binder.add(asks.objectiveId ?? '')}) GROUP BY session_id`;
  return `SELECT f.session_id, CASE v.said WHEN 'met' THEN true WHEN 'missed' THEN false END AS passed, NULL::VARCHAR AS span_id,
      'reviewers said ' || v.said AS reason
    FROM frame AS f JOIN (${verdict}) AS v ON v.session_id = f.session_id`;
}

/** Spans in force that belong to the frame, with their texts from Parquet. */
function spansWithTexts({ wide }: CheckContext): string {
  return `span AS s JOIN frame AS f ON f.session_id = s.session_id
      JOIN (${wide ?? 'SELECT NULL::VARCHAR AS import_id, NULL::VARCHAR AS session_id, NULL::VARCHAR AS span_id, NULL::VARCHAR AS text, NULL::VARCHAR AS input, NULL::VARCHAR AS output LIMIT 0'}) AS w
        ON w.import_id = s.import_id AND w.span_id = s.span_id AND w.session_id = coalesce(s.stored_session_id, s.session_id)`;
}

function toolSql(check: Extract<Check, { kind: 'tool' }>, context: CheckContext, binder: Binder): string {
  const tool = binder.add(check.tool);
  const conditions = [
    "s.kind = 'tool'",
    'NOT s.is_rewound',
    `s.tool_name GLOB ${tool}`,
    ...(check.status === 'any'
      ? []
      : [check.status === 'error' ? "s.status = 'error'" : "s.status NOT IN ('error', 'rejected')"]),
    ...check.arguments.map((one) => argumentSql(one, binder)),
  ];
  const from =
    check.arguments.length > 0
      ? spansWithTexts(context)
      : 'span AS s JOIN frame AS f ON f.session_id = s.session_id';
  const least = binder.add(check.least);
  const most = check.most === null ? null : binder.add(check.most);
  return `WITH hit AS (
      SELECT s.session_id, count(*) AS n, arg_min(s.span_id, s.position) AS span_id FROM ${from}
      WHERE ${conditions.join(' AND ')} GROUP BY s.session_id
    )
    SELECT f.session_id, coalesce(h.n, 0) >= ${least}${most === null ? '' : ` AND coalesce(h.n, 0) <= ${most}`} AS passed, h.span_id,
      ${tool} || CASE coalesce(h.n, 0) WHEN 0 THEN ' was not called so' WHEN 1 THEN ' was called so once' ELSE ' was called so ' || h.n || ' times' END AS reason
    FROM frame AS f LEFT JOIN hit AS h ON h.session_id = f.session_id`;
}

/** `items.0.id` as a JSON pointer; `~` and `/` are escaped as RFC 6901 says. */
export function jsonPointer(path: string): string {
  const parts = path.replace(/^\$\.?/, '').split('.');
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function argumentSql(condition: ArgumentCondition, binder: Binder): string {
  const pointer = binder.add(jsonPointer(condition.path));
  const found = `CASE WHEN json_valid(w.input) THEN json_extract_string(w.input, ${pointer}) END`;
  switch (condition.operator) {
    case 'exists':
      return `${found} IS NOT NULL`;
    case 'absent':
      return `${found} IS NULL`;
    case 'equals':
      return `${found} = ${binder.add(condition.value)}`;
    case 'contains':
      return `contains(lower(${found}), lower(${binder.add(condition.value)}))`;
    case 'matches':
      return `regexp_matches(${found}, ${binder.add(condition.value)})`;
    case 'at-least':
      return `TRY_CAST(${found} AS DOUBLE) >= TRY_CAST(${binder.add(condition.value)} AS DOUBLE)`;
    case 'at-most':
      return `TRY_CAST(${found} AS DOUBLE) <= TRY_CAST(${binder.add(condition.value)} AS DOUBLE)`;
  }
}

/** The earliest place of each tool after the earliest place of the one before it. */
function orderSql(tools: readonly string[], binder: Binder): string {
  const steps = tools.map((tool, i) => {
    const after =
      i === 0
        ? ''
        : `JOIN step${String(i - 1)} AS b ON b.session_id = s.session_id AND s.position > b.position`;
    return `step${String(i)} AS (
      SELECT s.session_id, min(s.position) AS position, arg_min(s.span_id, s.position) AS span_id
      FROM span AS s JOIN frame AS f ON f.session_id = s.session_id ${after}
      WHERE s.kind = 'tool' AND NOT s.is_rewound AND s.tool_name GLOB ${binder.add(tool)} GROUP BY s.session_id)`;
  });
  const joins = tools.map(
    (_, i) => `LEFT JOIN step${String(i)} AS s${String(i)} ON s${String(i)}.session_id = f.session_id`,
  );
  const reached = tools.map((_, i) => `(s${String(i)}.position IS NOT NULL)::INTEGER`).join(' + ');
  const last = `coalesce(${tools.map((_, i) => `s${String(tools.length - 1 - i)}.span_id`).join(', ')})`;
  return `WITH ${steps.join(', ')}
    SELECT f.session_id, ${reached} = ${String(tools.length)} AS passed, ${last} AS span_id,
      (${reached}) || ' of ${String(tools.length)} tools came in this order' AS reason
    FROM frame AS f ${joins.join(' ')}`;
}

const SPEAKERS: Record<Extract<Check, { kind: 'text' }>['of'], string> = {
  user: "s.kind = 'user' AND s.origin IN ('human', 'simulated')",
  agent: "s.kind = 'llm'",
  final: "s.kind = 'llm'",
  tool: "s.kind = 'tool'",
};

function textSql(check: Extract<Check, { kind: 'text' }>, context: CheckContext, binder: Binder): string {
  const value = binder.add(check.value);
  const text = "coalesce(w.text, w.output, '')";
  const isPattern = check.operator.startsWith('matches');
  const hits = isPattern
    ? `regexp_matches(${text}, ${value}, '${check.isCaseSensitive ? 'c' : 'i'}')`
    : check.isCaseSensitive
      ? `contains(${text}, ${value})`
      : `contains(lower(${text}), lower(${value}))`;
  const wanted = !check.operator.endsWith('-not');
  const last =
    check.of === 'final'
      ? ' QUALIFY row_number() OVER (PARTITION BY s.session_id ORDER BY s.position DESC) = 1'
      : '';
  const speaks = `${SPEAKERS[check.of]} AND NOT s.is_rewound AND s.text_length > 0`;
  return `WITH said AS (
      SELECT s.session_id, s.span_id, s.position, ${hits} AS hits FROM ${spansWithTexts(context)} WHERE ${speaks}${last}
    ), found AS (
      SELECT session_id, bool_or(hits) AS hits, arg_min(span_id, position) FILTER (hits) AS hit_span_id, arg_max(span_id, position) AS last_span_id
      FROM said GROUP BY session_id
    )
    SELECT f.session_id, coalesce(d.hits, false) = ${String(wanted)} AS passed, coalesce(d.hit_span_id, d.last_span_id) AS span_id,
      CASE WHEN coalesce(d.hits, false) THEN 'said: ' ELSE 'not said: ' END || ${value} AS reason
    FROM frame AS f LEFT JOIN found AS d ON d.session_id = f.session_id`;
}

function numberSql(check: Extract<Check, { kind: 'number' }>, binder: Binder): string {
  const column = `x.${numberColumns[check.of]}`;
  const bounds = [
    ...(check.least === null ? [] : [`${column} >= ${binder.add(check.least)}`]),
    ...(check.most === null ? [] : [`${column} <= ${binder.add(check.most)}`]),
  ];
  return `SELECT f.session_id, CASE WHEN ${column} IS NOT NULL THEN ${bounds.length === 0 ? 'true' : bounds.join(' AND ')} END AS passed, NULL::VARCHAR AS span_id,
      '${check.of} is ' || coalesce(round(${column}, 4)::VARCHAR, 'not said') AS reason
    FROM frame AS f JOIN session_found AS x ON x.session_id = f.session_id`;
}

function findingSql(check: Extract<Check, { kind: 'finding' }>, binder: Binder): string {
  const signal = binder.add(check.signal);
  return `WITH hit AS (
      SELECT n.session_id, count(*) AS n, arg_min(n.span_id, n.turn_no) AS span_id FROM standing_finding AS n
      WHERE n.signal = ${signal} AND n.severity >= ${binder.add(check.severity)} GROUP BY n.session_id
    )
    SELECT f.session_id, (h.n IS NOT NULL) = ${String(check.isPresent)} AS passed, h.span_id,
      coalesce(h.n, 0) || ' findings of ' || ${signal} AS reason
    FROM frame AS f LEFT JOIN hit AS h ON h.session_id = f.session_id`;
}

function labelSql(check: Extract<Check, { kind: 'label' }>, binder: Binder): string {
  const bounds = [
    ...(check.least === null ? [] : [`l.value >= ${binder.add(check.least)}`]),
    ...(check.most === null ? [] : [`l.value <= ${binder.add(check.most)}`]),
    ...(check.text === null ? [] : [`l.text = ${binder.add(check.text)}`]),
  ];
  const name = binder.add(check.name);
  return `SELECT f.session_id, bool_and(${bounds.length === 0 ? 'true' : bounds.join(' AND ')}) AS passed, any_value(l.span_id) AS span_id,
      any_value(l.name) || ' is ' || coalesce(string_agg(coalesce(round(l.value, 4)::VARCHAR, l.text), ', '), 'empty') AS reason
    FROM frame AS f JOIN label AS l ON l.session_id = f.session_id AND l.name GLOB ${name}
    GROUP BY f.session_id`;
}
