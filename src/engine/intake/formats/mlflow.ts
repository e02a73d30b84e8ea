/**
 * MLflow traces, version 2 and 3: trace objects (one a line, a list, or under `traces`), and rows of the frame that
 * `search_traces` returns, as Parquet or JSON. Owns telling them apart; their fields are read in
 * src/shared/trace/mlflow.ts. Must not take a trace's preview for more than what it is: the beginning of a text.
 * https://mlflow.org/docs/latest/genai/tracing/
 */
import { asArray, asText, get, isObject, parseMaybe } from '../../../shared/trace/json';
import {
  artifactId,
  assessmentLabel,
  infoOf,
  mlflowFacts,
  mlflowRow,
  mlflowSpan,
  traceOf,
} from '../../../shared/trace/mlflow';
import { excerptOf } from '../../../shared/trace/otel-value';
import { TraceBuffer } from '../../../shared/trace/trace-buffer';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

function has(record: unknown, ...names: string[]): boolean {
  return isObject(record) && names.every((name) => Object.hasOwn(record, name));
}

function isAssessment(record: unknown): boolean {
  return has(record, 'assessment_name') && (has(record, 'feedback') || has(record, 'expectation'));
}

function shapeOf(record: unknown): { confidence: number; what: string } | null {
  const info = infoOf(record);
  const isThree =
    has(info, 'trace_id') &&
    (has(info, 'trace_location') || has(info, 'trace_metadata') || has(info, 'state'));
  if (isThree) return { confidence: 0.97, what: 'info with trace_id and state' };
  if (has(info, 'request_id') && (has(info, 'experiment_id') || has(info, 'timestamp_ms')))
    return { confidence: 0.97, what: 'info with request_id and experiment_id' };
  if (has(record, 'trace_id', 'trace_metadata') && (has(record, 'spans') || has(record, 'assessments')))
    return { confidence: 0.95, what: 'trace_metadata and spans of a trace' };
  if (has(record, 'request_id', 'request_metadata') && (has(record, 'spans') || has(record, 'trace')))
    return { confidence: 0.95, what: 'request_metadata and spans of a trace' };
  if (artifactId(record) !== null) return { confidence: 0.95, what: 'spans with mlflow.traceRequestId' };
  if (isAssessment(record)) return { confidence: 0.93, what: 'an assessment of a trace' };
  return null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0) {
    const own = shapeOf(Object.fromEntries(sample.columns.map((column) => [column.name, null])));
    return own ? { confidence: own.confidence, reason: `columns: ${own.what}` } : null;
  }
  for (const [index, record] of sample.records.entries()) {
    const isDocument = sample.container === 'document' && !sample.isArray;
    const where = isDocument ? 'the document' : `${sample.isArray ? 'element' : 'line'} ${index + 1}`;
    const own = shapeOf(parseMaybe(record));
    if (own) return { confidence: own.confidence, reason: `${where} has ${own.what}` };
    const inside = shapeOf(asArray(get(record, 'traces'))[0]);
    if (inside) return { confidence: inside.confidence, reason: `${where} lists traces: ${inside.what}` };
  }
  return null;
}

class MlflowReader implements FormatReader {
  readonly #buffer: TraceBuffer;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    const listed = get(record, 'traces');
    if (!Array.isArray(listed)) return this.#one(record, place, '');
    for (const [i, item] of (listed as unknown[]).entries())
      this.#one(parseMaybe(item), { line: this.source.lineOf(`/traces/${i}`) }, `/traces/${i}`);
  }

  end(): void {
    this.#buffer.end();
  }

  #one(record: unknown, place: Place, pointer: string): void {
    if (isAssessment(record)) return this.#assessment(record, null, place);
    const trace = traceOf(record);
    if (!trace) {
      this.emit.reject(place, 'neither a trace nor an assessment of MLflow', excerptOf(record));
      return;
    }
    if ((asText(get(trace.info, 'state')) ?? asText(get(trace.info, 'status'))) === 'IN_PROGRESS')
      this.emit.note('trace that had not ended when it was exported');
    this.#buffer.addFacts(trace.traceId, mlflowFacts(trace), { source: mlflowRow(trace), place });
    for (const [i, item] of trace.spans.entries()) {
      const at = { line: Math.max(place.line, this.source.lineOf(`${pointer}/data/spans/${i}`)) };
      const span = isObject(item) ? mlflowSpan(item, trace.traceId) : 'span that is no object';
      if (typeof span === 'string') this.emit.reject(at, span, excerptOf(item));
      else this.#buffer.add(span, at);
    }
    for (const [i, item] of trace.assessments.entries()) {
      const below = isObject(get(record, 'trace_info')) ? 'trace_info' : 'info';
      const at = { line: Math.max(place.line, this.source.lineOf(`${pointer}/${below}/assessments/${i}`)) };
      this.#assessment(item, trace.traceId, at);
    }
  }

  #assessment(record: unknown, traceId: string | null, place: Place): void {
    const label = assessmentLabel(record, traceId);
    if (label === 'overridden') this.emit.note('assessment that a later one replaced');
    else if (typeof label === 'string') this.emit.reject(place, label, excerptOf(record));
    else this.emit.label(label, place);
  }
}

const guide: FormatGuide = {
  reads: [
    'Trace objects of version 3 (`info.trace_id`) and version 2 (`info.request_id`): one a line, a list, or under `traces`; also as the REST API gives them (`trace_info`).',
    'Rows of the frame that `mlflow.search_traces` returns, as Parquet, JSON or JSON lines, with `trace`, `spans` or `assessments` as JSON text or nested.',
    'The artifact `traces.json` of a run, which holds the spans of one trace and no session.',
    'Assessments in a file of their own.',
  ],
  spans: [
    'Each span of a trace becomes a span; its kind comes from `mlflow.spanType`. Ids in base64 (version 3) and in hexadecimal (version 2) are understood.',
    'A trace without its spans becomes one span with its request and response.',
  ],
  turns:
    'A session is what `mlflow.trace.session` says; without it each trace stands alone. User messages new to a session open its turns; where no model call holds one, the request of the trace does.',
  pillars: 'By kind, as for every trace.',
  labels:
    'Assessments become labels with their source as annotator (`human`, `llm` for judges, `code`); an expectation is a label of kind `correction`. Assessments that were overridden are counted and left out.',
  leavesOut: ['Attributes that are no content stay with the span as they are.'],
};

const format: TraceFormat = {
  id: 'mlflow',
  title: 'MLflow traces',
  description: 'Traces and assessments of MLflow 2 and 3 as JSON, JSON lines or a frame in Parquet.',
  documentation: 'https://mlflow.org/docs/latest/genai/tracing/',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new MlflowReader(emit, source),
};

export default format;
