/**
 * Chat messages of Flowise: the whole export (`ChatMessage` beside `ChatMessageFeedback`), and the list its API gives. An answer
 * holds the tools it used. Must not take `chatId` for the session where the message names one.
 * https://docs.flowiseai.com/
 */
import { firstLine } from '../../../shared/trace/agent-log';
import { errorKind } from '../../../shared/trace/error-text';
import { asArray, asText, get, parseMaybe, toJsonText } from '../../../shared/trace/json';
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

function isMessage(record: unknown): boolean {
  const role = get(record, 'role');
  return (role === 'userMessage' || role === 'apiMessage') && asText(get(record, 'chatflowid')) !== null;
}

function isFeedback(record: unknown): boolean {
  return /^THUMBS_/.test(asText(get(record, 'rating')) ?? '') && asText(get(record, 'messageId')) !== null;
}

function isExport(record: unknown): boolean {
  const messages = asArray(get(record, 'ChatMessage'));
  return messages.length > 0 && messages.every(isMessage);
}

class FlowiseReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (isExport(record)) {
      const lineOf = (key: string, i: number): Place => ({
        line: Math.max(place.line, this.source.lineOf(`/${key}/${i}`)),
      });
      asArray(get(record, 'ChatMessage')).forEach((message, i) => {
        this.message(message, lineOf('ChatMessage', i));
      });
      asArray(get(record, 'ChatMessageFeedback')).forEach((one, i) => {
        this.feedback(one, lineOf('ChatMessageFeedback', i));
      });
    } else if (isMessage(record)) this.message(record, place);
    else if (isFeedback(record)) this.feedback(record, place);
    else
      this.emit.reject(
        place,
        'neither a chat message nor feedback on one',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private message(message: unknown, place: Place): void {
    const spanId = asText(get(message, 'id')) ?? `${this.source.shortHash}:${place.line}`;
    const text = asText(get(message, 'content')) ?? '';
    const sessionId = asText(get(message, 'sessionId')) ?? asText(get(message, 'chatId'));
    const common = {
      sessionId,
      startNs: toNs(get(message, 'createdDate')),
      feature: asText(get(message, 'chatflowid')),
    };
    if (get(message, 'role') === 'userMessage') {
      this.emit.span(
        {
          ...common,
          spanId,
          kind: 'user',
          origin: 'human',
          name: 'user message',
          text,
          input: text,
          raw: message,
        },
        place,
      );
      return;
    }
    this.emit.span(
      {
        ...common,
        spanId,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        status: 'ok',
        text,
        output: text,
        raw: message,
      },
      place,
    );
    asArray(parseMaybe(get(message, 'usedTools'))).forEach((tool, i) => {
      const name = asText(get(tool, 'tool')) ?? 'unknown tool';
      const output = toJsonText(get(tool, 'toolOutput')) ?? '';
      const why = asText(get(tool, 'error')) ?? (errorKind(output) === null ? null : output);
      this.emit.span(
        {
          ...common,
          spanId: `${spanId}:tool${i}`,
          parentSpanId: spanId,
          kind: 'tool',
          name,
          operation: 'execute_tool',
          toolName: name,
          input: toJsonText(get(tool, 'toolInput')),
          text: output,
          output,
          status: why === null ? 'ok' : 'error',
          statusMessage: why === null ? null : firstLine(why),
          raw: tool,
        },
        place,
      );
    });
    const found = asArray(parseMaybe(get(message, 'sourceDocuments')));
    if (found.length === 0) return;
    const passages = found.map((one) => asText(get(one, 'pageContent')) ?? '').join('\n');
    this.emit.span(
      {
        ...common,
        spanId: `${spanId}:retrieval`,
        parentSpanId: spanId,
        kind: 'retrieval',
        name: 'retrieval',
        text: passages,
        output: passages,
        raw: found,
      },
      place,
    );
  }

  private feedback(one: unknown, place: Place): void {
    this.emit.label(
      {
        labelId: asText(get(one, 'id')) ?? `${this.source.shortHash}:${place.line}`,
        spanId: asText(get(one, 'messageId')),
        name: 'rating',
        kind: 'feedback',
        annotatorKind: 'human',
        value: get(one, 'rating') === 'THUMBS_UP' ? 1 : 0,
        explanation: asText(get(one, 'content')),
      },
      place,
    );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  if (records.some(isExport))
    return { confidence: 0.95, reason: 'an export with chat messages of chatflows' };
  const found = records.filter((record) => isMessage(record) || isFeedback(record)).length;
  return found > 0 && records.some(isMessage) && found * 2 >= records.length
    ? { confidence: 0.92, reason: `${found} of ${records.length} records are chat messages of a chatflow` }
    : null;
}

const guide: FormatGuide = {
  reads: ['Exports of Flowise with chat messages and feedback, and lists of messages from its API.'],
  spans: [
    'A `userMessage` is a user message, an `apiMessage` a model call; the tools it used are tool calls, its source documents a retrieval.',
  ],
  turns: 'The session is the `sessionId`, else the `chatId`. User messages open turns.',
  pillars: 'By kind.',
  labels: 'Thumbs become feedback of the user on the answer (1 up, 0 down), with the words beside them.',
  leavesOut: ['Chatflows and everything else in an export stay in the file.'],
};

const flowise: TraceFormat = {
  id: 'flowise',
  title: 'Flowise chats',
  description: 'Chat messages and feedback of Flowise.',
  documentation: 'https://docs.flowiseai.com/',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new FlowiseReader(emit, source),
};

export default flowise;
