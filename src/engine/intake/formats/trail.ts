/**
 * TRAIL: traces of GAIA and SWE-bench runs as nested spans, and the errors people found in them, in files of the same
 * name; or both in one row as JSON text. Owns the two kinds of file; fields are read in src/shared/trace/trail.ts. Must
 * not mend the categories' meaning: only their spelling is one. https://github.com/patronus-ai/trail-benchmark
 */
import { asArray, asText, get, isObject, parseMaybe, type JsonObject } from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import { TraceBuffer } from '../../../shared/trace/trace-buffer';
import { trailLabels, trailSpan } from '../../../shared/trace/trail';
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

const MAX_NESTING = 200;

function isTrace(record: unknown): boolean {
  const span = asArray(parseMaybe(get(record, 'spans')))[0];
  return (
    get(span, 'span_attributes') !== undefined &&
    (get(span, 'duration') !== undefined || get(span, 'child_spans') !== undefined)
  );
}

function isTruth(record: unknown): boolean {
  const error = asArray(get(record, 'errors'))[0];
  const score = asArray(get(record, 'scores'))[0];
  return get(error, 'location') !== undefined || get(score, 'reliability_score') !== undefined;
}

/** A row with both as JSON text. */
function isRow(record: unknown): boolean {
  return isTrace(parseMaybe(get(record, 'trace')));
}

class TrailReader implements FormatReader {
  readonly #buffer: TraceBuffer;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.#buffer = new TraceBuffer(emit);
  }

  record(record: unknown, place: Place): void {
    if (isRow(record)) {
      const trace = parseMaybe(get(record, 'trace')) as JsonObject;
      this.#trace(trace, place, false);
      const labels = parseMaybe(get(record, 'labels'));
      const traceId = asText(get(trace, 'trace_id'));
      if (isObject(labels) && traceId !== null) this.#labels(labels, traceId, place, false);
    } else if (isObject(record) && isTrace(record)) this.#trace(record, place, true);
    else if (isObject(record) && isTruth(record)) {
      // The annotations do not name their trace: the file does.
      const named = asText(get(record, 'trace_id')) ?? this.source.name.replace(/\.json.*$/, '');
      this.#labels(record, named, place, true);
    } else this.emit.reject(place, 'neither a trace nor annotations of TRAIL', excerptOf(record));
  }

  end(): void {
    this.#buffer.end();
  }

  #trace(trace: JsonObject, place: Place, isPlaced: boolean): void {
    const traceId = asText(get(trace, 'trace_id'));
    const walk = (spans: readonly unknown[], pointer: string, parent: string | null, depth: number): void => {
      for (const [i, item] of spans.entries()) {
        const below = `${pointer}/${i}`;
        const at = { line: isPlaced ? Math.max(place.line, this.source.lineOf(below)) : place.line };
        const span = isObject(item) ? trailSpan(item, parent, traceId) : 'span that is no object';
        if (typeof span === 'string') {
          this.emit.reject(at, span, excerptOf(item));
          continue;
        }
        this.#buffer.add(span, at);
        if (depth < MAX_NESTING)
          walk(asArray(get(item, 'child_spans')), `${below}/child_spans`, span.spanId, depth + 1);
      }
    };
    walk(asArray(parseMaybe(get(trace, 'spans'))), '/spans', null, 0);
  }

  #labels(record: JsonObject, traceId: string, place: Place, isPlaced: boolean): void {
    for (const { label, pointer } of trailLabels(record, traceId))
      this.emit.label(label, {
        line: isPlaced ? Math.max(place.line, this.source.lineOf(pointer)) : place.line,
      });
  }
}

function sniff(sample: Sample): Sniffed | null {
  // Traces by themselves are nested OpenTelemetry spans like others, and read as those (otel-flat).
  if (sample.records.some(isRow)) return { confidence: 0.96, reason: 'rows have a trace with nested spans' };
  return sample.records.some(isTruth)
    ? { confidence: 0.9, reason: 'errors with a location and scores of reliability' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Annotations (`errors`, `scores`) in files named after their trace. The traces themselves are nested OpenTelemetry spans and are read as those; both are joined whichever comes first.',
    'Rows with `trace` and `labels` as JSON text, in Parquet or JSON lines.',
  ],
  spans: [
    'A span becomes a span, its kind by its OpenInference attributes; its end is its start and its duration. What a function was given and gave is taken from the log of its span.',
  ],
  turns: 'Each trace is a session. The question of the run opens its turn.',
  pillars: 'By kind.',
  labels:
    'Each error becomes a label of kind `failure` at its span, by a person, named by its category in one spelling, with its impact, description and evidence. Scores become labels of the trace.',
  leavesOut: [
    'Annotations that name no trace and whose file was renamed find no session; they are kept and listed without one.',
  ],
};

const format: TraceFormat = {
  id: 'trail',
  title: 'TRAIL traces and annotations',
  description: 'Agent traces with the errors that people found in them, span by span.',
  documentation: 'https://github.com/patronus-ai/trail-benchmark',
  guide,
  containers: ['lines', 'document', 'parquet'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new TrailReader(emit, source),
};

export default format;
