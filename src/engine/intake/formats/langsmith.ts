/**
 * LangSmith: runs as JSON lines, lists or `{runs: [...]}`, rows of the bulk Parquet export, ingest batches
 * (`{post, patch}`, merged by id) and feedback objects. Owns telling the records apart and putting batches together;
 * their fields are read in src/shared/trace/langsmith.ts. Must not take a run's `session_id` for a session: it is the
 * project. https://docs.langchain.com/langsmith/run-data-format
 */
import { asArray, asText, get, isObject, parseMaybe, type JsonObject } from '../../../shared/trace/json';
import {
  feedbackLabels,
  feedbackStats,
  isPatch,
  mergeRuns,
  runId,
  runSpan,
} from '../../../shared/trace/langsmith';
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

const LISTS = ['runs', 'data', 'results', 'feedback', 'feedbacks'];
const RUN_TYPES = new Set(['llm', 'chain', 'tool', 'retriever', 'embedding', 'prompt', 'parser']);

function has(record: unknown, ...names: string[]): boolean {
  return isObject(record) && names.every((name) => Object.hasOwn(record, name));
}

function isBatch(record: unknown): boolean {
  const runs = [...asArray(get(record, 'post')), ...asArray(get(record, 'patch'))];
  return runs.some((run) => has(run, 'trace_id') || has(run, 'dotted_order') || has(run, 'run_type'));
}

function isFeedback(record: unknown): boolean {
  return (
    has(record, 'key') &&
    (has(record, 'run_id') || has(record, 'trace_id')) &&
    ['score', 'value', 'comment', 'correction', 'feedback_source'].some((name) => has(record, name)) &&
    !has(record, 'run_type')
  );
}

function isRun(record: unknown): boolean {
  return has(record, 'run_type') || (has(record, 'dotted_order') && has(record, 'trace_id'));
}

function shapeOf(record: unknown): { confidence: number; what: string } | null {
  if (isBatch(record)) return { confidence: 0.96, what: 'post and patch of runs' };
  const type = asText(get(record, 'run_type'));
  if (has(record, 'dotted_order') && has(record, 'trace_id'))
    return { confidence: 0.96, what: 'dotted_order and trace_id' };
  if (
    type !== null &&
    RUN_TYPES.has(type) &&
    has(record, 'id') &&
    (has(record, 'inputs') || has(record, 'start_time'))
  )
    return { confidence: 0.93, what: `a run of type ${type}` };
  if (isFeedback(record) && (has(record, 'feedback_source') || has(record, 'run_id')))
    return { confidence: has(record, 'feedback_source') ? 0.93 : 0.75, what: 'feedback on a run' };
  return null;
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0 && sample.container !== 'lines') {
    const row = Object.fromEntries(sample.columns.map((column) => [column.name, null]));
    const own = shapeOf({ ...row, ...(isObject(sample.records[0]) ? sample.records[0] : {}) });
    return own ? { confidence: own.confidence, reason: `columns: ${own.what}` } : null;
  }
  for (const [index, record] of sample.records.entries()) {
    const where =
      sample.container === 'document' && !sample.isArray
        ? 'the document'
        : `${sample.isArray ? 'element' : 'line'} ${index + 1}`;
    const own = shapeOf(record);
    if (own) return { confidence: own.confidence, reason: `${where} has ${own.what}` };
    for (const key of LISTS) {
      const inside = shapeOf(asArray(get(record, key))[0]);
      if (inside) return { confidence: inside.confidence, reason: `${where} lists ${key}: ${inside.what}` };
    }
  }
  return null;
}

interface Pending {
  run: JsonObject;
  place: Place;
}

class LangSmithReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  /** Runs of ingest batches, which may be told in several pieces. */
  readonly #pending = new Map<string, Pending>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    if (isBatch(record)) return this.#batch(record, '');
    if (isRun(record) || isFeedback(record)) return this.#one(record, place, '');
    const key = LISTS.find((one) => Array.isArray(get(record, one)));
    if (key === undefined) {
      this.emit.reject(place, 'neither a run, a batch of runs nor feedback of LangSmith', excerptOf(record));
      return;
    }
    for (const [i, item] of asArray(get(record, key)).entries())
      this.#one(item, { line: this.source.lineOf(`/${key}/${i}`) }, `/${key}/${i}`);
  }

  end(): void {
    for (const { run, place } of this.#pending.values()) this.#run(run, place, isPatch(run));
    this.#pending.clear();
    this.#buffer.end();
  }

  #batch(record: unknown, pointer: string): void {
    for (const key of ['post', 'patch']) {
      for (const [i, run] of asArray(get(record, key)).entries()) {
        const place = { line: this.source.lineOf(`${pointer}/${key}/${i}`) };
        const id = isObject(run) ? runId(run) : null;
        if (!isObject(run) || id === null) this.emit.reject(place, 'run without an id', excerptOf(run));
        else {
          const there = this.#pending.get(id);
          this.#pending.set(
            id,
            there ? { run: mergeRuns(there.run, run), place: there.place } : { run, place },
          );
        }
      }
    }
  }

  #one(record: unknown, place: Place, pointer: string): void {
    if (isObject(record) && isRun(record)) {
      this.#run(record, place);
      // The API may nest the runs below a run.
      for (const [i, child] of asArray(parseMaybe(get(record, 'child_runs'))).entries()) {
        const below = `${pointer}/child_runs/${i}`;
        if (isObject(child))
          this.#one(child, { line: Math.max(place.line, this.source.lineOf(below)) }, below);
      }
      return;
    }
    if (isObject(record) && isFeedback(record)) {
      const labels = feedbackLabels(record);
      if (typeof labels === 'string') this.emit.reject(place, labels, excerptOf(record));
      else for (const label of labels) this.emit.label(label, place);
      return;
    }
    this.emit.reject(place, 'neither a run nor feedback of LangSmith', excerptOf(record));
  }

  #run(run: JsonObject, place: Place, isAddition = false): void {
    const span = runSpan(run);
    if (typeof span === 'string') {
      this.emit.reject(place, span, excerptOf(run));
      return;
    }
    if (
      asText(get(run, 'status')) === 'pending' ||
      (span.endNs === null && get(run, 'outputs') === undefined)
    )
      this.emit.note('run that had not ended when it was exported');
    this.#buffer.add(span, place, isAddition);
    for (const label of feedbackStats(run)) this.emit.label(label, place);
  }
}

const guide: FormatGuide = {
  reads: [
    'Runs: one a line, a list, or under `runs`, `data` or `results`; also with `child_runs` nested inside.',
    'Ingest batches (`post` and `patch`): what several batches say of a run is put together by its id, in whatever files and imports they come.',
    'The bulk export: Parquet, also a folder partitioned by `year=/month=/day=`, whose keys are kept as fields of the rows, with inputs, outputs and extra as JSON text.',
    'Feedback objects, in a file of their own or beside the runs.',
  ],
  spans: [
    'A run becomes a span: `llm` a model call, `tool` a tool call, `retriever` a retrieval, `embedding` an embedding, the rest chains.',
    'Messages are read from the inputs and outputs in the shapes of LangChain and of the providers; tokens from the run, else from the outputs.',
    'A parent that is missing is taken from `dotted_order`.',
  ],
  turns:
    'A session is what `session_id`, `thread_id` or `conversation_id` in the metadata say; without one each trace stands alone. The column `session_id` is the project and no session. User messages new to a session open its turns.',
  pillars: 'By kind: model calls to the LLM, retrievals and embeddings to memory, tool runs to tools.',
  labels:
    'Feedback becomes labels of the run, with the annotator kind `human` for the app, `llm` for models and `unknown` for the API; corrections are labels of their own. `feedback_stats` of a run become one label a key with the mean.',
  leavesOut: [
    'Streaming events of runs stay in the raw record.',
    'Contents kept in S3 (`inputs_s3_urls`) are not fetched: such runs show the previews of inputs and outputs.',
  ],
};

const format: TraceFormat = {
  id: 'langsmith',
  title: 'LangSmith',
  description: 'Runs, ingest batches and feedback of LangSmith as JSON lines, JSON or bulk-export Parquet.',
  documentation: 'https://docs.langchain.com/langsmith/run-data-format',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  // Batches tell a run in pieces that may stand far from one another.
  canContinue: (head) => head.every((record) => !isBatch(record) && (isRun(record) || isFeedback(record))),
  sniff,
  read: (emit, source) => new LangSmithReader(emit, source),
};

export default format;
