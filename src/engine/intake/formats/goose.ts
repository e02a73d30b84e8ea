/**
 * Sessions of goose: lines of a session file (a head line, then a message a line) and exported sessions with their
 * `conversation`. Tools are asked for with `toolRequest` and answered with `toolResponse`. Must not take a message that only
 * brings results, or one that the agent alone sees, for a person's.
 * https://block.github.io/goose/docs/guides/sessions/session-management
 */
import { AgentLog, markedEnd } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const OWN = new Set(['toolRequest', 'toolResponse', 'frontendToolRequest', 'toolConfirmationRequest']);

function isHead(record: unknown): boolean {
  return asText(get(record, 'working_dir')) !== null && get(record, 'role') === undefined;
}

function isMessage(record: unknown): boolean {
  const role = get(record, 'role');
  return (
    (role === 'user' || role === 'assistant') &&
    Array.isArray(get(record, 'content')) &&
    get(record, 'created') !== undefined
  );
}

function isOwn(record: unknown): boolean {
  return (
    isMessage(record) &&
    asArray(get(record, 'content')).some((part) => OWN.has(asText(get(part, 'type')) ?? ''))
  );
}

function isExport(record: unknown): boolean {
  return isHead(record) && asArray(get(record, 'conversation')).some(isMessage);
}

class GooseReader implements FormatReader {
  private readonly log: AgentLog;
  private head: unknown = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
  }

  record(record: unknown, place: Place): void {
    if (isExport(record)) {
      const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
      asArray(get(record, 'conversation')).forEach((message, i) => {
        this.message(log, message, Math.max(place.line, this.source.lineOf(`/conversation/${i}`)));
      });
      const sessionId = asText(get(record, 'id')) ?? `${this.source.shortHash}:${place.line}`;
      log.tell(this.emit, { sessionId, agentName: 'goose', model: null });
    } else if (isMessage(record)) this.message(this.log, record, place.line);
    else if (isHead(record)) this.head ??= record;
    else
      this.emit.reject(
        place,
        'neither a message nor the head of a session',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  end(): void {
    if (this.log.last === null) return;
    const name = this.source.name.replace(/\.jsonl?$/, '');
    // A session's file is named after it, by its date and time.
    const sessionId =
      asText(get(this.head, 'id')) ?? (/^\d{8}_\d+$/.test(name) ? name : this.source.shortHash);
    this.log.tell(this.emit, { sessionId, agentName: 'goose' });
  }

  private message(log: AgentLog, message: unknown, line: number): void {
    const parts = asArray(get(message, 'content'));
    const of = (type: string): unknown[] => parts.filter((part) => get(part, 'type') === type);
    const text = contentText(
      parts.filter((part) => ['text', 'image'].includes(asText(get(part, 'type')) ?? '')),
    );
    const startNs = toNs(get(message, 'created'));
    const spanId = asText(get(message, 'id'));
    for (const part of of('toolResponse')) this.result(log, part, line, startNs);
    if (get(message, 'role') === 'user') {
      const isHidden = at(message, 'metadata', 'userVisible') === false;
      if (text !== '')
        log.add({
          line,
          spanId,
          kind: 'user',
          origin: isHidden ? 'harness' : 'human',
          name: isHidden ? 'program text' : 'user message',
          startNs,
          text,
          input: text,
          raw: message,
        });
      return;
    }
    const answer = log.add({
      line,
      spanId,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(at(message, 'metadata', 'model')),
      startNs,
      status: 'ok',
      text,
      output: asText(text),
      attributes: filled({
        reasoning: of('thinking')
          .map((part) => asText(get(part, 'thinking')) ?? '')
          .join('\n'),
      }),
      raw: message,
    });
    for (const part of [...of('toolRequest'), ...of('frontendToolRequest')]) {
      const call = get(part, 'toolCall');
      const added = log.call({
        line,
        spanId: asText(get(part, 'id')),
        parentSpanId: answer.spanId,
        startNs,
        toolName: asText(at(call, 'value', 'name')) ?? 'unknown tool',
        toolCallId: asText(get(part, 'id')),
        input: toJsonText(at(call, 'value', 'arguments')),
        raw: part,
      });
      const why = asText(get(call, 'error'));
      if (why !== null)
        Object.assign(added, { text: why, output: why, ...markedEnd(true, why, 'tool_error') });
    }
    const others = parts
      .map((part) => asText(get(part, 'type')) ?? '')
      .filter((type) => /summarization|contextLength|conversationCompacted/.test(type));
    for (const type of others) log.note(`part "${type.slice(0, 40)}" counted only`);
  }

  private result(log: AgentLog, part: unknown, line: number, endNs: bigint | null): void {
    const result = get(part, 'toolResult');
    const value = get(result, 'value');
    const why = asText(get(result, 'error'));
    const text = why ?? contentText(get(value, 'content') ?? value);
    const isError = why !== null || get(value, 'isError') === true;
    const isRefused =
      isError && /declined|denied|rejected/i.test(text.slice(0, 200)) && /user/i.test(text.slice(0, 200));
    const end = markedEnd(isError, text, 'tool_error');
    log.result(asText(get(part, 'id')), {
      line,
      text,
      endNs,
      raw: part,
      ...end,
      ...(isRefused ? { status: 'rejected', errorType: null } : {}),
    });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const exports = records.filter(isExport).length;
  if (exports > 0)
    return { confidence: 0.93, reason: `${exports} sessions with a conversation and a working_dir` };
  const messages = records.filter(isMessage).length;
  const own = records.filter(isOwn).length;
  if (messages * 2 < records.length || messages === 0) return null;
  if (isHead(records[0]) && asNumber(get(records[0], 'message_count')) !== null)
    return { confidence: 0.93, reason: 'a head line with working_dir and message_count before messages' };
  return own > 0 ? { confidence: 0.9, reason: `${own} messages with tool requests or responses` } : null;
}

const guide: FormatGuide = {
  reads: ['Session files of goose (`.jsonl`) and exported sessions (`goose session export --format json`).'],
  spans: [
    'Answers become model calls, tool requests tool calls, ended by the response of the same id: an error where it says so.',
    'Texts that the person does not see are the program’s.',
  ],
  turns:
    'A session is a file, or the exported session. Messages of the user with words of their own open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Tokens are kept as sums of a session and not read.'],
};

const goose: TraceFormat = {
  id: 'goose',
  title: 'goose sessions',
  description: 'Sessions of the goose agent.',
  documentation: 'https://block.github.io/goose/docs/guides/sessions/session-management',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new GooseReader(emit, source),
};

export default goose;
