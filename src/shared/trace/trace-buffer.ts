/**
 * Gathers the spans and log records of a file by trace and hands each trace on as a whole. Holds no more than a budget
 * of text: beyond it the traces that were silent longest are handed on early, so that files of any size pass through.
 */
import { bagOf, textOf, type AttributeBag } from './attribute-bag';
import { evaluationLabel } from './genai-label';
import type { GenAiLabel, GenAiSpan, SpanEvent, SpanSource } from './genai-span';
import { understandTrace, type TraceFacts, type TraceResult } from './genai-trace';
import { isObject } from './json';
import { NoticedLines } from './noticed-lines';
import { asBegun, completed, isFuller, isOneSpan, sizeOf } from './span-record';

interface TraceSink {
  span(span: GenAiSpan, place: { line: number }): void;
  label(label: GenAiLabel, place: { line: number }): void;
  note(what: string, count?: number): void;
  reject(place: { line: number }, reason: string, excerpt?: string): void;
}

interface LogRecord {
  spanId: string;
  event: SpanEvent;
  resource: AttributeBag;
  place: { line: number };
  raw: unknown;
}

/** A span with the place it was read at. */
export interface Held {
  source: SpanSource;
  place: { line: number };
  /** Rebuilt from log records, where the file has no record of the span. */
  isAddition?: boolean;
}

interface Group {
  sources: Held[];
  logs: LogRecord[];
  facts: TraceFacts;
  row: Held | null;
  size: number;
}

/** Characters of content held at a time, about 250 MB of memory at worst. */
const BUDGET = 64_000_000;
/** Different notes about unknown things; the rest is counted together. */
const MAX_NOTES = 100;

export class TraceBuffer {
  readonly #sink: TraceSink;
  readonly #budget: number;
  readonly #groups = new Map<string, Group>();
  readonly #gone = new Set<string>();
  readonly #notes = new Set<string>();
  readonly #noticed = new NoticedLines();
  #size = 0;

  /** `budget`: characters of content to hold before traces are handed on early. */
  constructor(sink: TraceSink, budget: number = BUDGET) {
    this.#sink = sink;
    this.#budget = budget;
  }

  /** Adds the record of a span; `isAddition`: one that only says more of a span whose record may be in another file. */
  add(given: SpanSource, place: { line: number }, isAddition = false): void {
    const source = asBegun(given);
    const group = this.#group(source.traceId ?? `span ${source.spanId}`);
    group.sources.push({ source, place, ...(isAddition ? { isAddition } : {}) });
    const events = source.events.reduce((sum, event) => sum + sizeOf(event.attributes), 0);
    const io = [source.input, source.output].reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
      0,
    );
    this.#grow(group, 500 + sizeOf(source.attributes) + events + io);
  }

  /** A log record that belongs to a span. */
  addLog(traceId: string, log: LogRecord): void {
    const group = this.#group(traceId);
    group.logs.push(log);
    this.#grow(group, 500 + sizeOf(log.event.attributes) + (isObject(log.event.body) ? 1000 : 0));
  }

  /** What the source says of the trace itself. `row` stands for the trace where the file has no span of it. */
  addFacts(traceId: string, facts: TraceFacts, row: Held): void {
    const group = this.#group(traceId);
    Object.assign(group.facts, facts);
    group.row = row;
    const texts = [row.source.input, row.source.output];
    this.#grow(
      group,
      texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 500), 500),
    );
  }

  /** Counts something this reader does not know, with an upper bound on how many different things are named. */
  noteUnknown(what: string): void {
    const known = this.#notes.has(what) || this.#notes.size < MAX_NOTES;
    if (known) this.#notes.add(what);
    this.#sink.note(known ? what : 'other unknown things kept in the raw record');
  }

  end(): void {
    for (const [traceId, group] of this.#groups) this.#flush(traceId, group);
    this.#groups.clear();
    this.#noticed.end((what, count) => {
      this.#sink.note(what, count);
    });
  }

  #group(traceId: string): Group {
    const there = this.#groups.get(traceId);
    if (there) {
      // Last touched goes last, so that the map's first entry is the one silent longest.
      this.#groups.delete(traceId);
      this.#groups.set(traceId, there);
      return there;
    }
    if (this.#gone.has(traceId)) this.#sink.note('trace continued far away in the file: read in parts');
    const made: Group = { sources: [], logs: [], facts: {}, row: null, size: 0 };
    this.#groups.set(traceId, made);
    return made;
  }

  #grow(group: Group, size: number): void {
    group.size += size;
    this.#size += size;
    for (const [traceId, oldest] of this.#groups) {
      if (this.#size <= this.#budget) return;
      this.#groups.delete(traceId);
      if (this.#gone.size < 100_000) this.#gone.add(traceId);
      this.#size -= oldest.size;
      this.#flush(traceId, oldest);
    }
  }

  #flush(traceId: string, group: Group): void {
    const bySpan = new Map<string, Held>();
    for (const one of group.sources) this.#addTo(bySpan, one);
    const logs = this.#attach(traceId, group.logs, bySpan);
    const kept = withRow([...bySpan.values()], group.row);
    const result = this.#understood(kept, group.facts);
    if (!result) return;
    const placeOf = new Map(kept.map((one) => [one.source.spanId, one.place]));
    for (const [i, span] of result.spans.entries()) {
      const held = kept[i];
      // Another file may hold the record of the span, which this then only adds to.
      this.#sink.span(held?.isAddition === true ? completion(span) : span, held?.place ?? { line: 1 });
    }
    const fallback = kept[0]?.place ?? { line: 1 };
    for (const label of result.labels) this.#sink.label(label, placeOf.get(label.spanId ?? '') ?? fallback);
    for (const { label, place } of logs)
      this.#sink.label({ ...label, sessionId: result.spans[0]?.sessionId ?? null }, place);
    for (const name of result.unknownEvents) this.noteUnknown(`span event "${name}" kept in the raw record`);
  }

  /** Adds a record of a span: of two of one span the fuller is kept, another span of the same id gets an id of its own. */
  #addTo(bySpan: Map<string, Held>, one: Held): void {
    const { spanId } = one.source;
    const there = bySpan.get(spanId);
    if (!there) bySpan.set(spanId, one);
    else if (isOneSpan(one.source, there.source)) {
      this.#noticed.at('span exported twice: the fuller record kept', one.place.line);
      const [fuller, other] = isFuller(one.source, there.source) ? [one, there] : [there, one];
      Object.assign(there, fuller, {
        source: completed(fuller.source, other.source),
        isAddition: one.isAddition === true && there.isAddition === true,
      });
    } else {
      let n = 2;
      while (bySpan.has(`${spanId}~${String(n)}`)) n += 1;
      one.source.spanId = `${spanId}~${String(n)}`;
      bySpan.set(one.source.spanId, one);
      this.#noticed.at(
        'another span under the id of one of its trace, kept beside it with “~2” and so on behind its id',
        one.place.line,
      );
    }
  }

  /** A trace that defeats the reader costs that trace and no other. */
  #understood(kept: readonly Held[], facts: TraceFacts): TraceResult | null {
    try {
      return understandTrace(
        kept.map((one) => one.source),
        facts,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      for (const { source, place } of kept)
        this.#sink.reject(place, `trace could not be understood: ${why}`, source.name);
      return null;
    }
  }

  /** Joins log records to their spans; a model call known from its log records alone becomes a span of its own. */
  #attach(
    traceId: string,
    logs: readonly LogRecord[],
    bySpan: Map<string, Held>,
  ): { label: GenAiLabel; place: { line: number } }[] {
    const labels: { label: GenAiLabel; place: { line: number } }[] = [];
    const missing = new Map<string, LogRecord[]>();
    for (const [index, log] of logs.entries()) {
      const span = bySpan.get(log.spanId)?.source;
      if (log.event.name === 'gen_ai.evaluation.result') {
        const label = evaluationLabel(log.event, { traceId, spanId: log.spanId || null }, index);
        if (label) labels.push({ label, place: log.place });
        else this.noteUnknown('evaluation result without a name or a score');
      } else if (span) span.events.push(log.event);
      else {
        const there = missing.get(log.spanId);
        if (there) there.push(log);
        else missing.set(log.spanId, [log]);
      }
    }
    for (const { source } of bySpan.values())
      source.events.sort((a, b) =>
        a.timeNs === null || b.timeNs === null || a.timeNs === b.timeNs ? 0 : a.timeNs < b.timeNs ? -1 : 1,
      );
    for (const [spanId, records] of missing) {
      const made = spanFromLogs(traceId, spanId, records);
      if (made) {
        bySpan.set(spanId, made);
        this.#sink.note('span rebuilt from its log records, which are all the file has of it');
      } else
        for (const record of records)
          this.noteUnknown(
            `log record "${record.event.name.slice(0, 80)}" without content of a model call not kept`,
          );
    }
    return labels;
  }
}

