/**
 * OpenInference spans as Arize Phoenix hands them out: Parquet and JSON rows of the spans frame (dotted columns), span
 * objects of its REST API and CLI, alone or under `data` or `spans`, and the rows of the annotations frame, which become
 * labels. Owns the row shapes; what the attributes mean is shared (src/shared/trace/genai.ts). Must not take spans that
 * merely carry OpenInference attributes inside OTLP or another envelope.
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
import { flattenInto, newBag, type AttributeBag } from '../../../shared/trace/attribute-bag';
import { annotatorKindOf, labelKindOf } from '../../../shared/trace/genai-label';
import type { GenAiLabel, SpanEvent, SpanSource } from '../../../shared/trace/genai-span';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { either, excerptOf, keyValues, otelStatus, otelTime } from '../../../shared/trace/otel-value';
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
import twinSql from './openinference.sql?raw';

const LIST_KEYS = ['data', 'spans', 'annotations'];
/** Columns that Arize puts beside the span: `eval.<name>.score`, `annotation.<name>.label`. */
const JUDGEMENT = /^(?:attributes\.)?(eval|annotation)\.(.+)\.(score|label|explanation)$/;

/** The keys of the span, also of a row whose columns are dotted. */
function idOf(record: unknown, name: 'span_id' | 'trace_id'): string | null {
  return (
    asText(get(get(record, 'context'), name)) ??
    asText(get(record, `context.${name}`)) ??
    asText(get(record, name))
  );
}

function hasDotted(keys: readonly string[]): boolean {
  return (
    keys.includes('context.span_id') &&
    keys.some((key) => key === 'span_kind' || key.startsWith('attributes.'))
  );
}

function isAnnotation(record: unknown): boolean {
  const names = asText(either(record, 'annotation_name', 'name')) !== null;
  const judges = either(record, 'annotator_kind', 'result', 'result.score', 'result.label') !== undefined;
  const target = either(record, 'span_id', 'context.span_id', 'trace_id', 'session_id') !== undefined;
  const isSpan = either(record, 'start_time', 'span_kind', 'attributes') !== undefined;
  return names && judges && target && !isSpan;
}

/** Results of Phoenix evaluations: a frame of scores indexed by span. */
function isEvaluation(record: unknown): boolean {
  const judged = either(record, 'score', 'label') !== undefined;
  return (
    judged &&
    get(record, 'context.span_id') !== undefined &&
    either(record, 'start_time', 'span_kind') === undefined
  );
}

function shapeOf(record: unknown): { confidence: number; what: string } | null {
  if (!isObject(record)) return null;
  const keys = Object.keys(record);
  if (hasDotted(keys)) return { confidence: 0.96, what: 'context.span_id and dotted attribute columns' };
  const context = get(record, 'context');
  if (isObject(context) && asText(get(context, 'span_id')) !== null) {
    const attributes = asObject(get(record, 'attributes'));
    const kind = attributes
      ? (get(attributes, 'openinference.span.kind') ?? get(get(attributes, 'openinference'), 'span'))
      : undefined;
    if (get(record, 'span_kind') !== undefined && get(record, 'status_code') !== undefined)
      return { confidence: 0.96, what: 'context.span_id with span_kind and status_code' };
    if (kind !== undefined) return { confidence: 0.9, what: 'context.span_id with openinference.span.kind' };
  }
  if (isAnnotation(record) && get(record, 'annotator_kind') !== undefined)
    return { confidence: 0.92, what: 'annotator_kind beside the id of a span' };
  if (isEvaluation(record)) return { confidence: 0.8, what: 'a score or label for context.span_id' };
  return null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0) {
    const names = sample.columns.map((column) => column.name);
    if (hasDotted(names))
      return {
        confidence: 0.97,
        reason: `columns context.span_id and ${names.find((name) => name.startsWith('attributes.')) ?? 'span_kind'}`,
      };
    const isJudged =
      names.includes('annotator_kind') &&
      names.some((name) => name.startsWith('result.') || name === 'result');
    if (isJudged) return { confidence: 0.92, reason: 'columns annotator_kind and result' };
    const isScored =
      names.includes('context.span_id') && (names.includes('score') || names.includes('label'));
    return isScored ? { confidence: 0.8, reason: 'columns context.span_id and score or label' } : null;
  }
  for (const [index, record] of sample.records.entries()) {
    const isDocument = sample.container === 'document' && !sample.isArray;
    const where = isDocument ? 'the document' : `${sample.isArray ? 'element' : 'line'} ${index + 1}`;
    const own = shapeOf(record);
    if (own) return { confidence: own.confidence, reason: `${where} has ${own.what}` };
    for (const key of LIST_KEYS) {
      const inside = shapeOf(asArray(get(record, key))[0]);
      if (inside)
        return {
          confidence: inside.confidence,
          reason: `${where} has ${key}, the first with ${inside.what}`,
        };
    }
  }
  return null;
}

