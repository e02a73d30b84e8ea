/**
 * Histories of Haystack, LlamaIndex, Semantic Kernel, Pydantic AI, the ADK and the AI SDK: lists of their messages, stores of several, a message a line. Later
 * histories of a session repeat the earlier; only what is new is told. Owns the sessions; the frameworks' field names are in
 * src/shared/trace/framework-messages.ts. https://docs.llamaindex.ai/en/stable/module_guides/storing/chat_stores/
 */
import { CALL_WITHOUT_RESULT, chatSpans } from '../../../shared/trace/chat-spans';
import {
  chatMessagesOf,
  frameworkChats,
  frameworkOf,
  sessionOfMessage,
} from '../../../shared/trace/framework-messages';
import { GrowingChats, type GrowingChat } from '../../../shared/trace/growing-chat';
import { get, toJsonText } from '../../../shared/trace/json';
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

function isAnswer(message: unknown): boolean {
  return get(message, 'role') === 'assistant';
}

class FrameworkReader implements FormatReader {
  private readonly chats = new GrowingChats();
  private readonly waiting = new Set<GrowingChat>();
  private readonly loose: { message: unknown; line: number }[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (frameworkOf(record) !== null) {
      this.loose.push({ message: record, line: place.line });
      return;
    }
    const found = frameworkChats(record);
    if (found.length === 0)
      this.emit.reject(
        place,
        'no messages of Haystack, LlamaIndex, Semantic Kernel, Pydantic AI, the ADK or the AI SDK in the record',
        toJsonText(record)?.slice(0, 1000),
      );
    for (const { messages, session, pointer } of found)
      this.tell(messages, session, `${this.source.shortHash}:${place.line}`, (i) =>
        Math.max(place.line, this.source.lineOf(`${pointer}/${String(i)}`)),
      );
  }

  end(): void {
    const threads = new Map<string | null, typeof this.loose>();
    for (const one of this.loose) {
      const session = sessionOfMessage(one.message);
      const there = threads.get(session);
      if (there) there.push(one);
      else threads.set(session, [one]);
    }
    for (const [session, loose] of threads)
      this.tell(
        loose.map(({ message }) => message),
        session,
        `${this.source.shortHash}:1`,
        (i) => loose[i]?.line ?? 1,
      );
    for (const chat of this.waiting)
      if (chat.open.length > 0) this.emit.note(CALL_WITHOUT_RESULT, chat.open.length);
  }

  private tell(
    messages: readonly unknown[],
    session: string | null,
    fresh: string,
    lineOf: (index: number) => number,
  ): void {
    const told = messages.flatMap((message, from) => {
      const { messages: made, fields } = chatMessagesOf(message);
      return made.map((one) => ({ one, from, fields }));
    });
    const sent = told.map(({ one }) => one);
    const { chat, from } = this.chats.place(sent, session, fresh);
    const read = chatSpans(sent.slice(from), {
      userOrigin: 'human',
      firstIndex: chat.told,
      earlier: chat.open,
    });
    const lineAt = (index: number): number => lineOf(told[index + from]?.from ?? 0);
    for (const { index, ...span } of read.spans) {
      const own = told[index + from];
      // Of several answers in one message the last one has what is said of all of them.
      const isLast =
        own !== undefined &&
        !told.slice(index + from + 1).some((one) => one.from === own.from && isAnswer(one.one));
      const fields = span.kind === 'llm' && isLast ? own.fields : {};
      const raw = own === undefined ? span.raw : messages[own.from];
      this.emit.span({ ...span, ...fields, raw, sessionId: chat.sessionId }, { line: lineAt(index) });
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineAt(index) }, reason);
    chat.told += sent.length - from;
    chat.open = read.open;
    this.waiting.add(chat);
    this.chats.told(chat, sent, null, session);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const names = records.map((record) => frameworkOf(record) ?? frameworkChats(record)[0]?.framework ?? null);
  const found = names.filter((name) => name !== null);
  const [first] = found;
  return first !== undefined && found.length * 2 > records.length
    ? {
        confidence: 0.88,
        reason: `${String(found.length)} of ${String(records.length)} records hold messages of ${first}`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Haystack: lists of `ChatMessage.to_dict()`, with and without underscores in their names.',
    'LlamaIndex: lists of chat messages (`blocks` or `content` with `additional_kwargs`), chat stores and memories by key.',
    'Semantic Kernel: chat histories of .NET (`Role.Label`, `Items`) and of Python (`items` with `content_type`).',
    'Pydantic AI: message histories (`kind` with parts of a `part_kind`), alone, or as JSON in `message_list` or `message_history` of a record.',
    'Agent Development Kit (Google): sessions with their `events`, and events one by one with the id of their session, of the web interface, of files or of the table of a database.',
    'AI SDK (Vercel): messages with `parts` as applications keep them for their screens, in chats or one by one with the id of their chat, as lists, lines or the table of a database, also below `content` as Mastra has them.',
  ],
  spans: [
    'Messages of the user are user messages, those of the assistant model calls with model and tokens where they are kept, their calls tool calls, ended by the message that brings the result; a result marked as an error is one, and so are a call that Pydantic AI asks to be tried again and a response of the ADK that says `error`.',
  ],
  turns:
    'A session is a list of messages, or a key of a store. Histories of one session that repeat what went before tell only what is new. Each message of the user opens a turn.',
  pillars: 'By kind.',
  labels: 'Such files carry none.',
  leavesOut: [
    'Pictures and files in messages are named and not shown. Histories of the first three have no times.',
  ],
};

const format: TraceFormat = {
  id: 'framework-messages',
  title: 'Haystack, LlamaIndex, Semantic Kernel, Pydantic AI, ADK and AI SDK messages',
  description:
    'Chat histories saved by Haystack, LlamaIndex, Semantic Kernel, Pydantic AI, the Agent Development Kit and applications of the AI SDK.',
  documentation: 'https://docs.llamaindex.ai/en/stable/module_guides/storing/chat_stores/',
  guide,
  containers: ['document', 'lines', 'csv'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new FrameworkReader(emit, source),
};

export default format;
