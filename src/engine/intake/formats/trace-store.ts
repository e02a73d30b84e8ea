/**
 * Spans out of tracing back ends that do not give out OTLP: Jaeger, Zipkin, ClickHouse, SigNoz, Honeycomb, New Relic,
 * Logfire, Elastic, Azure Monitor, Google Cloud, AWS X-Ray and CloudWatch, and span objects of the JavaScript SDK. Owns
 * recognising and placing their records; their fields are read in src/shared/trace/stores, and what attributes mean is
 * shared with the other formats of the family. Must not take over OTLP proper.
 * https://opentelemetry.io/docs/specs/otel/trace/exceptions/
 */
import { isObject } from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import type { StoreItem } from '../../../shared/trace/stores/store-record';
import { storeOf, unfold } from '../../../shared/trace/stores/unfold';
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

/** Records of one value that are looked at to recognise it. */
const LOOKED_AT = 20;

function sniff(sample: Sample): Sniffed | null {
  if (sample.columns.length > 0) {
    const store = storeOf(Object.fromEntries(sample.columns.map((column) => [column.name, null])));
    if (store) return { confidence: store.confidence, reason: `columns of ${store.name}: ${store.mark}` };
  }
  for (const [index, record] of sample.records.entries()) {
    const isDocument = sample.container === 'document' && !sample.isArray;
    const where = isDocument ? 'the document' : `${sample.isArray ? 'element' : 'line'} ${String(index + 1)}`;
    let looked = 0;
    for (const { store } of unfold(record)) {
      if (store)
        return { confidence: store.confidence, reason: `${where} has ${store.mark} (${store.name})` };
      if (++looked >= LOOKED_AT) break;
    }
  }
  return null;
}

class StoreReader implements FormatReader {
  readonly #buffer: TraceBuffer;

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
      if (!store || !isObject(record)) {
        this.emit.reject(placed(''), 'no span of a tracing back end', excerptOf(record));
        continue;
      }
      for (const item of store.read(record)) this.#take(item, record, placed(item.at ?? ''));
    }
  }

  #take(item: StoreItem, record: unknown, place: Place): void {
    if ('span' in item) this.#buffer.add(item.span, place);
    else if ('log' in item) this.#buffer.addLog(item.log.traceId, { ...item.log, place, raw: record });
    else if ('skip' in item) this.#buffer.noteUnknown(item.skip);
    else this.emit.reject(place, item.reject, excerptOf(record));
  }

  end(): void {
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
    'Span objects of OpenTelemetry’s JavaScript SDK, as JSON.',
  ],
  spans: [
    'What the attributes mean (GenAI, OpenInference, Traceloop, Vercel AI) is read as in OTLP. Log rows and events join the span they name.',
    'Ends come from the end time or the length, in the unit of the back end. A span failed where its status, its outcome or an exception says so.',
    'Labels of Elastic APM, whose dots became underscores, get their names back where they are known ones.',
  ],
  turns:
    'The session is the one the attributes name; without one each trace stands alone. User messages that are new to a session open turns.',
  pillars: 'By kind; spans with no GenAI meaning stay as environment or chain.',
  labels: 'GenAI evaluation events become labels.',
  leavesOut: [
    'Log rows without content of a model call are counted only.',
    'What a back end cut (Cloud Trace cuts long attributes, Application Insights texts above 8,192 characters) is not to be had again.',
  ],
};

const format: TraceFormat = {
  id: 'trace-store',
  title: 'Tracing back ends and platforms',
  description:
    'Spans out of Jaeger, Zipkin, ClickHouse, SigNoz, Logfire, Honeycomb, New Relic, Elastic, Azure Monitor, Google Cloud, X-Ray and CloudWatch.',
  documentation: 'https://opentelemetry.io/docs/specs/otel/trace/exceptions/',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new StoreReader(emit, source),
};

export default format;