function attributesOf(record: JsonObject): AttributeBag {
  const bag = newBag();
  const nested = parseMaybe(get(record, 'attributes'));
  if (Array.isArray(nested)) Object.assign(bag, keyValues(nested));
  else flattenInto(bag, nested);
  for (const [key, value] of Object.entries(record)) {
    if (!key.startsWith('attributes.') || value === null || value === undefined) continue;
    const name = key.slice('attributes.'.length);
    if (isObject(value)) flattenInto(bag, value, name);
    else bag[name] = value;
  }
  return bag;
}

function eventOf(event: unknown): SpanEvent {
  const attributes = newBag();
  flattenInto(attributes, parseMaybe(get(event, 'attributes')));
  return {
    name: asText(get(event, 'name')) ?? '',
    timeNs: otelTime(either(event, 'timestamp', 'time'), 'auto'),
    attributes,
  };
}

function spanOf(record: JsonObject, id: string): SpanSource {
  const { status, message } = otelStatus(either(record, 'status_code', 'status'));
  const attributes = attributesOf(record);
  const parent = asText(either(record, 'parent_id', 'parent_span_id'));
  return {
    spanId: id,
    parentSpanId: parent === 'None' || parent === 'nan' ? null : parent,
    traceId: idOf(record, 'trace_id'),
    name: asText(get(record, 'name')) ?? '',
    startNs: otelTime(either(record, 'start_time', 'start_time_unix_nano', 'startTime'), 'auto'),
    endNs: otelTime(either(record, 'end_time', 'end_time_unix_nano', 'endTime'), 'auto'),
    status,
    statusMessage: asText(get(record, 'status_message')) ?? message,
    attributes,
    resource: newBag(),
    scope: null,
    events: asArray(parseMaybe(get(record, 'events'))).map(eventOf),
    raw: record,
    type: asText(get(record, 'span_kind')),
  };
}

interface Result {
  score: unknown;
  label: unknown;
  explanation: unknown;
}

function labelOf(
  name: string,
  kind: unknown,
  result: Result,
  target: { spanId: string | null; traceId: string | null; sessionId: string | null },
  id: string,
): GenAiLabel | null {
  const value = asNumber(result.score);
  const text = asText(result.label);
  const explanation = asText(result.explanation);
  if (value === null && text === null && explanation === null) return null;
  const annotatorKind = annotatorKindOf(kind);
  return {
    ...target,
    labelId: id,
    name,
    kind: labelKindOf(name, annotatorKind),
    annotatorKind,
    value,
    text,
    explanation,
  };
}

