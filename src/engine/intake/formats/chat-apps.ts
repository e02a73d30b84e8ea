/**
 * Chats exported from self-hosted chat applications: Open WebUI and LibreChat. Both keep a tree of messages, whose branch last
 * seen is the conversation; regenerated answers and edited questions are kept and marked as left. Thumbs are labels.
 * https://docs.openwebui.com/
 */
import { AgentLog, firstLine } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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
  TraceFormat,
} from '../format';

/** A message of either application, in the same words. */
interface Said {
  id: string;
  parent: string | null;
  isUser: boolean;
  text: string;
  startNs: bigint | null;
  model: string | null;
  isStopped: boolean;
  error: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  rating: { value: number; text: string | null; explanation: string | null } | null;
  calls: readonly unknown[];
  raw: unknown;
}

interface Chat {
  sessionId: string | null;
  userId: string | null;
  messages: Said[];
  last: string | null;
}

/** A thumb as 1 or 0; null where there is none. */
function thumb(value: unknown): number | null {
  const number = asNumber(value);
  if (number !== null) return number > 0 ? 1 : number < 0 ? 0 : null;
  const text = asText(value);
  return text === null ? null : /up/i.test(text) ? 1 : /down/i.test(text) ? 0 : null;
}

function webUi(record: unknown): Chat | null {
  const messages = asObject(at(record, 'chat', 'history', 'messages'));
  if (!messages) return null;
  const said = Object.entries(messages).map(([id, message]): Said => {
    const usage = get(message, 'usage') ?? get(message, 'info');
    const rating = thumb(at(message, 'annotation', 'rating'));
    return {
      id,
      parent: asText(get(message, 'parentId')),
      isUser: get(message, 'role') === 'user',
      text: contentText(get(message, 'content')),
      startNs: toNs(get(message, 'timestamp')),
      model: asText(get(message, 'model')),
      isStopped: false,
      error: asText(at(message, 'error', 'content')) ?? asText(at(message, 'error', 'message')),
      inputTokens: asNumber(get(usage, 'prompt_tokens') ?? get(usage, 'prompt_eval_count')),
      outputTokens: asNumber(get(usage, 'completion_tokens') ?? get(usage, 'eval_count')),
      rating:
        rating === null
          ? null
          : {
              value: rating,
              text: asText(at(message, 'annotation', 'reason')),
              explanation: asText(at(message, 'annotation', 'comment')),
            },
      calls: [],
      raw: message,
    };
  });
  return {
    sessionId: asText(get(record, 'id')),
    userId: asText(get(record, 'user_id')),
    messages: said,
    last: asText(at(record, 'chat', 'history', 'currentId')),
  };
}

/** Messages of LibreChat: a list, or a tree by `children`. */
function listed(messages: readonly unknown[], depth = 0): unknown[] {
  return depth > 200
    ? []
    : messages.flatMap((message) => [message, ...listed(asArray(get(message, 'children')), depth + 1)]);
}

function libreChat(record: unknown): Chat | null {
  const messages = listed(asArray(get(record, 'messages')));
  const isOwn = messages.every(
    (message) =>
      asText(get(message, 'messageId')) !== null && typeof get(message, 'isCreatedByUser') === 'boolean',
  );
  if (messages.length === 0 || !isOwn || asText(get(record, 'conversationId')) === null) return null;
  const said = messages.map((message): Said => {
    const parts = asArray(get(message, 'content'));
    const words = parts
      .filter((part) => get(part, 'type') === 'text')
      .map((part) => asText(get(part, 'text')) ?? asText(at(part, 'text', 'value')) ?? '');
    const rating = thumb(at(message, 'feedback', 'rating'));
    const text = asText(get(message, 'text')) ?? words.join('\n');
    return {
      id: asText(get(message, 'messageId')) ?? '',
      parent: asText(get(message, 'parentMessageId')),
      isUser: get(message, 'isCreatedByUser') === true,
      text,
      startNs: toNs(get(message, 'createdAt')),
      model: asText(get(message, 'model')),
      isStopped: get(message, 'unfinished') === true,
      error: get(message, 'error') === true ? text : null,
      inputTokens: null,
      outputTokens: null,
      rating:
        rating === null
          ? null
          : {
              value: rating,
              text: asText(at(message, 'feedback', 'tag')) ?? asText(at(message, 'feedback', 'tag', 'key')),
              explanation: asText(at(message, 'feedback', 'text')),
            },
      calls: parts.filter((part) => get(part, 'type') === 'tool_call').map((part) => get(part, 'tool_call')),
      raw: { ...asObject(message), children: undefined },
    };
  });
  return {
    sessionId: asText(get(record, 'conversationId')),
    userId: asText(get(record, 'user')),
    messages: said,
    last: said.at(-1)?.id ?? null,
  };
}

