/**
 * Spans out of back ends that do not give out OTLP (Jaeger, Zipkin, ClickHouse, SigNoz, Honeycomb, New Relic, Logfire,
 * Elastic, Azure Monitor, Google Cloud, AWS) and records of platforms and gateways for language models. Owns
 * recognising and placing their records; their fields are read in src/shared/trace/stores, and what attributes mean is
 * shared with the other formats of the family. Must not take over OTLP proper.
 * https://opentelemetry.io/docs/specs/otel/trace/exceptions/
 */
import { isObject } from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import type { StoreItem, TraceStore } from '../../../shared/trace/stores/store-record';
import { leftOut, storeOf, unfold } from '../../../shared/trace/stores/unfold';
import { TraceBuffer, type Held } from '../../../shared/trace/trace-buffer';
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

/** Parents followed upwards from a run. */
const MAX_ABOVE = 64;
/** Records of one value that are looked at to recognise it. */
const LOOKED_AT = 20;
/** Confidence where most records of a sample are of no back end. */
const AMONG_OTHERS = 0.5;

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0) {
    const store = storeOf(Object.fromEntries(sample.columns.map((column) => [column.name, null])));
    if (store) return { confidence: store.confidence, reason: `columns of ${store.name}: ${store.mark}` };
  }
  let best: Sniffed | null = null;
  let known = 0;
  for (const [index, record] of sample.records.entries()) {
    const isDocument = sample.container === 'document' && !sample.isArray;
    const where = isDocument ? 'the document' : `${sample.isArray ? 'element' : 'line'} ${String(index + 1)}`;
    const store = firstStore(record);
    if (store)
      best ??= { confidence: store.confidence, reason: `${where} has ${store.mark} (${store.name})` };
    if (store || leftOut(record) !== null) known += 1;
  }
  // One record of a back end among many others may be there by chance.
  return best && known * 2 < sample.records.length ? { ...best, confidence: AMONG_OTHERS } : best;
}

/** The back end of the first record inside a value that is of one. */
function firstStore(value: unknown): TraceStore | null {
  let looked = 0;
  for (const { store } of unfold(value)) {
    if (store) return store;
    if (++looked >= LOOKED_AT) break;
  }
  return null;
}

class StoreReader implements FormatReader {
  readonly #buffer: TraceBuffer;
  readonly #traceless: Held[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(value: unknown, place: Place): void {
    for (const { record, store, pointer } of unfold(value)) {
      const placed = (inner: string): Place =>
        pointer + inner === '' ? place : { line: this.source.lineOf(pointer + inner) };
      const without = store ? null : leftOut(record);
      if (without !== null) {
        this.#buffer.noteUnknown(without);
        continue;
      }
      if (!store || !isObject(record)) {
        this.emit.reject(placed(''), 'no span of a tracing back end', excerptOf(record));
        continue;
      }
      for (const item of store.read(record)) this.#take(item, record, placed(item.at ?? ''));
    }
  }

  #take(item: StoreItem, record: unknown, place: Place): void {
    if ('span' in item) this.#add({ source: item.span, place });
    else if ('log' in item) this.#buffer.addLog(item.log.traceId, { ...item.log, place, raw: record });
    else if ('label' in item) this.emit.label(item.label, place);
    else if ('skip' in item) this.#buffer.noteUnknown(item.skip);
    else this.emit.reject(place, item.reject, excerptOf(record));
  }

  #add(held: Held): void {
    if (held.source.traceId === null) this.#traceless.push(held);
    else this.#buffer.add(held.source, held.place);
  }

  end(): void {
    // Runs that name their parents and no trace are of the trace of the outermost one.
    const parentOf = new Map(this.#traceless.map(({ source }) => [source.spanId, source.parentSpanId]));
    for (const { source, place } of this.#traceless) {
      let root = source.spanId;
      for (let i = 0; i < MAX_ABOVE; i++) {
        const parent = parentOf.get(root) ?? null;
        if (parent === null || !parentOf.has(parent)) break;
        root = parent;
      }
      this.#buffer.add({ ...source, traceId: root }, place);
    }
    this.#buffer.end();
  }
}

const guide: FormatGuide = {
  reads: [
    'Jaeger: traces of its API and interface (`data`, `spans`, `processes`), and its documents in Elasticsearch. Zipkin: lists of spans, also grouped by trace.',
    'The trace tables of ClickHouse and SigNoz, as JSON, JSON lines, CSV or Parquet.',
    'Pydantic Logfire: rows of its SQL API and table, as JSON (rows or columns), JSON lines, CSV or Parquet; pending spans are left out.',
    'Honeycomb and New Relic: rows with attributes as columns, JSON or CSV. Elastic: documents of OpenTelemetry and of APM, alone, as search hits, or as CSV of Kibana.',
    'Azure Monitor: rows of Application Insights (`dependencies`, `requests`, `traces`, `customEvents`, `exceptions`) and of Log Analytics (`AppDependencies` and so on), from a query, CSV or diagnostic settings. Google Cloud: traces of Cloud Trace, entries of Cloud Logging. AWS: X-Ray segments, records of `aws/spans` out of CloudWatch Logs and Insights.',
    'Span objects of OpenTelemetry’s JavaScript SDK, as JSON; what the Go SDK prints (`stdouttrace`). Trace files of Genkit, spans of Mastra.',
    'Braintrust: rows of logs and experiments, as JSON lines, CSV, or out of the API. Opik: traces with their spans, or either alone. Datadog LLM Observability: spans of the export API and as the SDK sends them. PostHog: `$ai_…` events, as JSON, CSV or HogQL results. Lunary: runs.',
    'Gateways: requests of Helicone, the logging payload and spend logs of LiteLLM, logs of Portkey, each with its request and response.',
  ],
  spans: [
    'What the attributes mean (GenAI, OpenInference, Traceloop, Vercel AI) is read as in OTLP. Log rows and events join the span they name.',
    'Ends come from the end time or the length, in the unit of the back end. A span failed where its status, its outcome or an exception says so.',
    'Runs of platforms keep their type; containers and functions are chains. Tokens and cost are taken for model calls alone.',
    'Labels of Elastic APM, whose dots became underscores, get their names back where they are known ones.',
  ],
  turns:
    'The session is the one the attributes name; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind; spans with no GenAI meaning stay as environment or chain.',
  labels:
    'GenAI evaluation events become labels; so do scores, feedback, comments and thumbs of the platforms, with the kind of annotator the platform tells (a person in Opik’s interface, a rule of online scoring), else unknown. What Braintrust expected is a correction.',
  leavesOut: [
    'Log rows without content of a model call, and events that are none of a language model, are counted only.',
    'Gateways see no tools run: calls of tools come out of the messages. Without a session in the metadata each request stands alone.',
    'What a back end cut (Cloud Trace cuts long attributes, Application Insights texts above 8,192 characters) is not to be had again.',
  ],
};

const format: TraceFormat = {
  id: 'trace-store',
  title: 'Tracing back ends and platforms',
  description:
    'Spans and calls out of Jaeger, Zipkin, Elastic, Azure, Google Cloud, AWS, Logfire, Datadog, Braintrust, Opik, PostHog, gateways and others.',
  documentation: 'https://opentelemetry.io/docs/specs/otel/trace/exceptions/',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new StoreReader(emit, source),
};

export default format;
