/**
 * The SQL that cuts a table of OTLP spans down to the canonical datasets, in the engine that holds the table. Owns what
 * attributes mean there: the GenAI semantic conventions, with OpenInference's and OpenLLMetry's names where they are plain
 * values. Runs nothing and opens nothing.
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ ·
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/clickhouseexporter
 */
import type { ExtractOptions, ExtractStatement } from '../../shared/contract/extract';
import { BadInput } from '../workspace/problem';
import { dialects } from './dialects';
import { literal, type AttributeStore, type Dialect } from './dialect';
import { datasetStatements } from './extract-datasets';

/** How the columns of a table of spans are called. */
interface TableLayout {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  status: string;
  statusMessage: string;
  service: string;
  attributes: string;
  resource: string;
  /** Its columns of times, in words. */
  times: string;
  start: (dialect: Dialect) => string;
  end: (dialect: Dialect) => string;
  /** Whether a start lies before (`<`) or from (`>=`) an ISO time, in a way that the table's own index understands. */
  bound: (dialect: Dialect, operator: '<' | '>=', iso: string) => string;
}

const layouts: Readonly<Record<ExtractOptions['layout'], TableLayout>> = {
  /** `otel_traces` of the OpenTelemetry collector's ClickHouse exporter, or a copy of it elsewhere. */
  'otel-collector': {
    traceId: 'TraceId',
    spanId: 'SpanId',
    parentSpanId: 'ParentSpanId',
    name: 'SpanName',
    status: 'StatusCode',
    statusMessage: 'StatusMessage',
    service: 'ServiceName',
    attributes: 'SpanAttributes',
    resource: 'ResourceAttributes',
    times: '`Timestamp` (with nanoseconds), `Duration` (nanoseconds)',
    start: (dialect) => dialect.nanosOf('o.Timestamp'),
    end: (dialect) => `${dialect.nanosOf('o.Timestamp')} + CAST(o.Duration AS BIGINT)`,
    bound: (dialect, operator, iso) => `o.Timestamp ${operator} ${dialect.timestampOf(iso)}`,
  },
  /** OTLP's own field names in snake case, one row per span, times in nanoseconds. */
  'otlp-flat': {
    traceId: 'trace_id',
    spanId: 'span_id',
    parentSpanId: 'parent_span_id',
    name: 'name',
    status: 'status_code',
    statusMessage: 'status_message',
    service: 'service_name',
    attributes: 'attributes',
    resource: 'resource_attributes',
    times: '`start_time_unix_nano`, `end_time_unix_nano`',
    start: () => 'CAST(o.start_time_unix_nano AS BIGINT)',
    end: () => 'CAST(o.end_time_unix_nano AS BIGINT)',
    bound: (_dialect, operator, iso) =>
      `o.start_time_unix_nano ${operator} ${String(BigInt(Date.parse(iso)) * 1_000_000n)}`,
  },
};

/** The columns each layout is read from, for the documentation. */
export const tableColumns = Object.fromEntries(
  Object.entries(layouts).map(([name, layout]) => [
    name,
    {
      'trace, span, parent': `\`${layout.traceId}\`, \`${layout.spanId}\`, \`${layout.parentSpanId}\``,
      'name, service': `\`${layout.name}\`, \`${layout.service}\``,
      status: `\`${layout.status}\`, \`${layout.statusMessage}\``,
      times: layout.times,
      'attributes, of the resource': `\`${layout.attributes}\`, \`${layout.resource}\``,
    },
  ]),
);

/** Attributes that become columns with texts of their own, and are left out of the others. */
const CONTENT = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'input.value',
  'output.value',
];

