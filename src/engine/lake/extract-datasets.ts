/**
 * The four statements of an extract in SQL that the engines share; what they say differently comes from the dialect.
 * The later three read the spans that the first one wrote, so that the lake is gone through once.
 */
import type { ExtractStatement } from '../../shared/contract/extract';
import { canonicalDatasets } from './canonical-layout.data';
import type { ColumnType, Dialect } from './dialect';

export interface ExtractPlan {
  /** SELECT of the table's spans with what their attributes mean. */
  told: string;
  /** Conditions on a session (session_id, error_count); all must hold. */
  keep: readonly string[];
  keepsPlainSpans: boolean;
  out: string;
  prefix: string;
}

const words = (list: readonly string[]): string => list.map((word) => `'${word}'`).join(', ');

/** What kind of work a span is; null for one that says nothing of GenAI. */
const KIND = `CASE
      WHEN lower(operation) IN (${words(['chat', 'text_completion', 'generate_content', 'llm', 'generation'])}) THEN 'llm'
      WHEN lower(operation) IN (${words(['execute_tool', 'tool'])}) THEN 'tool'
      WHEN lower(operation) IN (${words(['retrieval', 'retriever', 'reranker'])}) THEN 'retrieval'
      WHEN lower(operation) IN (${words(['embeddings', 'embedding'])}) THEN 'embedding'
      WHEN lower(operation) IN (${words(['memory', 'search_memory', 'create_memory', 'update_memory', 'upsert_memory', 'delete_memory'])}) THEN 'memory'
      WHEN lower(operation) IN (${words(['invoke_agent', 'create_agent', 'agent'])}) THEN 'agent'
      WHEN lower(operation) = 'guardrail' THEN 'guardrail'
      WHEN operation IS NOT NULL THEN 'chain'
      WHEN model IS NOT NULL THEN 'llm'
      WHEN tool_call_id IS NOT NULL THEN 'tool'
      WHEN own_session_id IS NOT NULL OR agent_name IS NOT NULL THEN 'chain'
    END`;

const count = (condition: string): string => `CAST(sum(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS BIGINT)`;

/** Which spans count, in which session each lies, and which sessions are kept. */
function sessionQueries(dialect: Dialect, { told, keep, keepsPlainSpans }: ExtractPlan): string {
  const kept = keepsPlainSpans
    ? 'k.kind IS NOT NULL OR k.trace_id IN (SELECT trace_id FROM sorted WHERE kind IS NOT NULL)'
    : 'k.kind IS NOT NULL';
  return `told AS (
  ${told}
), sorted AS (
  SELECT t.*, ${KIND} AS kind
  FROM told AS t
), trace_session AS (
  SELECT trace_id, min(own_session_id) AS trace_session_id, min(start_ns) AS trace_start_ns
  FROM sorted
  GROUP BY trace_id
  HAVING count(DISTINCT own_session_id) <= 1
), placed AS (
  SELECT
    k.*,
    coalesce(k.own_session_id, t.trace_session_id, k.trace_id) AS session_id,
    CAST(coalesce(k.own_session_id, t.trace_session_id) IS NOT NULL AS BOOLEAN) AS has_session_id,
    coalesce(t.trace_start_ns, k.start_ns) AS trace_start_ns
  FROM sorted AS k
  LEFT JOIN trace_session AS t ON t.trace_id = k.trace_id
  WHERE ${kept}
), session_place AS (
  SELECT
    session_id,
    min(start_ns) AS session_start_ns,
    ${dialect.firstBy('service', 'start_ns')} AS session_service,
    ${dialect.firstBy('agent_name', 'start_ns')} AS main_agent,
    ${count("status = 'error'")} AS error_count
  FROM placed
  GROUP BY session_id
), kept_session AS (
  SELECT session_id, main_agent, ${dialect.dayOf('session_start_ns')} AS date, ${dialect.safeName('session_service')} AS source
  FROM session_place${keep.length === 0 ? '' : `\n  WHERE ${keep.join(' AND ')}`}
)`;
}

/** What users said: new messages of the histories, and the input of traces without any. */
function userQueries(dialect: Dialect): string {
  const messages = dialect.exploded('placed', dialect.messages('s.input_messages'));
  return `heard AS (
  SELECT s.session_id AS session_id, s.trace_id AS trace_id, s.span_id AS span_id, s.parent_span_id AS parent_span_id, s.agent_name AS agent_name,
    s.user_id AS user_id, s.environment AS environment, s.has_session_id AS has_session_id, s.start_ns AS start_ns, s.trace_start_ns AS trace_start_ns,
    ${messages.role} AS role, ${messages.text} AS text, ${messages.ordinal} AS ordinal
  ${messages.from}
), counted AS (
  SELECT h.*,
    row_number() OVER (PARTITION BY session_id, trace_id, span_id, text ORDER BY ordinal) AS occurrence,
    min(start_ns) OVER (PARTITION BY session_id, trace_id) AS first_ns
  FROM heard AS h
  WHERE role = 'user' AND trim(text) <> ''
), said AS (
  SELECT c.*, row_number() OVER (PARTITION BY session_id, text, occurrence ORDER BY start_ns, ordinal) AS place
  FROM counted AS c
), user_message AS (
  SELECT session_id, trace_id, span_id, parent_span_id, agent_name, user_id, environment, has_session_id, ordinal, occurrence, text,
    CASE WHEN start_ns = first_ns THEN trace_start_ns ELSE start_ns END AS start_ns
  FROM said
  WHERE place = 1
  UNION ALL
  SELECT session_id, trace_id, span_id, parent_span_id, agent_name, user_id, environment, has_session_id, 1 AS ordinal, 1 AS occurrence,
    input_text AS text, start_ns
  FROM placed
  WHERE parent_span_id IS NULL AND kind <> 'tool' AND trim(input_text) <> ''
    AND trace_id NOT IN (SELECT trace_id FROM counted)
)`;
}

