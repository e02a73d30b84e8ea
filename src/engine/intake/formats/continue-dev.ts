/**
 * Sessions of Continue (`~/.continue/sessions/*.json`) and its development data, a chat a line. A session is a history of
 * messages with the state of their tool calls beside them. https://docs.continue.dev/customize/overview
 */
import { chatSpans, type ChatSpan } from '../../../shared/trace/chat-spans';
import { asArray, asText, at, get, isObject, toJsonText } from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
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

function isSession(record: unknown): boolean {
  const history = asArray(get(record, 'history'));
  return (
    asText(get(record, 'sessionId')) !== null &&
    history.length > 0 &&
    history.every((item) => asText(at(item, 'message', 'role')) !== null)
  );
}

/** A record of the development data that tells what was said, or what the person thought of it. */
function isEvent(record: unknown): boolean {
  const name = asText(get(record, 'eventName'));
  return (name === 'chatInteraction' || name === 'chatFeedback') && asText(get(record, 'sessionId')) !== null;
}

/** In the shape of chat messages, as everywhere else. */
function chatMessage(item: unknown): unknown {
  const message = get(item, 'message');
  const role = asText(get(message, 'role'));
  return {
    role: role === 'thinking' ? 'thinking' : role,
    content: get(message, 'content'),
    tool_calls: get(message, 'toolCalls'),
    tool_call_id: get(message, 'toolCallId'),
  };
}

const STATES: Readonly<Record<string, Partial<SpanInput>>> = {
  errored: { status: 'error', errorType: 'tool_error' },
  canceled: { status: 'rejected' },
  done: { status: 'ok' },
};

class ContinueReader implements FormatReader {
  private events = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (isSession(record)) this.session(record, place);
    else if (isEvent(record)) this.event(record, place);
    else if (asText(get(record, 'eventName')) !== null)
      this.emit.note(`event "${(asText(get(record, 'eventName')) ?? '').slice(0, 40)}" counted only`);
    else
      this.emit.reject(
        place,
        'neither a session with a history nor an event',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private session(record: unknown, place: Place): void {
    const history = asArray(get(record, 'history'));
    const items = history.filter((item) => at(item, 'message', 'role') !== 'thinking');
    const read = chatSpans(items.map(chatMessage), { userOrigin: 'human' });
    const states = this.states(items);
    for (const { index, ...span } of read.spans) {
      const item = items[index];
      const line = Math.max(place.line, this.source.lineOf(`/history/${history.indexOf(item)}`));
      const logs = asArray(get(item, 'promptLogs'));
      const model = span.kind === 'llm' ? asText(get(logs.at(-1), 'modelTitle')) : null;
      const state = span.kind === 'tool' ? states.get(span.toolCallId ?? '') : undefined;
      this.emit.span(
        {
          ...span,
          ...ended(span, state),
          model,
          sessionId: asText(get(record, 'sessionId')),
          agentName: 'Continue',
        },
        { line },
      );
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { reason } of read.problems) this.emit.reject(place, reason);
  }

  /** The state of each tool call, by its id. */
  private states(items: readonly unknown[]): Map<string, unknown> {
    const states = items.flatMap((item) => [
      get(item, 'toolCallState'),
      ...asArray(get(item, 'toolCallStates')),
    ]);
    return new Map(states.filter(isObject).map((state) => [asText(get(state, 'toolCallId')) ?? '', state]));
  }

  private event(record: unknown, place: Place): void {
    const sessionId = asText(get(record, 'sessionId'));
    const startNs = toNs(get(record, 'timestamp'));
    const [prompt, answer] = [asText(get(record, 'prompt')), asText(get(record, 'completion'))];
    if (get(record, 'eventName') === 'chatFeedback') {
      this.emit.label(
        {
          labelId: `${this.source.shortHash}:${place.line}`,
          sessionId,
          name: 'feedback',
          kind: 'feedback',
          annotatorKind: 'human',
          value: get(record, 'feedback') === true ? 1 : 0,
        },
        place,
      );
      return;
    }
    this.events += 1;
    const spanId = `${this.source.shortHash}:${this.events}`;
    const common = { sessionId, startNs, agentName: 'Continue', userId: asText(get(record, 'userId')) };
    if (prompt !== null)
      this.emit.span(
        {
          ...common,
          spanId: `${spanId}.user`,
          kind: 'user',
          origin: 'human',
          name: 'user message',
          text: prompt,
          input: prompt,
          raw: record,
        },
        place,
      );
    this.emit.span(
      {
        ...common,
        spanId,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        status: 'ok',
        text: answer,
        output: answer,
        model: asText(get(record, 'modelName')),
        provider: asText(get(record, 'modelProvider')),
      },
      place,
    );
  }
}

function ended(span: Omit<ChatSpan, 'index'>, state: unknown): Partial<SpanInput> {
  const how = STATES[asText(get(state, 'status')) ?? ''];
  if (!how) return {};
  const text = span.text ?? contentText(asArray(get(state, 'output')).map((one) => get(one, 'content')));
  const isWrong = how.status !== 'ok';
  return {
    ...how,
    text,
    output: text,
    statusMessage: isWrong ? (text.split('\n')[0] ?? '').slice(0, 500) : null,
  };
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => isSession(record) || isEvent(record)).length;
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.92,
        reason: `${found} of ${records.length} records are sessions with a history of messages`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Session files of Continue (`sessions/*.json`).',
    'Its development data: `chatInteraction` and `chatFeedback`, an event a line.',
  ],
  spans: [
    'Messages of the user become user messages, answers model calls, their tool calls tool calls with the state the session keeps: errored is an error, cancelled a refusal.',
  ],
  turns: 'A session is a file; events name theirs. Messages of the user open turns.',
  pillars: 'By kind.',
  labels: '`chatFeedback` becomes feedback of the user on the session (1 good, 0 bad).',
  leavesOut: ['Context items and prompts in full stay in the file; other events are counted.'],
};

const continueDev: TraceFormat = {
  id: 'continue-dev',
  title: 'Continue sessions',
  description: 'Sessions and development data of the Continue editor extension.',
  documentation: 'https://docs.continue.dev/customize/overview',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new ContinueReader(emit, source),
};

export default continueDev;
