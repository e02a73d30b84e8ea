/**
 * Threads of the Zed editor's agent, as its database keeps them once unpacked: messages as `{User}` and `{Agent}` (versions since
 * 0.3) or with roles and segments (before). A message holds the calls of its tools and their results. Must not tell a result
 * twice: older threads give it with the next message of the user.
 * https://github.com/zed-industries/zed/blob/main/crates/agent/src/db.rs
 */
import { AgentLog, markedEnd } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  isObject,
  toJsonText,
} from '../../../shared/trace/json';
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

function isNew(message: unknown): boolean {
  return Array.isArray(at(message, 'User', 'content')) || Array.isArray(at(message, 'Agent', 'content'));
}

function isOld(message: unknown): boolean {
  return Array.isArray(get(message, 'segments')) && asText(get(message, 'role')) !== null;
}

/** The thread in a record: itself, or what a row of the database holds. */
function threadOf(record: unknown): unknown {
  for (const value of [record, get(record, 'data'), get(record, 'thread')]) {
    const messages = asArray(get(value, 'messages'));
    const isThread = messages.some((one) => isNew(one) || isOld(one));
    if (isThread && (get(value, 'version') !== undefined || get(value, 'updated_at') !== undefined)) return value;
  }
  return null;
} // prettier-ignore

/** Text of a part, `{"Text": "…"}`, or of a result; what a mention brought along is no word of the user. */
function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const text = asText(get(part, 'Text')) ?? asText(get(part, 'text'));
  if (text !== null) return text;
  return Array.isArray(part) ? part.map(partText).join('\n') : get(part, 'Image') === undefined ? '' : '[image]';
} // prettier-ignore

function joined(parts: readonly unknown[]): string {
  return parts
    .map(partText)
    .filter((text) => text !== '')
    .join('\n');
}

class ZedReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const thread = threadOf(record);
    if (!isObject(thread)) {
      this.emit.reject(place, 'no thread of Zed', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const sessionId = asText(get(record, 'id')) ?? `${this.source.shortHash}:${String(place.line)}`;
    const log = new AgentLog(`${this.source.shortHash}:${String(place.line)}`);
    asArray(get(thread, 'messages')).forEach((message, i) => {
      const line = Math.max(place.line, this.source.lineOf(`/messages/${String(i)}`));
      if (isNew(message)) this.newer(log, message, thread, line);
      else if (isOld(message)) this.older(log, message, line);
      else log.note(`message "${asText(message) ?? 'of another kind'}" counted only`);
    });
    // Messages have no times; the thread was last changed when its last was done.
    if (log.last) log.last.endNs = toNs(get(thread, 'updated_at'));
    log.tell(this.emit, {
      sessionId,
      agentName: 'zed',
      agentVersion: asText(get(thread, 'version')),
    });
  }

  private newer(log: AgentLog, message: unknown, thread: unknown, line: number): void {
    const user = get(message, 'User');
    if (isObject(user)) {
      const spanId = asText(get(user, 'id'));
      this.said(log, joined(asArray(get(user, 'content'))), spanId, thread, message, line);
      return;
    }
    const agent = get(message, 'Agent');
    const parts = asArray(get(agent, 'content'));
    const thought = parts.flatMap((part) => asText(at(part, 'Thinking', 'text')) ?? []).join('\n');
    this.answered(log, joined(parts), thought, thread, message, line);
    for (const use of parts.map((part) => get(part, 'ToolUse')).filter(isObject))
      this.call(log, use, get(use, 'input') ?? get(use, 'raw_input'), line);
    for (const [id, result] of Object.entries(asObject(get(agent, 'tool_results')) ?? {}))
      this.result(log, id, result, line);
  }

  private older(log: AgentLog, message: unknown, line: number): void {
    const segments = asArray(get(message, 'segments'));
    const of = (type: string): string => joined(segments.filter((segment) => get(segment, 'type') === type));
    for (const result of asArray(get(message, 'tool_results')))
      this.result(log, asText(get(result, 'tool_use_id')) ?? '', result, line);
    const text = of('text');
    if (get(message, 'role') === 'user') {
      if (text !== '') this.said(log, text, null, null, message, line);
      return;
    }
    this.answered(log, text, of('thinking'), null, message, line);
    for (const use of asArray(get(message, 'tool_uses'))) this.call(log, use, get(use, 'input'), line);
  }

  private said(log: AgentLog, text: string, spanId: string | null, thread: unknown, raw: unknown, line: number): void {
    const usage = spanId === null ? null : at(thread, 'request_token_usage', spanId);
    log.add({ line, spanId, kind: 'user', origin: 'human', name: 'user message', text, input: text, raw, attributes: filled({ usage }) });
  } // prettier-ignore

  private answered(log: AgentLog, text: string, thought: string, thread: unknown, raw: unknown, line: number): void {
    // The tokens of a request stand under the message of the user that it answers.
    const usage = get(log.last?.kind === 'user' ? log.last.attributes : null, 'usage');
    log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(at(thread, 'model', 'model')),
      provider: asText(at(thread, 'model', 'provider')),
      text,
      output: text,
      raw,
      inputTokens: asNumber(get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: asNumber(get(usage, 'cache_read_input_tokens')),
      attributes: thought === '' ? null : { reasoning: thought },
    });
  } // prettier-ignore

  private call(log: AgentLog, use: unknown, input: unknown, line: number): void {
    log.call({
      line,
      spanId: null,
      toolName: asText(get(use, 'name')) ?? 'tool',
      toolCallId: asText(get(use, 'id')),
      parentSpanId: log.answer?.spanId ?? null,
      input: toJsonText(input),
      raw: use,
    });
  }

  private result(log: AgentLog, id: string, result: unknown, line: number): void {
    const text = partText(get(result, 'content'));
    const end = markedEnd(get(result, 'is_error') === true, text);
    log.result(id, { line, text, raw: result, toolName: asText(get(result, 'tool_name')), ...end });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => threadOf(record) !== null).length;
  return found > 0 && found * 2 > records.length
    ? { confidence: 0.92, reason: `${String(found)} of ${String(records.length)} records are threads of Zed` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Threads of Zed’s agent as JSON, one a document or a line: unpack the column `data` of `threads.db` (zstd) first.',
  ],
  spans: [
    'A message of the user is a user message, one of the agent a model call with the calls of its tools below it, each ended by its result. Tokens of a request are those of the first answer to it.',
  ],
  turns: 'A session is a thread. Each message of the user opens a turn.',
  pillars: 'By kind.',
  labels: 'Such files carry none.',
  leavesOut: [
    'Messages have no times: the last ends when the thread was last changed. Files that were mentioned stay in the raw record; words that only resume a thread are counted.',
  ],
};

const format: TraceFormat = {
  id: 'zed',
  title: 'Zed threads',
  description: 'Threads of the agent in the Zed editor.',
  documentation: 'https://github.com/zed-industries/zed/blob/main/crates/agent/src/db.rs',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new ZedReader(emit, source),
};

export default format;