/** What is read from attributes: column, type, and where it is, the first that is there. */
const MEANINGS: readonly (readonly [string, 'text' | 'int' | 'double', readonly string[]])[] = [
  [
    'own_session_id',
    'text',
    ['gen_ai.conversation.id', 'session.id', 'langfuse.session.id', 'langsmith.trace.session_id'],
  ],
  ['operation', 'text', ['gen_ai.operation.name', 'openinference.span.kind', 'traceloop.span.kind']],
  ['tool_name', 'text', ['gen_ai.tool.name', 'tool.name', 'traceloop.entity.name']],
  ['tool_call_id', 'text', ['gen_ai.tool.call.id', 'tool_call.id']],
  ['agent_name', 'text', ['gen_ai.agent.name', 'agent.name']],
  ['agent_version', 'text', ['gen_ai.agent.version', 'service.version']],
  ['model', 'text', ['gen_ai.response.model', 'gen_ai.request.model', 'llm.model_name']],
  ['provider', 'text', ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider']],
  ['error_type', 'text', ['error.type', 'exception.type']],
  ['input_messages', 'text', ['gen_ai.input.messages']],
  ['output_messages', 'text', ['gen_ai.output.messages']],
  ['input_text', 'text', ['gen_ai.tool.call.arguments', 'gen_ai.prompt', 'input.value']],
  ['output_text', 'text', ['gen_ai.tool.call.result', 'gen_ai.completion', 'output.value']],
  [
    'input_tokens',
    'int',
    ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'],
  ],
  [
    'output_tokens',
    'int',
    ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'],
  ],
  ['cache_read_tokens', 'int', ['gen_ai.usage.cache_read.input_tokens']],
  ['cache_write_tokens', 'int', ['gen_ai.usage.cache_creation.input_tokens']],
  ['reasoning_tokens', 'int', ['gen_ai.usage.reasoning.output_tokens']],
  ['cost_usd', 'double', ['gen_ai.usage.cost', 'llm.cost.total']],
  ['user_id', 'text', ['enduser.id', 'user.id']],
  ['environment', 'text', ['deployment.environment.name', 'deployment.environment']],
];

/** Attributes of the resource rather than the span. */
const OF_RESOURCE: ReadonlySet<string> = new Set([
  'service.version',
  'deployment.environment.name',
  'deployment.environment',
]);

function meaning(dialect: Dialect, layout: TableLayout, store: AttributeStore): string[] {
  return MEANINGS.map(([column, type, keys]) => {
    const found = keys.map((key) =>
      dialect.attribute(`o.${OF_RESOURCE.has(key) ? layout.resource : layout.attributes}`, store, key),
    );
    const text = found.length === 1 ? (found[0] ?? '') : `coalesce(${found.join(', ')})`;
    return `${type === 'text' ? text : dialect.numberOf(text, type)} AS ${column}`;
  });
}

/** The spans of the table by one name each, with what their attributes mean. */
function toldQuery(dialect: Dialect, options: ExtractOptions): string {
  const layout = layouts[options.layout];
  const o = (column: string): string => `o.${column}`;
  const status = `upper(CAST(${o(layout.status)} AS ${dialect.type('text')}))`;
  const where = [
    ...(options.from === undefined ? [] : [layout.bound(dialect, '>=', isoOf(options.from, '--from'))]),
    ...(options.to === undefined ? [] : [layout.bound(dialect, '<', isoOf(options.to, '--to'))]),
    ...(options.services.length === 0
      ? []
      : [
          `${o(layout.service)} IN (${options.services.map((one) => literal(one, dialect.engine === 'spark' || dialect.engine === 'clickhouse')).join(', ')})`,
        ]),
  ];
  const columns = [
    `${o(layout.traceId)} AS trace_id`,
    `${o(layout.spanId)} AS span_id`,
    `nullif(${o(layout.parentSpanId)}, '') AS parent_span_id`,
    `${o(layout.name)} AS span_name`,
    `${layout.start(dialect)} AS start_ns`,
    `${layout.end(dialect)} AS end_ns`,
    `CASE WHEN ${status} LIKE '%ERROR' OR ${status} = '2' THEN 'error' WHEN ${status} LIKE '%OK' OR ${status} = '1' THEN 'ok' ELSE 'unset' END AS status`,
    `nullif(${o(layout.statusMessage)}, '') AS status_message`,
    `coalesce(nullif(${o(layout.service)}, ''), 'unknown') AS service`,
    ...meaning(dialect, layout, options.attributes),
    `${dialect.otherAttributes(o(layout.attributes), options.attributes, CONTENT)} AS attributes`,
  ];
  return `SELECT\n    ${columns.join(',\n    ')}\n  FROM ${dialect.table(options.table)} AS o${where.length === 0 ? '' : `\n  WHERE ${where.join(' AND ')}`}`;
}

function isoOf(text: string, option: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new BadInput(`${option} wants a day or an ISO 8601 time, not “${text}”.`);
  return new Date(time).toISOString();
}

const NAME = /^(?:[A-Za-z_][\w$-]*|`[^`]+`|"[^"]+")(?:\.(?:[A-Za-z_][\w$-]*|`[^`]+`|"[^"]+")){0,3}$/u;
const SHARE_DIGITS = 6;

/**
 * The statements of an extract, to be run one after the other. Throws BadInput for a table that is none, times that are
 * none, or a path that could end its literal.
 */
export function extractStatements(options: ExtractOptions): ExtractStatement[] {
  const dialect = dialects[options.engine];
  const isPath = options.engine === 'duckdb' && /[/\\*]|\.parquet$/.test(options.table);
  if (!isPath && !NAME.test(options.table))
    throw new BadInput(
      `“${options.table}” is not the name of a table. Give one such as otel_traces, or catalog.schema.table.`,
    );
  if (options.prefix !== '' && !NAME.test(`${options.prefix}span`))
    throw new BadInput(`“${options.prefix}” cannot begin the name of a table.`);
  if (/[\n\r\0]/.test(options.out) || options.out.trim() === '')
    throw new BadInput('Say where the extract goes: a folder or a bucket.');
  const keep = [
    ...(options.only === 'errors' ? ['error_count > 0'] : []),
    ...(options.sample >= 1
      ? []
      : [
          `substring(${dialect.md5('session_id')}, 1, ${String(SHARE_DIGITS)}) < ${literal(
            Math.floor(Math.max(0, options.sample) * 16 ** SHARE_DIGITS)
              .toString(16)
              .padStart(SHARE_DIGITS, '0'),
          )}`,
        ]),
  ];
  return [
    ...dialect.setUp(options.out).map((sql) => ({ dataset: null, sql })),
    ...datasetStatements(dialect, {
      told: toldQuery(dialect, options),
      keep,
      keepsPlainSpans: options.spans === 'all',
      out: options.out,
      prefix: options.prefix,
    }),
  ];
}
