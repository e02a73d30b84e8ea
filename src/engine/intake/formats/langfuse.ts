/**
 * Langfuse exports in their three shapes: rows of the blob-storage export (observations, legacy observations, traces,
 * scores; JSON lines, JSON or Parquet), objects of the API and SDKs (camelCase, also under `data`), and the "download
 * trace as JSON" of the interface (`{trace, observations}`, values encoded once or twice). Owns telling the rows apart;
 * their fields are read in src/shared/trace/langfuse.ts, their attributes as everywhere (src/shared/trace/genai.ts).
 * Must not make a root span where the export has its own.
 * https://langfuse.com/docs/api-and-data-platform/features/export-to-blob-storage
 */
import { asArray, asText, get, isObject, parseMaybe, type JsonObject } from '../../../shared/trace/json';
import {
  columnScores,
  field,
  observationSpan,
  scoreLabel,
  traceFacts,
  traceSpan,
} from '../../../shared/trace/langfuse';
import { ingestionEvent, mergedBodies } from '../../../shared/trace/langfuse-event';
import { excerptOf } from '../../../shared/trace/otel-value';
import { TraceBuffer } from '../../../shared/trace/trace-buffer';
import { metadataOf } from '../../../shared/trace/genai-context';
import { observationOfFields } from '../../../shared/trace/langfuse-fields';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SqlTwin,
  TraceFormat,
} from '../format';
import twinSql from './langfuse.sql?raw';
import linesSql from './langfuse-lines.sql?raw';
import macrosSql from './langfuse-macros.sql?raw';

type Shape = 'download' | 'observation' | 'trace' | 'score' | 'event';

const LISTS = ['data', 'traces', 'observations', 'scores', 'batch'];

const TYPES = new Set([
  'SPAN',
  'GENERATION',
  'EVENT',
  'AGENT',
  'TOOL',
  'CHAIN',
  'RETRIEVER',
  'EVALUATOR',
  'EMBEDDING',
  'GUARDRAIL',
]);

/** Names in camelCase, each worked out once: every record of every file is asked for them. */
const camelNames = new Map<string, string>();

function camel(name: string): string {
  const known = camelNames.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
  camelNames.set(name, made);
  return made;
}

function has(record: unknown, ...names: string[]): boolean {
  return (
    isObject(record) &&
    names.every((name) => Object.hasOwn(record, name) || Object.hasOwn(record, camel(name)))
  );
}

