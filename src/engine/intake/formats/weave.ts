/**
 * W&B Weave: calls exported as JSON lines, JSON, CSV, TSV or Parquet (nested columns may be dotted), and rows of
 * feedback beside them or inside their calls. Owns telling the rows apart; their fields are read in
 * src/shared/trace/weave.ts. Must not count what a call's children spent as the call's own.
 * https://docs.wandb.ai/guides/tracking/call-schema-reference
 */
import { asArray, asText, get, isObject, type JsonObject } from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import { TraceBuffer } from '../../../shared/trace/trace-buffer';
import { callSpan, feedbackOfCall, nestedCall, weaveFeedback } from '../../../shared/trace/weave';
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

const LISTS = ['calls', 'data', 'results', 'feedback'];

function has(record: unknown, ...names: string[]): boolean {
  return isObject(record) && names.every((name) => Object.hasOwn(record, name));
}

function isFeedback(record: unknown): boolean {
  return has(record, 'feedback_type') && (has(record, 'payload') || has(record, 'weave_ref'));
}

function shapeOf(record: unknown): { confidence: number; what: string } | null {
  if (has(record, 'op_name', 'trace_id') && (has(record, 'started_at') || has(record, 'id')))
    return { confidence: has(record, 'started_at') ? 0.96 : 0.8, what: 'op_name, trace_id and started_at' };
  if (isFeedback(record)) return { confidence: 0.93, what: 'feedback_type and payload' };
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
    const own = shapeOf(record);
    if (own) return { confidence: own.confidence, reason: `${where} has ${own.what}` };
    for (const key of LISTS) {
      const inside = shapeOf(asArray(get(record, key))[0]);
      if (inside) return { confidence: inside.confidence, reason: `${where} lists ${key}: ${inside.what}` };
    }
  }
  return null;
}

class WeaveReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  readonly #parents = new Set<string>();
  readonly #calls: { call: JsonObject; place: Place }[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    const key = shapeOf(record) ? undefined : LISTS.find((one) => Array.isArray(get(record, one)));
    if (key === undefined) return this.#one(record, place);
    for (const [i, item] of asArray(get(record, key)).entries())
      this.#one(item, { line: this.source.lineOf(`/${key}/${i}`) });
  }

  end(): void {
    this.#flush();
    this.#buffer.end();
  }

  #one(record: unknown, place: Place): void {
    if (isObject(record) && isFeedback(record)) return this.#feedback(record, null, place);
    if (!isObject(record) || !has(record, 'op_name')) {
      this.emit.reject(place, 'neither a call nor feedback of Weave', excerptOf(record));
      return;
    }
    const call = nestedCall(record);
    if (get(call, 'deleted_at') !== undefined) {
      this.emit.note('deleted call left out');
      return;
    }
    const parent = asText(get(call, 'parent_id'));
    if (parent !== null) this.#parents.add(parent);
    this.#calls.push({ call, place });
    if (this.#calls.length >= 2000) this.#flush();
  }

  /** Calls are held for a while, since only those around a call tell whether it is the one that spent its usage. */
  #flush(): void {
    for (const { call, place } of this.#calls) {
      const span = callSpan(call, this.#parents.has(asText(get(call, 'id')) ?? ''));
      if (typeof span === 'string') this.emit.reject(place, span, excerptOf(call));
      else {
        this.#buffer.add(span, place);
        for (const item of feedbackOfCall(call)) if (isObject(item)) this.#feedback(item, span.spanId, place);
      }
    }
    this.#calls.length = 0;
  }

  #feedback(record: JsonObject, callId: string | null, place: Place): void {
    const label = weaveFeedback(record, callId);
    if (typeof label === 'string') this.emit.reject(place, label, excerptOf(record));
    else this.emit.label(label, place);
  }
}

const guide: FormatGuide = {
  reads: [
    'Calls, one a row: JSON lines, a JSON list (also under `calls`, `data` or `results`), CSV or TSV with dotted columns, Parquet.',
    'Feedback rows (`feedback_type`, `payload`, `weave_ref`) in a file of their own, or inside their call.',
  ],
  spans: [
    'A call becomes a span named by its display name or operation. Its kind comes from its attributes (`kind`), else from the name of the operation: calls of the providers are model calls, operations named after tools are tool calls, those named after retrieval are retrievals.',
    'Usage is taken for model calls alone; sums over the calls below stay in the attributes.',
  ],
  turns:
    'A session is what `thread_id` says; without it each trace stands alone. User messages new to a session open its turns.',
  pillars: 'By kind, as for every trace; an operation whose name says nothing is a chain.',
  labels:
    'Reactions and notes become feedback of a person, annotations labels of a person, results of scorers labels of code; each with its creator.',
  leavesOut: [
    'Deleted calls are counted and left out.',
    'References to objects kept elsewhere stay references.',
  ],
};

const format: TraceFormat = {
  id: 'weave',
  title: 'W&B Weave',
  description: 'Calls and feedback exported from Weights & Biases Weave as JSON lines, JSON, CSV or Parquet.',
  documentation: 'https://docs.wandb.ai/guides/tracking/call-schema-reference',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new WeaveReader(emit, source),
};

export default format;
