/**
 * Qwen Code sessions: `~/.qwen/projects/<project>/chats/<session>.jsonl`, lines in a tree (uuid, parentUuid) with
 * messages of Gemini's parts. Results are lines of their own; telemetry lines add errors of the API; a `rewind` line
 * leaves a branch. Text of hooks and notifications stands in user lines too and is not the person's.
 * https://github.com/QwenLM/qwen-code/blob/main/packages/core/src/services/chatRecordingService.ts
 */
import { readParts, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, firstLine, TypeCount, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { linksNeedBeginning } from '../../../shared/trace/log-resume';
import { rewoundIds, type TreeNode } from '../../../shared/trace/rewound';
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

/** Context of hooks is appended as a part of its own. */
const WRAPPED = /^<qwen:[\w-]{1,60}>/;
const SPOKEN = new Set(['', 'mid_turn_user_message', 'user_prompt']);

interface Line {
  record: unknown;
  line: number;
  id: string;
}

class QwenReader implements FormatReader {
  private readonly lines: Line[] = [];
  private sessions: Map<string, Session> | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  needsBeginning(): string | null {
    const { head = [], lead = [] } = this.source.resumed ?? {};
    const session = sessionOf(head[0]);
    const last = lead.at(-1);
    if (session === '' || last === undefined) return 'the head of the session';
    if ([...lead, ...this.lines.map(({ record }) => record)].some((record) => sessionOf(record) !== session))
      return 'where another session began';
    const links = this.lines
      // An answer may be written in several lines of one id.
      .filter(({ id }, i) => id !== this.lines[i - 1]?.id)
      .map(({ record, id }) => ({ id, parentId: asText(get(record, 'parentUuid')) }));
    const said = [...this.read().values()].map(({ log }) => log.needsBeginning);
    return linksNeedBeginning(links, asText(get(last, 'uuid'))) ?? said.find((one) => one !== null) ?? null;
  }

  record(record: unknown, place: Place): void {
    if (asText(get(record, 'type')) === null) {
      this.emit.reject(place, 'the line has no "type"', toJsonText(record)?.slice(0, 1000));
      return;
    }
    this.lines.push({
      record,
      line: place.line,
      id: asText(get(record, 'uuid')) ?? `${this.source.shortHash}:${place.line}`,
    });
  }

  idsGiven(): readonly string[] {
    return [...this.read().values()].flatMap(({ log }) => log.shortIds);
  }

  end(): void {
    for (const session of this.read().values()) session.tell(this.emit);
  }

  /** The sessions of the file, their lines read. */
  private read(): Map<string, Session> {
    if (this.sessions) return this.sessions;
    const nodes = this.lines.map(({ record, id }): TreeNode => {
      const type = asText(get(record, 'type'));
      return {
        id,
        parentId: asText(get(record, 'parentUuid')),
        scope: sessionOf(record),
        messageKey: id,
        carries: type === 'user' || type === 'assistant',
      };
    });
    const rewound = rewoundIds(nodes);
    const { head = [], lead = [] } = this.source.resumed ?? {};
    this.sessions = new Map();
    for (const line of this.lines) {
      const key = sessionOf(line.record);
      const known = this.sessions.get(key);
      // What a session is called stands in its first line.
      const session = known ?? new Session(this.source.shortHash, rewound, head[0] ?? line.record);
      if (!known) for (const record of lead) session.passed(record);
      this.sessions.set(key, session);
      session.read(line);
    }
    return this.sessions;
  }
}

function sessionOf(record: unknown): string {
  return asText(get(record, 'sessionId')) ?? '';
}

class Session {
  readonly log: AgentLog;
  private readonly types: TypeCount;
  private beforeNs: bigint | null = null;

  constructor(
    prefix: string,
    private readonly rewound: ReadonlySet<string>,
    private readonly first: unknown,
  ) {
    this.log = new AgentLog(prefix);
    this.types = new TypeCount((what) => this.log.note(what), 'line type');
  }

  read(line: Line): void {
    this.line(line, toNs(get(line.record, 'timestamp')));
    this.passed(line.record);
  }

  /** What comes after a line began when that was written, if it does not say so itself. */
  passed(record: unknown): void {
    this.beforeNs = toNs(get(record, 'timestamp')) ?? this.beforeNs;
  }

  tell(emit: Emit): void {
    this.log.tell(emit, {
      sessionId: asText(get(this.first, 'sessionId')),
      agentName: 'Qwen Code',
      agentVersion: asText(get(this.first, 'version')),
      feature: (asText(get(this.first, 'cwd')) ?? '').split(/[/\\]/).findLast((part) => part !== '') ?? null,
    });
  }

  private line({ record, line, id }: Line, timeNs: bigint | null): void {
    const type = asText(get(record, 'type')) ?? '';
    const isRewound = this.rewound.has(id);
    const span = { line, spanId: id, startNs: timeNs, isRewound, raw: record };
    if (type === 'user') this.user(record, span);
    else if (type === 'assistant') this.answer(record, span);
    else if (type === 'tool_result') this.results(record, span);
    else if (type === 'system') this.system(record, span);
    else this.types.count(type);
  }

  private user(record: unknown, span: Omit<LogSpan, 'kind' | 'name'>): void {
    const parts = at(record, 'message', 'parts');
    const said = Array.isArray(parts)
      ? parts.filter((part) => !WRAPPED.test(asText(get(part, 'text')) ?? ''))
      : parts;
    const { text, results } = readParts(said);
    if (results.length > 0) this.results(record, span);
    const shown = asText(at(record, 'systemPayload', 'displayText')) ?? text;
    if (shown === '' && results.length > 0) return;
    const isHuman = SPOKEN.has(asText(get(record, 'subtype')) ?? '');
    this.log.add({
      ...span,
      kind: 'user',
      origin: isHuman ? 'human' : 'harness',
      name: isHuman ? 'user message' : 'program text',
      text: shown,
      input: shown,
      attributes: filled({ context: at(record, 'systemPayload', 'hookContext') }),
    });
  }

  private answer(record: unknown, span: Omit<LogSpan, 'kind' | 'name'>): void {
    const { text, reasoning, calls } = readParts(at(record, 'message', 'parts'));
    const usage = get(record, 'usageMetadata');
    const counted = {
      model: asText(get(record, 'model')),
      inputTokens: asNumber(get(usage, 'promptTokenCount')),
      outputTokens: asNumber(get(usage, 'candidatesTokenCount')),
      cacheReadTokens: asNumber(get(usage, 'cachedContentTokenCount')),
      reasoningTokens: asNumber(get(usage, 'thoughtsTokenCount')),
    };
    // An answer may be written in several lines of one id.
    const known = this.log.find(span.spanId);
    const answer =
      known?.kind === 'llm'
        ? known
        : this.log.add({
            ...span,
            kind: 'llm',
            name: 'answer',
            operation: 'chat',
            status: 'ok',
            startNs: this.beforeNs ?? span.startNs ?? null,
            text: '',
          });
    answer.endNs = span.startNs ?? null;
    answer.text = [answer.text, text].filter(Boolean).join('\n');
    answer.output = answer.text;
    for (const [key, value] of Object.entries(counted))
      if (value !== null) Object.assign(answer, { [key]: value });
    answer.attributes = filled({
      ...answer.attributes,
      reasoning: [get(answer.attributes, 'reasoning'), reasoning].filter(Boolean).join('\n'),
      contextWindow: get(record, 'contextWindowSize'),
    });
    for (const call of calls)
      this.log.call({
        line: span.line,
        spanId: call.id,
        parentSpanId: answer.spanId,
        toolName: call.name,
        toolCallId: call.id,
        startNs: span.startNs ?? null,
        input: call.input,
        isRewound: span.isRewound === true,
      });
  }

  private results(record: unknown, span: Omit<LogSpan, 'kind' | 'name'>): void {
    const { results } = readParts(at(record, 'message', 'parts'));
    const told = get(record, 'toolCallResult');
    const status = asText(get(told, 'status'));
    for (const result of results) {
      const isError =
        status === 'error' || status === 'cancelled'
          ? true
          : (result.isError ?? (status === 'success' ? false : null));
      const text = result.text === '' ? (asText(get(told, 'resultDisplay')) ?? '') : result.text;
      const end = spokenEnd(text, isError);
      const stopped =
        status === 'cancelled' && end.status === 'error'
          ? { status: 'interrupted' as const, statusMessage: 'cancelled' }
          : end;
      this.log.result(result.id ?? asText(get(told, 'callId')), {
        line: span.line,
        text,
        ...stopped,
        endNs: span.startNs ?? null,
        toolName: result.name,
        raw: record,
      });
    }
    if (results.length === 0) this.types.count('tool_result without a response');
  }

  private system(record: unknown, span: Omit<LogSpan, 'kind' | 'name'>): void {
    const subtype = asText(get(record, 'subtype')) ?? 'system';
    const payload = get(record, 'systemPayload');
    const event = get(payload, 'uiEvent');
    const failed = asText(get(event, 'error_message'));
    if (failed !== null)
      this.log.add({
        ...span,
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(failed),
        errorType: asText(get(event, 'error_type')) ?? 'api_error',
        text: failed,
      });
    else if (subtype === 'slash_command') {
      const command = asText(get(payload, 'rawCommand'));
      if (command !== null && get(payload, 'phase') !== 'result')
        this.log.add({
          ...span,
          kind: 'user',
          origin: 'command',
          name: 'local command',
          text: command,
          input: command,
        });
    } else if (subtype.includes('compress') || subtype.includes('compact'))
      this.log.add({
        ...span,
        kind: 'memory',
        name: 'context compaction',
        operation: 'compact',
        text: asText(get(payload, 'summary')) ?? '',
      });
    else if (subtype === 'rewind')
      this.log.add({ ...span, kind: 'event', name: 'rewind', text: asText(get(payload, 'targetUuid')) });
    else this.types.count(`system/${subtype}`);
  }
}

/** The id of a line that a person typed; null for others. */
function turnOpened(record: unknown): string | null {
  const isPrompt = get(record, 'type') === 'user' && SPOKEN.has(asText(get(record, 'subtype')) ?? '');
  const isResult = readParts(at(record, 'message', 'parts')).results.length > 0;
  return isPrompt && !isResult && asText(get(record, 'parentUuid')) !== null
    ? asText(get(record, 'uuid'))
    : null;
}

function sniff(sample: Sample): Sniffed | null {
  const index = sample.records.findIndex(
    (record) =>
      Object.hasOwn(Object(record) as object, 'parentUuid') &&
      asText(get(record, 'sessionId')) !== null &&
      Array.isArray(at(record, 'message', 'parts')),
  );
  return index < 0
    ? null
    : { confidence: 0.96, reason: `record ${index + 1} has parentUuid and message.parts` };
}

const guide: FormatGuide = {
  reads: ['Sessions `~/.qwen/projects/<project>/chats/<session>.jsonl`.'],
  spans: [
    'Answers, also those in several lines of one id, become model calls with tokens; function calls become tool calls, ended by the result lines.',
    'Telemetry with an error becomes an event; compression a memory span; slash commands are commands.',
  ],
  turns:
    'The session is the `sessionId`. User lines open turns unless their subtype says that a hook or a notification wrote them. A branch that was left by rewinding is kept and marked.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Other telemetry and line types are counted by name.'],
};

const qwenCode: TraceFormat = {
  id: 'qwen-code',
  title: 'Qwen Code sessions',
  description: 'Session files of the Qwen Code command line.',
  documentation:
    'https://github.com/QwenLM/qwen-code/blob/main/packages/core/src/services/chatRecordingService.ts',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  resumesAt: turnOpened,
  sniff,
  read: (emit, source) => new QwenReader(emit, source),
};

export default qwenCode;