/** Columns of a span as the layout has them; what is not named is null. */
function spanColumns(dialect: Dialect, filled: Readonly<Record<string, string>>): string {
  const typeOf: Readonly<Record<string, ColumnType>> = {
    VARCHAR: 'text',
    BIGINT: 'int',
    DOUBLE: 'double',
    BOOLEAN: 'bool',
  };
  const columns = canonicalDatasets[0]?.columns ?? [];
  return columns
    .filter(([name]) => name !== 'seq')
    .map(
      ([name, type]) =>
        `${filled[name] ?? `CAST(NULL AS ${dialect.type(typeOf[type] ?? 'text')})`} AS ${name}`,
    )
    .join(',\n    ');
}

function spanQuery(dialect: Dialect, plan: ExtractPlan): string {
  const same = (names: readonly string[], from: string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, `${from}.${name}`]));
  const subAgent = (from: string): string =>
    `CASE WHEN ${from}.agent_name <> k.main_agent THEN ${from}.agent_name END`;
  const spans = spanColumns(dialect, {
    ...same(
      ['session_id', 'span_id', 'has_session_id', 'parent_span_id', 'trace_id', 'operation', 'tool_call_id'],
      'p',
    ),
    ...same(['agent_name', 'agent_version', 'model', 'provider', 'start_ns', 'end_ns', 'status'], 'p'),
    ...same(['status_message', 'error_type', 'attributes', 'input_tokens', 'output_tokens'], 'p'),
    ...same(['cache_read_tokens', 'cache_write_tokens', 'reasoning_tokens', 'cost_usd', 'user_id'], 'p'),
    environment: 'p.environment',
    order_by_time: 'true',
    kind: "coalesce(p.kind, 'environment')",
    name: 'p.span_name',
    tool_name: "CASE WHEN p.kind = 'tool' THEN coalesce(p.tool_name, p.span_name) END",
    agent_id: subAgent('p'),
    text: `CASE WHEN p.kind = 'llm' THEN coalesce(nullif(${dialect.joined(dialect.messages('p.output_messages'))}, ''), p.output_text) ELSE p.output_text END`,
    input: 'coalesce(p.input_messages, p.input_text)',
    output: 'coalesce(p.output_messages, p.output_text)',
    call_hash: `CASE WHEN p.kind = 'tool' THEN ${dialect.md5("concat(coalesce(p.tool_name, p.span_name), ' ', coalesce(p.input_text, ''))")} END`,
    is_rewound: 'false',
    is_derived: 'false',
  });
  const users = spanColumns(dialect, {
    ...same(['session_id', 'has_session_id', 'parent_span_id', 'trace_id', 'agent_name', 'start_ns'], 'u'),
    ...same(['text', 'user_id', 'environment'], 'u'),
    span_id: `concat('user-', substring(${dialect.md5(`concat(u.trace_id, ' ', u.span_id, ' ', CAST(u.ordinal AS ${dialect.type('text')}))`)}, 1, 16))`,
    order_by_time: 'true',
    kind: "'user'",
    origin: "CASE WHEN u.agent_name <> k.main_agent THEN 'agent' ELSE 'human' END",
    name: "'user message'",
    agent_id: subAgent('u'),
    status: "'unset'",
    is_rewound: 'false',
    is_derived: 'true',
  });
  const columns = (canonicalDatasets[0]?.columns ?? []).map(([name]) =>
    name === 'seq' ? 'CAST(place AS DOUBLE) AS seq' : name,
  );
  return `WITH ${sessionQueries(dialect, plan)}, ${userQueries(dialect)}, both_kinds AS (
  SELECT
    ${spans},
    1 AS rank_no, 0 AS ordinal, k.date AS date, k.source AS source
  FROM placed AS p
  JOIN kept_session AS k ON k.session_id = p.session_id
  UNION ALL
  SELECT
    ${users},
    0 AS rank_no, u.ordinal AS ordinal, k.date AS date, k.source AS source
  FROM user_message AS u
  JOIN kept_session AS k ON k.session_id = u.session_id
), ordered AS (
  SELECT b.*, row_number() OVER (PARTITION BY session_id ORDER BY start_ns, rank_no, ordinal, span_id) AS place
  FROM both_kinds AS b
)
SELECT ${columns.join(', ')}, date, source
FROM ordered`;
}

