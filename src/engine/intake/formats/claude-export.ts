/**
 * Conversations of a Claude data export (`conversations.json`) and of the same conversations saved from the site: each a list
 * of messages of a human and the assistant, with blocks, attachments and, where the site wrote it, the parent of each message.
 * Must not read the other files of the export (users, projects, memories): they hold no conversation.
 * https://support.claude.com/en/articles/9450526-how-can-i-export-my-claude-data
 */
import { AgentLog, markedEnd } from '../../../shared/trace/agent-log';
import { readBlocks } from '../../../shared/trace/agent-blocks';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

/** The parent of the first message of a conversation. */
const ROOT = '00000000-0000-4000-8000-000000000000';

function messagesOf(record: unknown): readonly unknown[] {
  return asArray(get(record, 'chat_messages'));
}

function isConversation(record: unknown): boolean {
  const messages = get(record, 'chat_messages');
  return (
    Array.isArray(messages) &&
    asText(get(record, 'uuid')) !== null &&
    messages.every((message) => asText(get(message, 'sender')) !== null)
  );
}

/** Ids of the messages up to the one last seen; null where the export does not say which follows which. */
function liveOf(record: unknown): Set<string> | null {
  const parents = new Map(
    messagesOf(record).map((message) => [
      asText(get(message, 'uuid')),
      asText(get(message, 'parent_message_uuid')),
    ]),
  );
  const leaf =
    asText(get(record, 'current_leaf_message_uuid')) ?? asText(get(messagesOf(record).at(-1), 'uuid'));
  if ([...parents.values()].every((parent) => parent === null) || leaf === null) return null;
  const live = new Set<string>();
  for (
    let id: string | null = leaf;
    id !== null && id !== ROOT && !live.has(id);
    id = parents.get(id) ?? null
  )
    live.add(id);
  return live;
}

/** Names of what a person attached, and the words that were taken out of it. */
function attachedTo(message: unknown): Readonly<Record<string, unknown>> | null {
  const files = [...asArray(get(message, 'attachments')), ...asArray(get(message, 'files'))];
  const names = files.map((file) => asText(get(file, 'file_name')) ?? 'file');
  return filled({ attachments: names.length > 0 ? names : null });
}

class ClaudeExportReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (!isConversation(record)) {
      this.emit.reject(
        place,
        'the record has no "chat_messages" with senders',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
    const live = liveOf(record);
    messagesOf(record).forEach((message, i) => {
      const line = Math.max(place.line, this.source.lineOf(`/chat_messages/${i}`));
      this.message(log, message, line, live);
    });
    if (messagesOf(record).length === 0) this.emit.note('conversation without messages');
    log.tell(this.emit, {
      sessionId: asText(get(record, 'uuid')),
      userId: asText(at(record, 'account', 'uuid')),
      feature: asText(at(record, 'project', 'name')),
    });
  }

  private message(log: AgentLog, message: unknown, line: number, live: ReadonlySet<string> | null): void {
    const content = asArray(get(message, 'content'));
    const blocks = readBlocks(content);
    const text =
      content.length > 0 && blocks.text !== '' ? blocks.text : (asText(get(message, 'text')) ?? '');
    const spanId = asText(get(message, 'uuid'));
    const isRewound = live !== null && spanId !== null && !live.has(spanId);
    const span = {
      line,
      spanId,
      startNs: toNs(get(message, 'created_at')),
      isRewound,
      raw: message,
    };
    if (get(message, 'sender') === 'human') {
      const attributes = attachedTo(message);
      const names = asArray(attributes?.['attachments']).map((name) => `[${String(name)}]`);
      const said = [text, ...(text === '' ? names : [])].join('');
      log.add({
        ...span,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text: said,
        input: said,
        attributes,
      });
      return;
    }
    const isStopped = get(message, 'stop_reason') === 'user_canceled';
    const answer = log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'model')),
      provider: 'anthropic',
      status: isStopped ? 'interrupted' : 'ok',
      text,
      output: asText(text),
      attributes: filled({ reasoning: blocks.reasoning }),
    });
    for (const block of content) this.block(log, block, line, answer.spanId, isRewound);
  }

  /** Calls of tools and their results stand between the words of one answer. */
  private block(log: AgentLog, block: unknown, line: number, parentSpanId: string, isRewound: boolean): void {
    const { calls, results } = readBlocks([block]);
    for (const call of calls)
      log.call({
        line,
        spanId: call.id,
        parentSpanId,
        toolName: call.name,
        toolCallId: call.id,
        input: call.input,
        startNs: toNs(get(block, 'start_timestamp')),
        isRewound,
        raw: block,
      });
    for (const result of results)
      log.result(result.id, {
        line,
        text: result.text,
        toolName: result.name,
        ...markedEnd(result.isError === true, result.text, 'tool_error'),
        endNs: toNs(get(block, 'stop_timestamp')),
        raw: block,
      });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter(isConversation).length;
  return found > 0 && found * 2 >= records.length
    ? { confidence: 0.94, reason: `${found} of ${records.length} records have chat_messages with senders` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    '`conversations.json` of a Claude data export, and single conversations as the site hands them out.',
  ],
  spans: [
    'A message of the human is a user message, one of the assistant a model call; the tools it called, with their results, are tool calls below it. What it thought is kept with it.',
    'An answer that the person stopped is interrupted.',
  ],
  turns:
    'A session is a conversation. Where messages name their parents, those off the branch last seen are kept and marked as left.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Of attached files the names are kept as an attribute, what was taken out of them stays in the raw record.',
    'Users, projects and memories, the other files of an export.',
  ],
};

const claudeExport: TraceFormat = {
  id: 'claude-export',
  title: 'Claude export',
  description: 'Conversations out of a data export of Claude, the assistant on the web.',
  documentation: 'https://support.claude.com/en/articles/9450526-how-can-i-export-my-claude-data',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new ClaudeExportReader(emit, source),
};

export default claudeExport;
