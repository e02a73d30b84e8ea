/**
 * Goes through what is known of a file that grew once more, for formats of which a record may go on with any before it: the known
 * lines remind the reader of what stands there. What it tells from the first new line on is kept, and of what it tells in the end
 * the sessions that differ from those it would have told at the end of the known lines.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Continuation } from './continued';
import type { Emit, FormatReader, LabelInput, SpanInput } from './format';
import { readSource, type ReadCounts, type ReadTask } from './read-source';
import { NoticedLines } from '../../shared/trace/noticed-lines';

const nothing = (): void => undefined;
const silent: Emit = { span: nothing, label: nothing, note: nothing, reject: nothing };

/** Notices nothing at the lines before one. */
class NoticedFrom extends NoticedLines {
  constructor(
    private readonly first: number,
    private readonly noticed: NoticedLines,
  ) {
    super();
  }

  override at(what: string, line: number, detail?: string): void {
    if (line >= this.first) this.noticed.at(what, line, detail);
  }
}

type Told = Parameters<Emit['span']>;

/** Calls of tools that were told without a result: one that comes later is told of the call as it was made. */
class WaitingCalls {
  readonly #calls = new Map<string, Told>();

  add(...told: Told): void {
    const [span] = told;
    if (span.kind === 'tool' && (span.output ?? null) === null) this.#calls.set(keyOf(span), told);
  }

  /** The call that a span completes. */
  take(span: SpanInput): Told | undefined {
    if (span.kind !== 'tool') return undefined;
    const key = keyOf(span);
    const call = this.#calls.get(key);
    this.#calls.delete(key);
    return call;
  }
}

function keyOf({ sessionId = null, spanId }: SpanInput): string {
  return JSON.stringify([sessionId, spanId]);
}

function sessionKey({ sessionId = null, traceId = null }: SpanInput): string {
  return JSON.stringify([sessionId, sessionId === null ? traceId : null]);
}

function textOf(told: readonly unknown[]): string {
  return JSON.stringify(told, (_, value: unknown) =>
    typeof value === 'bigint' ? `${String(value)}n` : value,
  );
}

/** What a reader tells in the end, by session. */
class Ending {
  readonly #sessions = new Map<string, { hash: Hash; spans: Told[] }>();
  readonly #labels = new Map<string, Parameters<Emit['label']>>();

  /** @param isKept false where only its hashes are asked for */
  constructor(private readonly isKept: boolean) {}

  span(...told: Told): void {
    const key = sessionKey(told[0]);
    const there = this.#sessions.get(key) ?? { hash: createHash('sha1'), spans: [] };
    this.#sessions.set(key, there);
    there.hash.update(textOf(told));
    if (this.isKept) there.spans.push(told);
  }

  label(label: LabelInput, place: { line: number }): void {
    this.#labels.set(textOf([label, place]), [label, place]);
  }

  /** Tells the sessions and labels that are not the same in an earlier ending, and sessions of which more was told meanwhile. */
  tellNew(emit: Emit, before: Ending, touched: ReadonlySet<string>): void {
    const digests = new Map([...before.#sessions].map(([key, { hash }]) => [key, hash.digest('hex')]));
    for (const [key, { hash, spans }] of this.#sessions)
      if (touched.has(key) || hash.digest('hex') !== digests.get(key))
        for (const told of spans) emit.span(...told);
    for (const [key, told] of this.#labels) if (!before.#labels.has(key)) emit.label(...told);
  }
}

/** Two readers of one file, of which the first sees the known lines alone. */
function recalling(
  read: (sink: Emit) => FormatReader,
  emit: Emit,
  firstNew: number,
): Required<Pick<FormatReader, 'record' | 'end'>> {
  const [before, after] = [new Ending(false), new Ending(true)];
  const waiting = new WaitingCalls();
  const touched = new Set<string>();
  let stage: 'known' | 'new' | 'end' = 'known';
  const known = read({
    ...silent,
    span: (...told) => {
      if (stage === 'end') before.span(...told);
    },
    label: (...told) => {
      if (stage === 'end') before.label(...told);
    },
  });
  const whole = read({
    span: (span, place) => {
      if (stage === 'end') return after.span(span, place);
      const call = waiting.take(span);
      if (stage === 'known') return waiting.add(span, place);
      touched.add(sessionKey(span));
      if (call) emit.span(...call);
      emit.span(span, place);
    },
    label: (...told) => {
      if (stage === 'end') after.label(...told);
      else if (stage === 'new') emit.label(...told);
    },
    note: (...note) => {
      if (stage !== 'known') emit.note(...note);
    },
    reject: (place, ...reject) => {
      if (place.line >= firstNew) emit.reject(place, ...reject);
    },
  });
  return {
    record: (record, place) => {
      if (place.line >= firstNew) stage = 'new';
      if (stage === 'known') known.record(record, place);
      whole.record(record, place);
    },
    end: () => {
      stage = 'end';
      known.end?.();
      whole.end?.();
      after.tellNew(emit, before, touched);
    },
  };
}

/** Reads a file of lines and keeps what is new of it from where `from` begins. Throws as `readSource` does. */
export async function readRecalled(task: ReadTask, from: Continuation): Promise<ReadCounts> {
  const { format } = task;
  return readSource({
    ...task,
    from: null,
    recalledBefore: from.line,
    reject: (line, ...reject) => {
      if (line >= from.line) task.reject(line, ...reject);
    },
    noticed: new NoticedFrom(from.line, task.noticed),
    format: {
      ...format,
      read: (emit, source) => recalling((sink) => format.read(sink, source), emit, from.line),
    },
  });
}

/** The same place with the number of records that were read before it, of a file of which not each line is one. */
export async function countedUntil<From extends Continuation>(task: ReadTask, from: From): Promise<From> {
  let recordsBefore = 0;
  await readSource({
    ...task,
    length: from.byteOffset,
    emit: silent,
    reject: nothing,
    noticed: new NoticedLines(),
    format: { ...task.format, read: () => ({ record: () => (recordsBefore += 1) }) },
    onBytes: nothing,
    onRecord: nothing,
  });
  return { ...from, recordsBefore };
}
