/**
 * Logs of Inspect AI: `.json` (one document) and `.eval` (a ZIP with a header and a member for each sample), finished,
 * cancelled or failed, and lists of its events alone. A sample is a session. Owns the log around the samples; a sample
 * is read in src/shared/trace/inspect-sample.ts. Must not take the benchmark's prompts for a person's words.
 * https://inspect.aisi.org.uk/eval-logs.html
 */
import { eventSpans, messageSpans, type SampleSpan } from '../../../shared/trace/inspect-sample';
import { scoreLabels } from '../../../shared/trace/inspect-score';
import {
  asArray,
  asObject,
  asText,
  at,
  get,
  isObject,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
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

const EVENTS = new Set(
  'sample_init span_begin span_end step model tool sandbox state store score error info input approval sample_limit compaction interrupt logger subtask'.split(
    ' ',
  ),
);

function isLog(value: unknown): boolean {
  const evaluation = get(value, 'eval');
  return (
    isObject(evaluation) && get(evaluation, 'task') !== undefined && get(evaluation, 'model') !== undefined
  );
}

function isSample(value: unknown): boolean {
  const hasId = isObject(value) && Object.hasOwn(value, 'id') && Object.hasOwn(value, 'epoch');
  return hasId && (Array.isArray(get(value, 'messages')) || Array.isArray(get(value, 'events')));
}

/** A sample whose log keeps no events is told by what was expected of it and how it was scored. */
function isScored(value: unknown): boolean {
  return get(value, 'target') !== undefined && isObject(get(value, 'scores'));
}

function areEvents(value: unknown): boolean {
  const events = get(value, 'events');
  if (!Array.isArray(events)) return false;
  const first: unknown = events[0];
  if (first === undefined) return get(value, 'expected') !== undefined;
  return EVENTS.has(asText(get(first, 'event')) ?? '') && get(first, 'timestamp') !== undefined;
}

class InspectReader implements FormatReader {
  #eval: JsonObject = {};
  #count = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const member = asText(get(record, 'member'));
    if (member !== null && isObject(record) && Object.hasOwn(record, 'value'))
      return this.#member(member, get(record, 'value'), place);
    if (isLog(record)) this.#log(record as JsonObject, place, '');
    else if (isSample(record)) this.#sample(record as JsonObject, place, '');
    else if (areEvents(record)) this.#sample({ ...(record as JsonObject), id: this.#count }, place, '');
    else this.emit.reject(place, 'neither a log, a sample nor events of Inspect AI', excerptOf(record));
  }

  #member(name: string, value: unknown, place: Place): void {
    if (isLog(value)) this.#log(value as JsonObject, place, '');
    else if (name.startsWith('samples/') && isObject(value)) this.#sample(value, place, '');
    else if (!/^(summaries|reductions|_journal\/)/.test(name))
      this.emit.note(`member "${name.slice(0, 60)}" not read`);
  }

  #log(log: JsonObject, place: Place, pointer: string): void {
    // An archive has the same twice: in its header and, of an unfinished log, in its journal.
    if (Object.keys(this.#eval).length === 0) this.#eval = asObject(get(log, 'eval')) ?? {};
    const samples = asArray(get(log, 'samples'));
    const status = asText(get(log, 'status'));
    if (status !== null && status !== 'success') this.emit.note(`log of an eval with status "${status}"`);
    for (const [i, sample] of samples.entries()) {
      const below = `${pointer}/samples/${i}`;
      const at = { line: Math.max(place.line, this.source.lineOf(below)) };
      if (isObject(sample)) this.#sample(sample, at, below);
      else this.emit.reject(at, 'a sample must be an object', excerptOf(sample));
    }
    const message = asText(at(log, 'error', 'message'));
    if (message !== null) this.#failure(log, message, place);
  }

  /** An eval that failed as a whole is a session of its own: it may have no sample that could tell. */
  #failure(log: JsonObject, message: string, place: Place): void {
    this.emit.span(
      {
        spanId: 'eval-error',
        sessionId: `inspect:${this.#runId()}`,
        kind: 'event',
        name: 'eval failed',
        status: 'error',
        statusMessage: message.slice(0, 2000),
        errorType: /^([A-Za-z_][\w.]{0,80}(?:Error|Exception))\b/.exec(message)?.[1] ?? null,
        text: message,
        feature: asText(get(this.#eval, 'task')),
        raw: get(log, 'error'),
      },
      place,
    );
  }

  #runId(): string {
    return asText(get(this.#eval, 'run_id')) ?? asText(get(this.#eval, 'eval_id')) ?? this.source.shortHash;
  }

  #sample(sample: JsonObject, place: Place, pointer: string): void {
    this.#count += 1;
    const id = toJsonText(get(sample, 'id')) ?? String(this.#count);
    const epoch = toJsonText(get(sample, 'epoch')) ?? '1';
    const sessionId = asText(get(sample, 'uuid')) ?? `inspect:${this.#runId()}:${id}:${epoch}`;
    const events = asArray(get(sample, 'events'));
    const worked = events.some((event) => ['model', 'tool'].includes(asText(get(event, 'event')) ?? ''));
    const hasEvents = worked || asArray(get(sample, 'messages')).length === 0;
    const lineOf = (below: string): Place => ({
      line: Math.max(place.line, this.source.lineOf(`${pointer}${below}`)),
    });
    const { spans, notes } = hasEvents ? eventSpans(sample, events) : messageSpans(sample);
    spans.forEach((one, i) => {
      this.#span(one, sessionId, i === 0 ? sample : null, lineOf(one.pointer));
    });
    for (const note of notes) {
      if (typeof note === 'string') this.emit.note(note);
      else this.emit.note(note[0], note[1]);
    }
    this.#ending(sample, sessionId, place, events);
    const scores = scoreLabels(sample, sessionId);
    for (const label of scores.labels) this.emit.label(label, lineOf('/scores'));
    if (scores.empty > 0) this.emit.note('score without a value', scores.empty);
  }

  #span({ span }: SampleSpan, sessionId: string, sample: JsonObject | null, place: Place): void {
    const own = sample
      ? {
          sample: {
            id: get(sample, 'id'),
            epoch: get(sample, 'epoch'),
            target: get(sample, 'target'),
            metadata: get(sample, 'metadata'),
          },
          task: get(this.#eval, 'task'),
        }
      : {};
    this.emit.span(
      {
        ...span,
        sessionId,
        feature: asText(get(this.#eval, 'task')),
        agentVersion: asText(at(this.#eval, 'revision', 'commit')),
        attributes: { ...span.attributes, ...own },
      },
      place,
    );
  }

  /** What ended the sample before its time: an error or a limit, where no event says so. */
  #ending(sample: JsonObject, sessionId: string, place: Place, events: readonly unknown[]): void {
    const told = new Set(events.map((event) => asText(get(event, 'event'))));
    const error = asObject(get(sample, 'error'));
    const limit = asObject(get(sample, 'limit'));
    const tell = (name: string, text: string | null, raw: unknown): void => {
      this.emit.span(
        {
          spanId: name.replaceAll(' ', '-'),
          sessionId,
          kind: 'event',
          name,
          status: 'error',
          statusMessage: text?.slice(0, 2000) ?? null,
          text,
          raw,
        },
        place,
      );
    };
    if (error && !told.has('error')) tell('sample failed', asText(get(error, 'message')), error);
    if (limit && !told.has('sample_limit'))
      tell(
        'limit reached',
        `${asText(get(limit, 'type')) ?? 'limit'} ${toJsonText(get(limit, 'limit')) ?? ''}`.trim(),
        limit,
      );
    const retries = asArray(get(sample, 'error_retries')).length;
    if (retries > 0) this.emit.note('attempt at a sample that failed and was tried again', retries);
  }
}

function sniff(sample: Sample): Sniffed | null {
  const [first] = sample.records;
  if (sample.container === 'archive') {
    const isOwn =
      isLog(get(first, 'value')) ||
      (isSample(get(first, 'value')) && (asText(get(first, 'member')) ?? '').startsWith('samples/'));
    return isOwn
      ? {
          confidence: 0.97,
          reason: `the archive's ${asText(get(first, 'member')) ?? 'header'} names a task and a model`,
        }
      : null;
  }
  if (sample.records.some(isLog))
    return { confidence: 0.96, reason: 'the document has eval with a task and a model' };
  if (sample.records.some((record) => isSample(record) && (areEvents(record) || isScored(record))))
    return { confidence: 0.9, reason: 'samples with an epoch, and with events or scores' };
  return sample.records.some(areEvents)
    ? { confidence: 0.85, reason: 'a list of events of Inspect AI' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Logs as `.json`, and as `.eval`: a ZIP whose members may be stored, deflated or compressed with zstd (method 93).',
    'Logs that are unfinished (no `header.json`), cancelled or failed; samples one a line; a list of events alone.',
    'Attachments are put back in place; messages kept in a pool are found through their references.',
  ],
  spans: [
    'Model events become model calls, tool events tool calls, sandbox events work of the environment, `span_begin` and `step` chains (agents where they say so).',
    'Input at the console is kept as a command, which opens no turn; approvals, limits, interrupts, compactions, errors, scores, infos become events. A tool call that was not approved is rejected.',
    'A sample without events is read from its messages.',
  ],
  turns:
    'A sample is a session. User messages of the data set open turns as those of a simulated user; messages of an operator are a person’s.',
  pillars: 'By kind; sandbox events belong to the environment.',
  labels:
    'Scores become labels of their sample: `C`, `I`, `P`, `N` as outcomes with the values 1, 0, 0.5, 0, other values as scores; the annotator is the scorer, of kind `llm` where it is graded by a model. A score that somebody changed afterwards is two labels: what the scorer said, and what this person did.',
  leavesOut: [
    'Events `state`, `store`, `sample_init` and `subtask` are counted and not shown. Events not known are kept as events, and counted by name.',
    'Raw requests to the provider (`call`) and reductions are not kept. Lines are those of the member of an archive.',
  ],
};

const format: TraceFormat = {
  id: 'inspect-ai',
  title: 'Inspect AI logs',
  description: 'Evaluation logs of Inspect AI, as JSON or as .eval archives, with the scores of each sample.',
  documentation: 'https://inspect.aisi.org.uk/eval-logs.html',
  guide,
  containers: ['lines', 'document', 'archive'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new InspectReader(emit, source),
};

export default format;