class OpenInferenceReader implements FormatReader {
  readonly #buffer: TraceBuffer;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    const key = LIST_KEYS.find((one) => Array.isArray(get(record, one)));
    if (key === undefined || idOf(record, 'span_id') !== null) return this.#one(record, place);
    for (const [i, item] of asArray(get(record, key)).entries())
      this.#one(item, { line: this.source.lineOf(`/${key}/${i}`) });
  }

  end(): void {
    this.#buffer.end();
  }

  #one(record: unknown, place: Place): void {
    if (!isObject(record)) {
      this.emit.reject(place, 'not an object', excerptOf(record));
      return;
    }
    if (isAnnotation(record) || isEvaluation(record)) return this.#annotation(record, place);
    const id = idOf(record, 'span_id');
    if (id === null) this.emit.reject(place, 'no context.span_id', excerptOf(record));
    else if (either(record, 'name', 'span_kind', 'attributes', 'start_time') === undefined)
      this.emit.reject(place, 'span without name, kind, time and attributes', excerptOf(record));
    else {
      const span = spanOf(record, id);
      this.#buffer.add(span, place);
      this.#judgements(record, span, place);
    }
  }

  #annotation(record: JsonObject, place: Place): void {
    const name = asText(either(record, 'annotation_name', 'name', 'eval_name')) ?? 'evaluation';
    const part = (key: string): unknown =>
      get(get(record, 'result'), key) ?? get(record, `result.${key}`) ?? get(record, key);
    const target = {
      spanId: idOf(record, 'span_id'),
      traceId: idOf(record, 'trace_id'),
      sessionId: asText(get(record, 'session_id')),
    };
    const of = target.spanId ?? target.traceId ?? target.sessionId ?? String(place.line);
    const id =
      asText(get(record, 'id')) ??
      `${of}:${name}:${asText(get(record, 'identifier')) ?? ''}:${asText(get(record, 'annotator_kind')) ?? ''}`;
    const label = labelOf(
      name,
      get(record, 'annotator_kind'),
      { score: part('score'), label: part('label'), explanation: part('explanation') },
      target,
      id,
    );
    if (!label) this.emit.reject(place, 'annotation without score, label or explanation', excerptOf(record));
    else
      this.emit.label(
        {
          ...label,
          annotator:
            asText(either(record, 'user_id', 'identifier')) ??
            toJsonText(get(get(record, 'metadata'), 'annotator')),
        },
        place,
      );
  }

  /** Columns with evaluations beside the span itself. */
  #judgements(record: JsonObject, span: SpanSource, place: Place): void {
    const found = new Map<string, { kind: string; result: Result }>();
    for (const [key, value] of Object.entries(record)) {
      const [, kind, name, field] = JUDGEMENT.exec(key) ?? [];
      if (kind === undefined || name === undefined || value === null) continue;
      const there = found.get(`${kind}.${name}`) ?? {
        kind,
        result: { score: null, label: null, explanation: null },
      };
      if (field === 'score') there.result.score = value;
      else if (field === 'label') there.result.label = value;
      else there.result.explanation = value;
      found.set(`${kind}.${name}`, there);
    }
    for (const [key, { kind, result }] of found) {
      const name = key.slice(kind.length + 1);
      const target = { spanId: span.spanId, traceId: span.traceId, sessionId: null };
      const label = labelOf(name, kind === 'eval' ? 'LLM' : 'HUMAN', result, target, `${span.spanId}:${key}`);
      if (label) this.emit.label(label, place);
    }
  }
}

const guide: FormatGuide = {
  reads: [
    'The spans frame of Phoenix as Parquet, CSV or JSON with dotted columns; span objects of its REST API and CLI, alone or under `data` or `spans`.',
    'The annotations frame and frames of evaluations; `eval.*` and `annotation.*` columns beside the spans.',
  ],
  spans: [
    'A span keeps its kind: LLM a model call, TOOL a tool call, RETRIEVER and RERANKER retrievals, EMBEDDING embeddings, AGENT and GUARDRAIL what they are, EVALUATOR and CHAIN chains.',
    'Messages, tokens, documents and tool calls come from the attributes; an `exception` event makes a span an error where its status says nothing.',
  ],
  turns:
    'The session is `session.id`; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind; embeddings and retrievals belong to memory.',
  labels:
    'Annotations become labels of their span, trace or session with their annotator kind (HUMAN, LLM, CODE); evaluations likewise, whichever file comes first.',
  leavesOut: ['Columns that are neither of the span nor an attribute stay in the raw record.'],
};

/** Columns that the twin reads beside attributes. */
const CELLS = [
  'context',
  'attributes',
  'events',
  'name',
  'span_kind',
  'context.trace_id',
  'trace_id',
  'context.span_id',
  'span_id',
  'parent_id',
  'parent_span_id',
  'start_time',
  'start_time_unix_nano',
  'startTime',
  'end_time',
  'end_time_unix_nano',
  'endTime',
  'status_code',
  'status',
  'status_message',
];

const format: TraceFormat = {
  id: 'openinference',
  title: 'OpenInference (Arize Phoenix)',
  description: 'Spans and annotations exported from Arize Phoenix as Parquet, JSON or JSON lines.',
  documentation: 'https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  twins: [
    {
      container: 'parquet',
      table: { cells: CELLS, listed: 'attributes.', unread: /^(attributes\.)?(eval|annotation)\./ },
      script: twinSql,
      around: () => ({ resource: newBag(), scope: null }),
    },
  ],
  read: (emit, source) => new OpenInferenceReader(emit, source),
};

export default format;
