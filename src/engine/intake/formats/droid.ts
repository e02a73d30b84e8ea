/**
 * Factory Droid: the session store (`~/.factory/sessions/<session>.jsonl`, a head and messages of Anthropic's blocks)
 * and the stream of `droid exec --output-format stream-json` (messages, calls, results, a completion). Reminders the
 * program puts before a prompt are cut off it; shell results carry an exit code, others an error mark or words.
 * https://docs.factory.ai/cli/droid-exec/overview
 */
import { readBlocks, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, exitEnd, firstLine, TypeCount, type ToolEnd } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { unwrap } from '../../../shared/trace/claude-user-text';
import { asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

interface Here {
  line: number;
  timeNs: bigint | null;
  raw: unknown;
}

class DroidReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private sessionId: string | null = null;
  private head: unknown = null;
  private model: string | null = null;
  private beforeNs: bigint | null = null;
  /** What came that is told by what stood before it. */
  private needs: string | null = null;

  constructor(
    private readonly emit: Emit,
    source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what));
    const { head = [], lead = [] } = source.resumed ?? {};
    const start = head.find((record) => get(record, 'type') === 'session_start');
    if (start !== undefined) this.record(start, { line: 1 });
    this.beforeNs = null;
    for (const record of lead) this.beforeNs = toNs(get(record, 'timestamp')) ?? this.beforeNs;
  }

  needsBeginning(): string | null {
    if (this.sessionId === null || this.beforeNs === null) return 'the head of the session';
    return this.needs ?? this.log.needsBeginning;
  }

  idsGiven(): readonly string[] {
    return this.log.shortIds;
  }

  record(record: unknown, place: Place): void {
    const type = asText(get(record, 'type'));
    if (type === null) {
      this.emit.reject(place, 'the line has no "type"', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const here = { line: place.line, timeNs: toNs(get(record, 'timestamp')), raw: record };
    this.sessionId ??= asText(get(record, 'session_id')) ?? asText(get(record, 'sessionId'));
    if (type === 'session_start') {
      if (this.head !== null) this.needs = 'whether a session began before';
      this.head = record;
      this.sessionId ??= asText(get(record, 'id'));
    } else if (type === 'system') {
      this.needs = 'what the run was begun with';
      this.head ??= record;
      this.model = asText(get(record, 'model')) ?? this.model;
    } else if (type === 'message') this.message(record, here, place);
    else if (type === 'tool_call') this.call(record, here);
    else if (type === 'tool_result') this.result(record, here);
    else if (type === 'completion') this.completion(record, here);
    else if (type === 'error') {
      const text = asText(get(record, 'message')) ?? 'error';
      this.log.add({
        line: here.line,
        spanId: null,
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType: asText(get(record, 'source')) ?? 'error',
        startNs: here.timeNs,
        text,
        raw: record,
      });
    } else if (type === 'compaction_state' || type === 'compaction')
      this.log.add({
        line: here.line,
        spanId: null,
        kind: 'memory',
        name: 'context compaction',
        operation: 'compact',
        startNs: here.timeNs,
        text: asText(get(record, 'summaryText')) ?? asText(get(record, 'summary')) ?? '',
        raw: record,
      });
    else this.types.count(type);
    this.beforeNs = here.timeNs ?? this.beforeNs;
  }

  private message(record: unknown, here: Here, place: Place): void {
    const inner = asObject(get(record, 'message')) ?? record;
    const role = asText(get(inner, 'role'));
    const { text, reasoning, calls, results } = readBlocks(get(inner, 'content') ?? get(inner, 'text'));
    const span = { line: here.line, spanId: asText(get(record, 'id')), startNs: here.timeNs, raw: here.raw };
    for (const result of results)
      this.log.result(result.id, {
        line: here.line,
        text: result.text,
        ...spokenEnd(result.text, result.isError),
        endNs: here.timeNs,
        toolName: result.name,
        raw: here.raw,
      });
    if (role === 'user') {
      const said = unwrap(text);
      if (said.text === '' && said.context === '') return;
      const isHuman = said.text !== '' && get(record, 'isMeta') !== true;
      const shown = said.text === '' ? said.context : said.text;
      this.log.add({
        ...span,
        kind: 'user',
        origin: isHuman ? 'human' : 'harness',
        name: isHuman ? 'user message' : 'program text',
        text: shown,
        input: shown,
        attributes: filled({ context: isHuman ? said.context : null }),
      });
    } else if (role === 'assistant') {
      const answer = this.log.add({
        ...span,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: asText(get(inner, 'model')) ?? this.model,
        startNs: this.beforeNs ?? here.timeNs,
        endNs: here.timeNs,
        status: 'ok',
        text,
        output: asText(text),
        attributes: filled({ reasoning }),
      });
      for (const call of calls)
        this.log.call({
          line: here.line,
          spanId: call.id,
          parentSpanId: answer.spanId,
          toolName: call.name,
          toolCallId: call.id,
          startNs: here.timeNs,
          input: call.input,
        });
    } else if (role === 'system') this.log.add({ ...span, kind: 'system', name: 'instructions', text });
    else
      this.emit.reject(
        place,
        role === null ? 'the message has no role' : `unknown role "${role.slice(0, 40)}"`,
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private call(record: unknown, here: Here): void {
    const callId = asText(get(record, 'toolCallId')) ?? asText(get(record, 'id'));
    this.log.call({
      line: here.line,
      spanId: callId,
      parentSpanId: null,
      toolName: asText(get(record, 'toolName')) ?? asText(get(record, 'toolId')) ?? 'unknown tool',
      toolCallId: callId,
      startNs: here.timeNs,
      input: toJsonText(get(record, 'parameters')),
      raw: here.raw,
    });
  }

  private result(record: unknown, here: Here): void {
    const value = get(record, 'value') ?? get(record, 'result') ?? get(record, 'error');
    const streams = [asText(get(value, 'stdout')), asText(get(value, 'stderr'))]
      .filter((part) => part !== null)
      .join('\n');
    const text = asObject(value) && get(value, 'stdout') !== undefined ? streams : contentText(value);
    const code = asNumber(get(value, 'exitCode') ?? get(value, 'exit_code'));
    const mark = get(record, 'isError');
    const end: ToolEnd =
      code === null || mark === true
        ? spokenEnd(text, typeof mark === 'boolean' ? mark : null)
        : exitEnd(code);
    this.log.result(asText(get(record, 'toolCallId')) ?? asText(get(record, 'id')), {
      line: here.line,
      text,
      ...end,
      endNs: here.timeNs,
      raw: here.raw,
    });
  }

  /** The answer that ends a run, with the tokens of the whole run. */
  private completion(record: unknown, here: Here): void {
    const text = asText(get(record, 'finalText')) ?? '';
    const usage = get(record, 'usage');
    const last = this.log.answer;
    if (!last) this.needs = 'the answer that the run ended with';
    const tokens = {
      inputTokens: asNumber(get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: asNumber(get(usage, 'cache_read_input_tokens')),
      cacheWriteTokens: asNumber(get(usage, 'cache_creation_input_tokens')),
    };
    if (last && last.text === text) Object.assign(last, tokens, { endNs: here.timeNs });
    else
      this.log.add({
        line: here.line,
        spanId: asText(get(record, 'id')),
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: this.model,
        startNs: this.beforeNs ?? here.timeNs,
        endNs: here.timeNs,
        status: 'ok',
        text,
        output: asText(text),
        ...tokens,
        attributes: filled({ durationMs: get(record, 'durationMs'), numTurns: get(record, 'numTurns') }),
        raw: here.raw,
      });
  }

  end(): void {
    const cwd = asText(get(this.head, 'cwd'));
    const version = get(this.head, 'version');
    this.log.tell(this.emit, {
      sessionId: this.sessionId,
      agentName: 'Droid',
      agentVersion: asText(version) ?? (typeof version === 'number' ? String(version) : null),
      feature: cwd?.split(/[/\\]/).findLast((part) => part !== '') ?? null,
    });
  }
}

/** The id of a stored message that a person typed; null for others, and in the stream of a run. */
function turnOpened(record: unknown): string | null {
  const inner = get(record, 'message');
  const isPrompt =
    get(record, 'type') === 'message' &&
    get(inner, 'role') === 'user' &&
    get(record, 'isMeta') !== true &&
    unwrap(readBlocks(get(inner, 'content')).text).text !== '';
  return isPrompt ? asText(get(record, 'id')) : null;
}

function sniff(sample: Sample): Sniffed | null {
  const has = (check: (record: unknown) => boolean): boolean => sample.records.some(check);
  const isStored =
    has((record) => get(record, 'type') === 'session_start' && asText(get(record, 'id')) !== null) &&
    has((record) => get(record, 'type') === 'message' && asText(at(record, 'message', 'role')) !== null);
  if (isStored) return { confidence: 0.94, reason: 'a session_start and messages with role and content' };
  const inStream = (record: unknown): boolean =>
    asText(get(record, 'session_id')) !== null || asText(get(record, 'sessionId')) !== null;
  const isCall = (record: unknown): boolean =>
    get(record, 'type') === 'tool_call' && inStream(record) && get(record, 'parameters') !== undefined;
  const isDone = (record: unknown): boolean =>
    get(record, 'type') === 'completion' && inStream(record) && typeof get(record, 'finalText') === 'string';
  if (has(isCall) || has(isDone))
    return {
      confidence: 0.93,
      reason: has(isDone) ? 'a completion with finalText' : 'a tool_call with parameters',
    };
  return null;
}

const guide: FormatGuide = {
  reads: [
    'The session store `~/.factory/sessions/<session>.jsonl`.',
    'The stream of `droid exec --output-format stream-json`.',
  ],
  spans: [
    'Assistant messages become model calls, tool blocks and `tool_call` lines tool calls. Shell results end by their exit code, others by their error mark or, without one, by their words.',
    'The `completion` carries the tokens of the whole run and is joined to the answer it repeats.',
    'Compaction becomes a memory span, errors become events.',
  ],
  turns:
    'The session is the one the head names. Reminders before a prompt are cut off and kept as context; a message that is only such text opens no turn.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Types not known are counted by name.'],
};

const droid: TraceFormat = {
  id: 'droid',
  title: 'Factory Droid sessions',
  description: 'Session files and stream-json output of the Droid command line.',
  documentation: 'https://docs.factory.ai/cli/droid-exec/overview',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  resumesAt: turnOpened,
  sniff,
  read: (emit, source) => new DroidReader(emit, source),
};

export default droid;