/** Which of Langfuse's records this is, with how telling it is. */
function shapeOf(record: unknown): { shape: Shape; confidence: number; what: string } | null {
  if (ingestionEvent(record)) return { shape: 'event', confidence: 0.97, what: 'an ingestion event' };
  const trace = get(record, 'trace');
  if (isObject(trace) && Array.isArray(get(record, 'observations')))
    return { shape: 'download', confidence: 0.97, what: 'trace and observations' };
  // The sample of a large download may end before its observations begin.
  if (has(trace, 'id', 'timestamp', 'project_id'))
    return { shape: 'download', confidence: 0.9, what: 'a trace with timestamp and project' };
  const isTyped = TYPES.has(asText(get(record, 'type'))?.toUpperCase() ?? '');
  if (has(record, 'id', 'trace_id', 'parent_observation_id'))
    return { shape: 'observation', confidence: 0.96, what: 'parent_observation_id and trace_id' };
  if (isTyped && has(record, 'id', 'trace_id', 'start_time'))
    return {
      shape: 'observation',
      confidence: 0.85,
      what: `an observation of type ${asText(get(record, 'type')) ?? ''}`,
    };
  const isScore = has(record, 'id', 'name') && (has(record, 'value') || has(record, 'string_value'));
  const scoreMark =
    has(record, 'observation_id') || has(record, 'data_type') || has(record, 'dataset_run_id');
  if (isScore && scoreMark && (has(record, 'trace_id') || has(record, 'session_id')))
    return { shape: 'score', confidence: 0.93, what: 'a score of a trace' };
  const isTrace =
    has(record, 'id', 'timestamp') &&
    !has(record, 'trace_id') &&
    (has(record, 'session_id') || has(record, 'bookmarked') || has(record, 'project_id'));
  if (
    isTrace &&
    (has(record, 'user_id') || has(record, 'release') || Array.isArray(get(record, 'observations')))
  )
    return { shape: 'trace', confidence: 0.88, what: 'a trace row with timestamp, session and user' };
  return null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0) {
    const row: Record<string, unknown> = Object.fromEntries(
      sample.columns.map((column) => [column.name, null]),
    );
    const own = shapeOf({
      ...row,
      ...(isObject(sample.records[0]) ? { type: get(sample.records[0], 'type') } : {}),
    });
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

/** A trace or observation as far as the ingestion events read tell of it. */
interface Told {
  of: 'trace' | 'observation';
  body: JsonObject;
  place: Place;
  isUpdate: boolean;
}

class LangfuseReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  readonly #told = new Map<string, Told>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    const shape = shapeOf(record)?.shape;
    if (shape !== undefined) return this.#read(record as JsonObject, shape, place, '');
    const lists = LISTS.filter((key) => Array.isArray(get(record, key)));
    if (lists.length === 0)
      this.emit.reject(place, 'neither an observation, a trace nor a score of Langfuse', excerptOf(record));
    for (const key of lists) this.#list(asArray(get(record, key)), `/${key}`, null);
  }

  end(): void {
    for (const { of, body, place, isUpdate } of this.#told.values())
      if (of === 'trace') this.#trace(body, place, '', [], '');
      else this.#observation(body, place, isUpdate);
    this.#told.clear();
    this.#buffer.end();
  }

  /** Keeps what an ingestion event says until all are read: an update may stand before what it updates. */
  #event(record: JsonObject, place: Place): void {
    const event = ingestionEvent(record);
    if (!event || event.of === 'log') return this.emit.note('log of the SDK');
    const { of, body, isUpdate } = event;
    if (of === 'score') return this.#score(body, place, { traceId: null, sessionId: null });
    const id = asText(get(body, 'id'));
    if (id === null) return this.emit.reject(place, `${of} without an id`, excerptOf(record));
    const key = `${of} ${id}`;
    const there = this.#told.get(key);
    if (!there) this.#told.set(key, { of, body, place, isUpdate });
    else {
      const [before, later] = isUpdate || !there.isUpdate ? [there.body, body] : [body, there.body];
      there.body = mergedBodies(before, later);
      there.isUpdate &&= isUpdate;
    }
  }

  #observation(record: JsonObject, place: Place, isAddition = false): void {
    const span = observationSpan(record);
    if (typeof span === 'string') this.emit.reject(place, span, excerptOf(record));
    else {
      this.#buffer.add(span, place, isAddition);
      const { spanId, traceId } = span;
      this.#columns(record, { spanId, traceId, sessionId: asText(field(record, 'session_id')) }, place);
    }
  }

  #columns(record: JsonObject, of: Parameters<typeof columnScores>[1], place: Place): void {
    for (const label of columnScores(record, of)) this.emit.label(label, place);
  }

  #list(
    items: readonly unknown[],
    pointer: string,
    trace: { traceId: string; sessionId: string | null } | null,
  ): void {
    for (const [i, item] of items.entries()) {
      const below = `${pointer}/${i}`;
      const place = { line: this.source.lineOf(below) };
      // The API may list the ids alone; the observations themselves come in another file.
      if (typeof item === 'string') {
        this.emit.note('observation listed by its id only');
        continue;
      }
      const inTrace =
        trace && isObject(item) && !has(item, 'trace_id') ? { ...item, traceId: trace.traceId } : item;
      const shape = shapeOf(inTrace)?.shape;
      if (isObject(inTrace) && shape !== undefined) this.#read(inTrace, shape, place, below);
      else
        this.emit.reject(place, 'neither an observation, a trace nor a score of Langfuse', excerptOf(item));
    }
  }

  #read(record: JsonObject, shape: Shape, place: Place, pointer: string): void {
    switch (shape) {
      case 'download': {
        const trace = get(record, 'trace') as JsonObject;
        this.#trace(
          trace,
          place,
          `${pointer}/trace`,
          asArray(get(record, 'observations')),
          `${pointer}/observations`,
        );
        return;
      }
      case 'trace':
        this.#trace(
          record,
          place,
          pointer,
          asArray(parseMaybe(get(record, 'observations'))),
          `${pointer}/observations`,
        );
        return;
      case 'observation':
        this.#observation(record, place);
        return;
      case 'event':
        this.#event(record, place);
        return;
      case 'score':
        this.#score(record, place, { traceId: null, sessionId: null });
    }
  }

  #trace(
    trace: JsonObject,
    place: Place,
    pointer: string,
    observations: readonly unknown[],
    below: string,
  ): void {
    const traceId = asText(get(trace, 'id'));
    if (traceId === null) {
      this.emit.reject(place, 'trace without an id', excerptOf(trace));
      return;
    }
    const facts = traceFacts(trace);
    const { observations: _nested, scores: _scores, ...row } = trace;
    this.#buffer.addFacts(traceId, facts, { source: traceSpan(row, traceId), place });
    this.#columns(row, { traceId, spanId: null, sessionId: facts.sessionId ?? null }, place);
    this.#list(observations, below, { traceId, sessionId: facts.sessionId ?? null });
    for (const [key, isCorrection] of [
      ['scores', false],
      ['corrections', true],
    ] as const) {
      for (const [i, score] of asArray(field(trace, key)).entries()) {
        const at = { line: this.source.lineOf(`${pointer}/${key}/${i}`) };
        if (isObject(score))
          this.#score(score, at, { traceId, sessionId: facts.sessionId ?? null, isCorrection });
        else this.emit.note('score listed by its id only');
      }
    }
  }

  #score(
    score: JsonObject,
    place: Place,
    defaults: { traceId: string | null; sessionId: string | null; isCorrection?: boolean },
  ): void {
    const label = scoreLabel(score, defaults);
    if (typeof label === 'string') this.emit.reject(place, label, excerptOf(score));
    else this.emit.label(label, place);
  }
}