function chatOf(record: unknown): Chat | null {
  return webUi(record) ?? libreChat(record);
}

/** Ids from the message last seen up to the first. */
function branch({ messages, last }: Chat): Set<string> {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const seen = new Set<string>();
  for (let at = byId.get(last ?? ''); at && !seen.has(at.id); at = byId.get(at.parent ?? '')) seen.add(at.id);
  return seen;
}

class ChatAppsReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const chat = chatOf(record);
    if (!chat) {
      this.emit.reject(place, 'no chat with a history of messages', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const sessionId = chat.sessionId ?? `${this.source.shortHash}:${place.line}`;
    const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
    const live = branch(chat);
    for (const said of chat.messages)
      this.message(log, said, sessionId, live.size > 0 && !live.has(said.id), place);
    log.tell(this.emit, { sessionId, userId: chat.userId });
  }

  private message(log: AgentLog, said: Said, sessionId: string, isRewound: boolean, place: Place): void {
    const { text, startNs, raw, error } = said;
    const span = { line: place.line, spanId: said.id, startNs, text, isRewound, raw };
    if (said.isUser) {
      log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', input: text });
      return;
    }
    const answer = log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: said.model,
      status: error !== null ? 'error' : said.isStopped ? 'interrupted' : 'ok',
      statusMessage: error === null ? null : firstLine(error),
      errorType: error === null ? null : 'error',
      output: asText(text),
      inputTokens: said.inputTokens,
      outputTokens: said.outputTokens,
    });
    for (const call of said.calls) {
      const output = toJsonText(get(call, 'output')) ?? '';
      const added = log.call({
        line: place.line,
        spanId: asText(get(call, 'id')),
        parentSpanId: answer.spanId,
        startNs,
        toolName: asText(get(call, 'name')) ?? 'unknown tool',
        toolCallId: asText(get(call, 'id')),
        input: toJsonText(get(call, 'args')),
        text: output,
        output,
        isRewound,
        raw: call,
        attributes: filled({ auth: get(call, 'auth') }),
      });
      log.close(added);
    }
    if (said.rating)
      this.emit.label(
        {
          labelId: `${said.id}:rating`,
          sessionId,
          spanId: said.id,
          name: 'rating',
          kind: 'feedback',
          annotatorKind: 'human',
          ...said.rating,
        },
        place,
      );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => chatOf(record) !== null).length;
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.92,
        reason: `${found} of ${records.length} records are chats with a history of messages`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Chats exported from Open WebUI (one or all), and conversations exported from LibreChat as JSON, as a list or a tree.',
  ],
  spans: [
    'Messages of the user become user messages, answers model calls with model and, where they are kept, tokens. Tool calls inside an answer (LibreChat) become tool calls with what they gave back.',
    'An answer that failed is an error, an unfinished one interrupted.',
  ],
  turns: 'A session is a chat. Messages off the branch last seen are kept and marked as left.',
  pillars: 'By kind.',
  labels: 'Thumbs become feedback of the user on the answer (1 up, 0 down), with reason and comment.',
  leavesOut: ['Files and sources of an answer stay in the raw record.'],
};

const chatApps: TraceFormat = {
  id: 'chat-apps',
  title: 'Open WebUI and LibreChat chats',
  description: 'Chats exported from Open WebUI and LibreChat.',
  documentation: 'https://docs.openwebui.com/',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new ChatAppsReader(emit, source),
};

export default chatApps;