/** A span as what adds to its record: a status that no log told says nothing against that of the record. */
function completion(span: GenAiSpan): GenAiSpan {
  const { status, ...rest } = span;
  return { ...rest, completes: true, ...(status === undefined || status === 'unset' ? {} : { status }) };
}

/** The trace row as a span of its own, or beside the attributes of the trace's first root. */
function withRow(spans: Held[], row: Held | null): Held[] {
  if (!row) return spans;
  if (spans.length === 0) return [row];
  const ids = new Set(spans.map((one) => one.source.spanId));
  const root = spans.find((one) => !ids.has(one.source.parentSpanId ?? ''));
  const { input: _input, output: _output, ...rest } = bagOf(row.source.raw);
  if (root) root.source.attributes['trace'] = rest;
  return spans;
}

const CONTENT_EVENT =
  /^gen_ai\.(client\.inference\.operation\.details|system\.message|user\.message|assistant\.message|tool\.message|choice)$/;

function hasConversation(event: SpanEvent): boolean {
  const body = event.body;
  return isObject(body) && (isObject(body['input']) || isObject(body['output']));
}

function spanFromLogs(traceId: string, spanId: string, records: readonly LogRecord[]): Held | null {
  const telling = records.filter(
    (record) => CONTENT_EVENT.test(record.event.name) || hasConversation(record.event),
  );
  const first = telling[0];
  if (!first || spanId === '') return null;
  const details = telling.find((record) => record.event.name.endsWith('operation.details')) ?? first;
  const times = records
    .flatMap((record) => record.event.timeNs ?? [])
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const attributes = bagOf(details.event.attributes);
  const operation = textOf(attributes, ['gen_ai.operation.name']);
  if (
    operation === null &&
    telling.some(
      (record) => record.event.name === 'gen_ai.choice' || record.event.name.endsWith('operation.details'),
    )
  )
    attributes['gen_ai.operation.name'] = 'chat';
  const source: SpanSource = {
    spanId,
    parentSpanId: null,
    traceId,
    name: operation ?? details.event.name,
    startNs: times[0] ?? null,
    endNs: times.length > 1 ? (times[times.length - 1] ?? null) : null,
    status: 'unset',
    statusMessage: null,
    attributes,
    resource: details.resource,
    scope: null,
    events: records.map((record) => record.event),
    raw: records.length === 1 ? first.raw : records.map((record) => record.raw),
  };
  return { source, place: first.place, isAddition: true };
}