/** Spans with the turn they lie in. */
function numbered(dialect: Dialect, plan: ExtractPlan): string {
  return `WITH numbered AS (
  SELECT w.*,
    CAST(sum(CASE WHEN kind = 'user' AND origin IN ('human', 'simulated') THEN 1 ELSE 0 END)
      OVER (PARTITION BY session_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS turn_no
  FROM ${dialect.read(plan.out, plan.prefix, 'span')} AS w
)`;
}

const OPENER = "kind = 'user' AND origin IN ('human', 'simulated')";

function turnQuery(dialect: Dialect, plan: ExtractPlan): string {
  return `${numbered(dialect, plan)}
SELECT session_id, turn_no,
  ${dialect.firstBy(`CASE WHEN ${OPENER} THEN span_id END`, 'seq')} AS user_span_id,
  ${dialect.firstBy(`CASE WHEN ${OPENER} THEN text END`, 'seq')} AS user_text,
  min(n.start_ns) AS start_ns, max(CASE WHEN n.end_ns < n.start_ns THEN n.start_ns ELSE coalesce(n.end_ns, n.start_ns) END) AS end_ns, CAST(count(*) AS BIGINT) AS span_count,
  ${count("kind = 'tool'")} AS tool_call_count, ${count("kind = 'tool' AND status = 'error'")} AS tool_error_count,
  date, source
FROM numbered AS n
WHERE turn_no > 0
GROUP BY session_id, turn_no, date, source`;
}

function sessionQuery(dialect: Dialect, plan: ExtractPlan): string {
  return `${numbered(dialect, plan)}
SELECT session_id,
  substring(${dialect.firstBy(`CASE WHEN ${OPENER} THEN text END`, 'seq')}, 1, 200) AS title,
  ${dialect.firstBy('n.agent_name', 'seq')} AS agent_name,
  ${dialect.firstBy("CASE WHEN kind = 'llm' THEN n.model END", 'seq')} AS model,
  ${dialect.firstBy('n.user_id', 'seq')} AS user_id,
  min(n.start_ns) AS start_ns, max(CASE WHEN n.end_ns < n.start_ns THEN n.start_ns ELSE coalesce(n.end_ns, n.start_ns) END) AS end_ns, max(n.turn_no) AS turn_count,
  CAST(count(*) AS BIGINT) AS span_count, ${count("kind = 'llm'")} AS llm_call_count,
  ${count("kind = 'tool'")} AS tool_call_count, ${count("kind = 'tool' AND status = 'error'")} AS tool_error_count,
  CAST(sum(CASE WHEN kind = 'llm' THEN n.input_tokens END) AS ${dialect.type('int')}) AS input_tokens,
  CAST(sum(CASE WHEN kind = 'llm' THEN n.output_tokens END) AS ${dialect.type('int')}) AS output_tokens,
  sum(CASE WHEN kind = 'llm' THEN n.cost_usd END) AS cost_usd,
  date, source
FROM numbered AS n
GROUP BY session_id, date, source`;
}

function findingQuery(dialect: Dialect, plan: ExtractPlan): string {
  const signal = "CASE WHEN kind = 'tool' THEN 'failed-tool-call' ELSE 'failed-span' END";
  return `${numbered(dialect, plan)}
SELECT substring(${dialect.md5(`concat(session_id, ' ', span_id, ' ', ${signal})`)}, 1, 16) AS finding_id,
  ${signal} AS signal, '1' AS detector_version, session_id, turn_no, span_id,
  concat(name, ' failed', CASE WHEN coalesce(status_message, error_type) IS NULL THEN '' ELSE concat(': ', substring(coalesce(status_message, error_type), 1, 300)) END) AS reason,
  CAST(2 AS BIGINT) AS severity,
  CASE WHEN kind IN ('llm', 'agent', 'chain', 'guardrail') THEN 'llm' WHEN kind IN ('retrieval', 'embedding', 'memory') THEN 'memory'
    WHEN kind = 'tool' THEN 'tools' ELSE 'environment' END AS pillar,
  date, source
FROM numbered AS n
WHERE status = 'error'`;
}

const QUERIES = { span: spanQuery, turn: turnQuery, session: sessionQuery, finding: findingQuery };
const ORDER: Readonly<Record<string, readonly string[]>> = {
  span: ['session_id', 'seq'],
  turn: ['session_id', 'turn_no'],
  session: ['session_id'],
  finding: ['session_id', 'span_id'],
};

/** One statement per canonical dataset, in the order in which they must run. */
export function datasetStatements(dialect: Dialect, plan: ExtractPlan): ExtractStatement[] {
  return canonicalDatasets.map(({ name }) => ({
    dataset: name,
    sql: dialect.write(plan.out, plan.prefix, {
      dataset: name,
      select: QUERIES[name](dialect, plan),
      order: ORDER[name] ?? [],
    }),
  }));
}
