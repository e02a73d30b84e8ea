/**
 * Events of the client: what a person did with an answer (accept, undo, copy, edit, send, abandon) and the text that
 * was used in the end. One JSON object a line, a schema of this project's own, so that any product can write it. Owns
 * the reading of its fields; which session, turn or span an event belongs to is found out once all files are read.
 * Must not judge: whether an undo is a failure is for the signals. docs/formats/client-events.md
 */
import { clientActionOf, turnReference } from '../../../shared/trace/client-event';
import { asNumber, asText, isObject, toJsonText, type JsonObject } from '../../../shared/trace/json';
import { either, excerptOf } from '../../../shared/trace/otel-value';
import { toNs } from '../../../shared/trace/time';
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

/** Spellings of each field; the first is the documented one. */
const FIELDS = {
  event: ['event', 'action', 'type', 'event_type', 'eventType'],
  id: ['id', 'event_id', 'eventId'],
  session: ['session', 'session_id', 'sessionId', 'conversation_id', 'thread_id'],
  trace: ['trace', 'trace_id', 'traceId'],
  span: ['span', 'span_id', 'spanId', 'message_id', 'messageId'],
  turn: ['turn', 'turn_no', 'turnNo'],
  time: ['time', 'timestamp', 'ts', 'at', 'created_at'],
  generated: ['generated', 'generated_text', 'generatedText'],
  used: ['used', 'used_text', 'usedText'],
  user: ['user', 'user_id', 'userId'],
} as const;

const KNOWN = new Set<string>(Object.values(FIELDS).flat());

function field(record: unknown, name: keyof typeof FIELDS): unknown {
  return either(record, ...FIELDS[name]);
}

/** An id as text; numbers are ids too. */
function id(record: unknown, name: 'id' | 'session' | 'trace' | 'span' | 'user'): string | null {
  const value = field(record, name);
  return asText(value) ?? (typeof value === 'number' ? String(value) : null);
}

function refers(record: unknown): boolean {
  return (['session', 'trace', 'span'] as const).some((name) => id(record, name) !== null);
}

function isEvent(record: unknown): boolean {
  const says = (['generated', 'used', 'time', 'turn'] as const).some(
    (name) => field(record, name) !== undefined,
  );
  return clientActionOf(field(record, 'event')) !== null && refers(record) && says;
}

/** What the event says beside the documented fields, the turn among it. */
function attributesOf(record: JsonObject, turn: number | null): Record<string, unknown> | null {
  const rest = Object.entries(record).filter(([key]) => !KNOWN.has(key));
  if (turn !== null) rest.push(['turn', turn]);
  return rest.length === 0 ? null : Object.fromEntries(rest);
}

class ClientEventReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (!isObject(record)) {
      this.emit.reject(place, 'an event must be a JSON object', excerptOf(record));
      return;
    }
    const word = asText(field(record, 'event'));
    if (word === null) {
      this.emit.reject(place, 'the event does not say what happened ("event")', excerptOf(record));
      return;
    }
    if (!refers(record)) {
      this.emit.reject(place, 'the event names no session, trace or span', excerptOf(record));
      return;
    }
    const action = clientActionOf(word);
    if (action === null) this.emit.note(`event "${word.slice(0, 60)}" kept raw`);
    const startNs = toNs(field(record, 'time'));
    const turn = asNumber(field(record, 'turn'));
    const isTurn = turn !== null && Number.isInteger(turn) && turn > 0;
    if (turn !== null && !isTurn) this.emit.note('event whose turn is not a number from 1 on');
    const spanId = id(record, 'span');
    this.emit.span(
      {
        spanId: id(record, 'id') ?? `event:${this.source.shortHash}:${place.line}`,
        sessionId: id(record, 'session'),
        traceId: id(record, 'trace'),
        // Only what is known to be said of an answer is looked up by the turn.
        parentSpanId: spanId ?? (isTurn && action !== null ? turnReference(turn) : null),
        kind: 'event',
        name: action === null ? word.slice(0, 80) : `client ${action}`,
        operation: action === null ? null : `client.${action}`,
        startNs,
        endNs: startNs,
        text: toJsonText(field(record, 'used')),
        input: toJsonText(field(record, 'generated')),
        attributes: attributesOf(record, turn),
        userId: id(record, 'user'),
        raw: record,
      },
      place,
    );
  }
}

function sniff(sample: Sample): Sniffed | null {
  const events = sample.records.filter(isEvent).length;
  if (events === 0) return null;
  const share = events / sample.records.length;
  return {
    confidence: share >= 0.5 ? 0.9 : 0.4,
    reason: `${events} of the first ${sample.records.length} records say what a person did with an answer`,
  };
}

const guide: FormatGuide = {
  reads: [
    'JSON lines with one event each; also a JSON list or Parquet with the same fields as columns.',
    'Other files of events through a mapping: a record whose kind or name is one of the six words becomes such an event.',
  ],
  spans: [
    'Each event becomes a span of kind `event` with the operation `client.accept`, `client.undo`, `client.copy`, `client.edit`, `client.send` or `client.abandon`.',
    'Its input is the generated text, its text the text that was used, its parent the span it refers to; every other field is kept in its attributes.',
  ],
  turns:
    'An event joins the session it names, else the session of the trace or span it names, whichever file or import that is in. It refers to the span it names; else to the last answer of the turn or trace it names; else to the last answer before its time. It opens no turn.',
  pillars: 'Events of the client belong to the environment.',
  labels: '',
  leavesOut: [
    'An event that names neither a session, a trace nor a span is rejected.',
    'Other words than the six are kept as events without an operation, and counted.',
  ],
  more: `## Schema

| field       | type             | meaning                                                            |
| ----------- | ---------------- | ------------------------------------------------------------------ |
| \`event\`     | text, required   | \`accept\`, \`undo\`, \`copy\`, \`edit\`, \`send\` or \`abandon\`        |
| \`session\`   | text             | id of the session; one of session, trace and span must be there    |
| \`trace\`     | text             | id of the trace                                                    |
| \`span\`      | text             | id of the span (the answer) the event is about                     |
| \`turn\`      | whole number     | instead of a span: number of the turn in its session, from 1       |
| \`time\`      | ISO 8601 or epoch | when it happened; without it the event stands behind its span     |
| \`generated\` | text             | what the agent had written                                         |
| \`used\`      | text             | what the person used in the end                                    |
| \`user\`      | text             | id of the user                                                     |
| \`id\`        | text             | id of the event itself; made from file and line where it is absent |

Further fields are kept. The spellings \`session_id\`, \`trace_id\`, \`span_id\`, \`timestamp\`, \`generated_text\`,
\`used_text\`, \`user_id\` and the like are understood as well, and so are \`accepted\`, \`reverted\`, \`sent\` and the like.

\`\`\`json
{"event":"edit","session":"s-17","span":"answer-4","time":"2026-09-22T10:02:00Z","generated":"Kind regards","used":"With warm regards","user":"u-3"}
{"event":"undo","session":"s-17","turn":3,"time":"2026-09-22T10:03:10Z","generated":"Delete the second paragraph."}
\`\`\``,
};

const clientEvents: TraceFormat = {
  id: 'client-events',
  title: 'Client events',
  description:
    'What people did with the answers in your product: accept, undo, copy, edit, send, abandon, as JSON lines.',
  documentation: 'https://jsonlines.org/',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new ClientEventReader(emit, source),
};

export default clientEvents;