const guide: FormatGuide = {
  reads: [
    'Rows of the blob-storage export: observations, legacy observations, traces and scores, as JSON lines, JSON, CSV or Parquet.',
    'Objects of the API and the SDKs, also under `data`; tables of traces and observations exported from the interface (CSV, JSON, JSON lines).',
    'Traces downloaded in the interface (`{trace, observations}`), values encoded once or twice.',
    'Ingestion events (`generation-create`, `span-update` and the like), in batches or one a file: what several say of an observation is put together.',
  ],
  spans: [
    'An observation becomes a span: generations model calls, tools tool calls, retrievers and embeddings retrievals and embeddings, guardrails guardrails, agents agents, evaluators and other types chains.',
    'A trace becomes a root span only where the export has no observation that is one. Tokens, cost, level and status message are read from the observation.',
  ],
  turns:
    'The session is the trace’s `sessionId`; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind, and for spans of instrumented libraries by their attributes.',
  labels:
    'Scores become labels of their observation, trace or session, with their source as annotator: annotations are a human’s, evaluations a model’s, scores from the API unknown. Corrections are labels of their own. Tables exported from the interface have a column for each name of a score, with the list of its values: labels of the row’s observation or trace, whose source they do not say.',
  leavesOut: [
    'Observations and scores listed by id only are counted.',
    'Prompts, media and dataset runs are not read.',
  ],
};

/** Columns of observations in the blob-storage export; rows that hold anything beside them are the record function's. */
const CELLS = (
  'id trace_id start_time end_time project_id parent_observation_id type name level status_message version environment bookmarked public ' +
  'user_id session_id is_root_observation completion_start_time created_at updated_at input output metadata provided_model_name model ' +
  'model_id model_parameters usage_details cost_details total_cost usage_pricing_tier_name input_price output_price total_price prompt_id ' +
  'prompt_name prompt_version latency time_to_first_token tags release trace_name tool_definitions tool_calls tool_call_names'
).split(' ');

const TABLE_SQL =
  'CREATE OR REPLACE TEMP VIEW langfuse_row AS SELECT ord, raw, is_same, cell FROM table_row;\n';

/** What an observation's metadata say of its resource and scope. */
function aroundOf(value: unknown): ReturnType<SqlTwin['around']> {
  const { resource, scope } = metadataOf(value);
  return { resource, scope };
}

/** Files of scores or of traces alone would be taken apart in vain. */
function mayHoldObservations(head: readonly unknown[]): boolean {
  return head.length === 0 || head.some((record) => shapeOf(record)?.shape === 'observation');
}

const format: TraceFormat = {
  id: 'langfuse',
  title: 'Langfuse',
  description:
    'Observations, traces and scores exported from Langfuse: blob-storage files, API objects or downloaded traces.',
  documentation: 'https://langfuse.com/docs/api-and-data-platform/features/export-to-blob-storage',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  // A trace row says of all its observations whose they are, and may stand far above them.
  canContinue: (head) =>
    head.every((record) => ['observation', 'score'].includes(shapeOf(record)?.shape ?? '')),
  sniff,
  twins: [
    {
      container: 'lines',
      mayRead: mayHoldObservations,
      script: macrosSql + linesSql + twinSql,
      sourceOf: observationOfFields,
      around: aroundOf,
    },
    {
      container: 'parquet',
      mayRead: mayHoldObservations,
      table: { cells: CELLS, unread: new RegExp(`^(?!(${CELLS.join('|')})$)`) },
      script: macrosSql + TABLE_SQL + twinSql,
      sourceOf: observationOfFields,
      around: aroundOf,
    },
  ],
  read: (emit, source) => new LangfuseReader(emit, source),
};

export default format;
