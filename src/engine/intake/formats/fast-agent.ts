/**
 * fast-agent: saved histories (`{messages: […]}` or one message a record) and the recordings of its model calls. Calls
 * and results are maps by id beside the content; thoughts and usage lie in channels, as JSON in texts. The pieces that
 * listeners recorded repeat the answer and are counted only. Results come back in messages of role user.
 * https://fast-agent.ai/
 */
import { AgentLog, markedEnd, TypeCount } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
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

function isMessage(value: unknown): boolean {
  const object = asObject(value);
  if (!object || !Array.isArray(get(object, 'content'))) return false;
  return (
    (get(object, 'role') === 'user' || get(object, 'role') === 'assistant') &&
    (Object.hasOwn(object, 'tool_results') ||
      Object.hasOwn(object, 'channels') ||
      Object.hasOwn(object, 'is_template')) &&
    !Array.isArray(get(object, 'tool_calls'))
  );
}

/** What kind of recording a record is a piece of; null for messages and for anything else. */
function pieceOf(record: unknown): string | null {
  if (asText(get(record, 'fast_agent_llm_trace')) !== null) return 'description of a recording';
  if (typeof get(record, 'is_reasoning') === 'boolean' && typeof get(record, 'text') === 'string')
    return 'piece of a recorded stream';
  if (asText(get(record, 'event_type')) !== null && asObject(get(record, 'payload')))
    return 'piece of a recorded tool call';
  return null;
}

function channel(message: unknown, name: string): readonly unknown[] {
  return asArray(at(message, 'channels', name));
}

class FastAgentReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what), 'record');
  }

  record(record: unknown, place: Place): void {
    const messages = get(record, 'messages');
    const piece = pieceOf(record);
    if (Array.isArray(messages))
      messages.forEach((message: unknown, i) =>
        this.message(message, Math.max(place.line, this.source.lineOf(`/messages/${i}`))),
      );
    else if (piece !== null) this.types.count(piece);
    else this.message(record, place.line);
  }

  private message(message: unknown, line: number): void {
    const role = asText(get(message, 'role'));
    if (role !== 'user' && role !== 'assistant') {
      this.emit.reject(
        { line },
        role === null ? 'the message has no role' : `unknown role "${role.slice(0, 40)}"`,
        toJsonText(message)?.slice(0, 1000),
      );
      return;
    }
    for (const [id, result] of Object.entries(asObject(get(message, 'tool_results')) ?? {})) {
      const text = contentText(get(result, 'content'));
      this.log.result(id, {
        line,
        text,
        ...markedEnd(get(result, 'isError') === true || get(result, 'is_error') === true, text, 'tool_error'),
        raw: result,
      });
    }
    const text = contentText(get(message, 'content'));
    if (role === 'user') {
      if (text === '' && asObject(get(message, 'tool_results'))) return;
      const isTemplate = get(message, 'is_template') === true;
      this.log.add({
        line,
        spanId: null,
        kind: 'user',
        origin: isTemplate ? 'harness' : 'human',
        name: isTemplate ? 'program text' : 'user message',
        text,
        input: text,
        raw: message,
      });
    } else this.answer(message, text, line);
  }

  private answer(message: unknown, text: string, line: number): void {
    const usage = get(parseMaybe(get(channel(message, 'fast-agent-usage')[0], 'text')), 'turn');
    const reason = asText(get(message, 'stop_reason'));
    const durationMs = asNumber(
      get(parseMaybe(get(channel(message, 'fast-agent-timing')[0], 'text')), 'duration_ms'),
    );
    const span = this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(usage, 'model')),
      provider: asText(get(usage, 'provider')),
      status: reason === 'error' ? 'error' : reason === 'cancelled' ? 'interrupted' : 'ok',
      errorType: reason === 'error' ? 'error' : null,
      text,
      output: asText(text),
      inputTokens: asNumber(get(usage, 'display_input_tokens') ?? get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: asNumber(at(usage, 'cache_usage', 'cache_read_tokens')),
      cacheWriteTokens: asNumber(at(usage, 'cache_usage', 'cache_write_tokens')),
      reasoningTokens: asNumber(get(usage, 'reasoning_tokens')),
      attributes: filled({
        reasoning: contentText(channel(message, 'reasoning')),
        stopReason: reason,
        durationMs,
      }),
      raw: message,
    });
    for (const [id, call] of Object.entries(asObject(get(message, 'tool_calls')) ?? {}))
      this.log.call({
        line,
        spanId: id,
        parentSpanId: span.spanId,
        toolName: asText(at(call, 'params', 'name')) ?? 'unknown tool',
        toolCallId: id,
        input: toJsonText(at(call, 'params', 'arguments')),
        raw: call,
      });
  }

  end(): void {
    this.log.tell(this.emit, { agentName: 'fast-agent' });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const { records } = sample;
  if (records.some((record) => asArray(get(record, 'messages')).some(isMessage)))
    return { confidence: 0.93, reason: 'messages with channels and maps of calls' };
  const messages = records.filter(isMessage).length;
  if (messages > 0 && messages * 2 >= records.length)
    return {
      confidence: 0.92,
      reason: `${messages} of ${records.length} records are messages with channels`,
    };
  const pieces = records.filter((record) => pieceOf(record) !== null).length;
  return pieces > 0 && pieces === records.length
    ? { confidence: 0.85, reason: `every record is a ${pieceOf(records[0]) ?? 'piece'}` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Saved histories: `{messages: […]}` or a message a record.',
    'Recordings of model calls: a head and pieces.',
  ],
  spans: [
    'Assistant messages become model calls; usage, times and thoughts come from their channels. The map of calls becomes tool calls, the map of results in the next message ends them.',
  ],
  turns: 'A file is a session. User messages with words open turns; templates are the program’s.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'The pieces of recorded streams repeat the answer and are counted only.',
    'There are no times of day.',
  ],
};

const fastAgent: TraceFormat = {
  id: 'fast-agent',
  title: 'fast-agent histories',
  description: 'Saved histories and recorded model calls of fast-agent.',
  documentation: 'https://fast-agent.ai/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new FastAgentReader(emit, source),
};

export default fastAgent;
