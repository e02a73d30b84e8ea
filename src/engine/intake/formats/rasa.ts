/**
 * Trackers of Rasa: a conversation a record, as the tracker store keeps it and `GET /conversations/<id>/tracker` gives it
 * out (`sender_id`, `events`), or an event a record, as event brokers write them. Custom actions are tool calls; what the
 * bot utters is an answer. Must not guess what an action did: trackers keep no results.
 * https://rasa.com/docs/rasa/tracker-stores https://rasa.com/docs/rasa/action-server/events
 */
import { TypeCount } from '../../../shared/trace/agent-log';
import { asArray, asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

/** Events that steer the dialogue and are no work. */
const STEERING = new Set([
  'session_started',
  'slot',
  'reset_slots',
  'active_loop',
  'form',
  'featurization',
  'user_featurization',
  'entities',
  'restart',
  'undo',
  'rewind',
  'followup',
  'pause',
  'resume',
  'export',
  'loop_interrupted',
  'action_execution_rejected',
  'definePrevUserUtterance',
  'routing_session_ended',
  'stack',
]);

function isEvent(record: unknown): boolean {
  const event = asText(get(record, 'event'));
  return (
    event !== null && asNumber(get(record, 'timestamp')) !== null && asObject(get(record, 'event')) === null
  );
}

function isTracker(record: unknown): boolean {
  return asText(get(record, 'sender_id')) !== null && asArray(get(record, 'events')).some(isEvent);
}

/** Actions of the framework, and those that only utter an answer, which has an event of its own. */
function isOwnAction(name: string): boolean {
  return (
    !name.startsWith('utter_') &&
    !/^action_(?:listen|session_start|default_|restart|back|deactivate_loop|unlikely_intent|extract_slots|run_slot_rejections)/.test(
      name,
    )
  );
}

class RasaReader implements FormatReader {
  private readonly types: TypeCount;
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.types = new TypeCount((what) => emit.note(what));
  }

  record(record: unknown, place: Place): void {
    const sessionId = asText(get(record, 'sender_id')) ?? toJsonText(get(record, 'sender_id'));
    if (isEvent(record)) {
      this.event(record, sessionId, place);
      return;
    }
    const events = asArray(get(record, 'events'));
    if (events.length === 0) {
      this.emit.reject(place, 'the record has no list of events', toJsonText(record)?.slice(0, 1000));
      return;
    }
    events.forEach((event, i) => {
      this.event(event, sessionId, { line: Math.max(place.line, this.source.lineOf(`/events/${i}`)) });
    });
  }

  private event(event: unknown, sessionId: string | null, place: Place): void {
    const type = asText(get(event, 'event')) ?? '';
    const span = this.meant(event, type);
    if (!span) {
      if (STEERING.has(type) || type === 'action') this.emit.note(`event "${type}" counted only`);
      else this.types.count(type);
      return;
    }
    const key = sessionId ?? this.source.shortHash;
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    const startNs = toNs(get(event, 'timestamp'));
    this.emit.span({ spanId: `e${count}`, sessionId: key, startNs, raw: event, ...span }, place);
  }

  private meant(event: unknown, type: string): Omit<SpanInput, 'spanId'> | null {
    const text = asText(get(event, 'text'));
    if (type === 'user') {
      const intent = at(event, 'parse_data', 'intent');
      return {
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text: text ?? '',
        input: text,
        attributes: { intent, channel: get(event, 'input_channel') },
      };
    }
    if (type === 'bot') {
      const data = asObject(get(event, 'data')) ?? {};
      const filled = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
      return {
        kind: 'llm',
        name: 'answer',
        status: 'ok',
        text: text ?? '',
        output: text ?? toJsonText(filled),
        attributes: Object.keys(filled).length > 0 ? { data: filled } : null,
      };
    }
    const name = asText(get(event, 'name')) ?? '';
    if (type !== 'action' || !isOwnAction(name)) return null;
    return {
      kind: 'tool',
      name,
      toolName: name,
      operation: 'execute_tool',
      attributes: { policy: get(event, 'policy') },
    };
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const trackers = records.filter(isTracker).length;
  if (trackers > 0)
    return {
      confidence: 0.92,
      reason: `${trackers} of ${records.length} records are trackers with sender_id and events`,
    };
  const events = records.filter(
    (record) => isEvent(record) && asText(get(record, 'sender_id')) !== null,
  ).length;
  return events * 2 > records.length
    ? { confidence: 0.85, reason: `${events} of ${records.length} records are events of a tracker` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Trackers with `sender_id` and `events`, a record each, as lines, a list or one document.',
    'Events with `sender_id`, a record each, as an event broker writes them.',
  ],
  spans: [
    'A `user` event is a user message with its intent, a `bot` event an answer.',
    'A custom action is a tool call. Actions of the framework and actions that only utter are counted.',
  ],
  turns: 'A session is the `sender_id`; each user event opens a turn.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Slots, forms, loops and other steering events are counted by name, as are types not known.',
    'Trackers keep no results of actions: whether one failed is not known.',
  ],
};

const format: TraceFormat = {
  id: 'rasa',
  title: 'Rasa trackers',
  description: 'Conversations of Rasa assistants, from the tracker store, the API or an event broker.',
  documentation: 'https://rasa.com/docs/rasa/tracker-stores',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new RasaReader(emit, source),
};

export default format;
