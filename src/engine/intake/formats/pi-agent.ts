/**
 * Sessions of the pi coding agent (also written by OpenClaw): `~/.pi/agent/sessions/…/<time>_<id>.jsonl`, a head and
 * entries of type message, since version 3 in a tree (id, parentId). Usage counts what came from the cache apart from
 * the input. A person's own shell commands (`bashExecution`) are no calls of the agent. Aborted answers are the person's.
 * https://github.com/badlogic/pi-mono/blob/main/packages/coding-agent/docs/session.md
 */
import { readBlocks, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, exitEnd, firstLine, TypeCount } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { linksNeedBeginning } from '../../../shared/trace/log-resume';
import { rewoundIds } from '../../../shared/trace/rewound';
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

interface Entry {
  record: unknown;
  line: number;
  id: string;
}

function isHead(record: unknown): boolean {
  return get(record, 'type') === 'session';
}

function timeOf(record: unknown): bigint | null {
  return toNs(at(record, 'message', 'timestamp')) ?? toNs(get(record, 'timestamp'));
}

/** The id of an entry that a person typed; null for others. */
function turnOpened(record: unknown): string | null {
  const isPrompt = get(record, 'type') === 'message' && at(record, 'message', 'role') === 'user';
  return isPrompt && asText(get(record, 'parentId')) !== null ? asText(get(record, 'id')) : null;
}

class PiReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private readonly entries: Entry[] = [];
  private head: unknown = null;
  private model: string | null = null;
  private provider: string | null = null;
  private beforeNs: bigint | null = null;
  private isRead = false;
  /** An answer does not say which model gave it. */
  private lacksModel = false;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what), 'entry type');
    const { head = [], lead = [] } = source.resumed ?? {};
    this.head = head.find(isHead) ?? null;
    for (const record of lead) if (!isHead(record)) this.beforeNs = timeOf(record) ?? this.beforeNs;
  }

  record(record: unknown, place: Place): void {
    if (asText(get(record, 'type')) === null)
      this.emit.reject(place, 'the entry has no "type"', toJsonText(record)?.slice(0, 1000));
    else if (isHead(record)) this.head ??= record;
    else
      this.entries.push({
        record,
        line: place.line,
        id: asText(get(record, 'id')) ?? `${this.source.shortHash}:${place.line}`,
      });
  }

  needsBeginning(): string | null {
    if (this.head === null || this.beforeNs === null) return 'the head of the session';
    const links = this.entries.map(({ record, id }) => ({ id, parentId: asText(get(record, 'parentId')) }));
    const leaf = asText(get(this.source.resumed?.lead.at(-1), 'id'));
    this.read();
    const model = this.lacksModel ? 'the model in use' : null;
    return linksNeedBeginning(links, leaf) ?? this.log.needsBeginning ?? model;
  }

  idsGiven(): readonly string[] {
    return this.log.shortIds;
  }

  end(): void {
    this.read();
    const cwd = asText(get(this.head, 'cwd'));
    this.log.tell(this.emit, {
      sessionId: asText(get(this.head, 'id')),
      agentName: 'pi',
      feature: cwd?.split(/[/\\]/).findLast((part) => part !== '') ?? null,
    });
  }

  private read(): void {
    if (this.isRead) return;
    this.isRead = true;
    const rewound = rewoundIds(
      this.entries.map(({ record, id }) => ({
        id,
        parentId: asText(get(record, 'parentId')),
        scope: '',
        carries: ['user', 'assistant'].includes(asText(at(record, 'message', 'role')) ?? ''),
      })),
    );
    this.model = asText(get(this.head, 'modelId'));
    this.provider = asText(get(this.head, 'provider'));
    for (const entry of this.entries) {
      const timeNs = timeOf(entry.record);
      this.entry(entry, timeNs, rewound.has(entry.id));
      this.beforeNs = timeNs ?? this.beforeNs;
    }
  }

  private entry({ record, line, id }: Entry, startNs: bigint | null, isRewound: boolean): void {
    const type = asText(get(record, 'type')) ?? '';
    const span = { line, spanId: id, startNs, isRewound, raw: record };
    if (type === 'message') this.message(get(record, 'message'), span);
    else if (type === 'model_change') {
      this.model = asText(get(record, 'modelId')) ?? this.model;
      this.provider = asText(get(record, 'provider')) ?? this.provider;
    } else if (type === 'compaction' || type === 'branch_summary') {
      const text = asText(get(record, 'summary')) ?? '';
      this.log.add({
        ...span,
        kind: 'memory',
        name: type === 'compaction' ? 'context compaction' : 'branch summary',
        operation: 'compact',
        text,
        output: asText(text),
        attributes: filled({ preTokens: get(record, 'tokensBefore') }),
      });
    } else if (type === 'custom_message')
      this.log.add({
        ...span,
        kind: 'user',
        origin: 'harness',
        name: 'program text',
        text: readBlocks(get(record, 'content')).text,
      });
    else this.types.count(type);
  }

  private message(
    message: unknown,
    span: { line: number; spanId: string; startNs: bigint | null; isRewound: boolean; raw: unknown },
  ): void {
    const role = asText(get(message, 'role'));
    const { text, reasoning, calls } = readBlocks(get(message, 'content'));
    if (role === 'user')
      this.log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', text, input: text });
    else if (role === 'assistant') {
      const answer = this.answer(message, text, reasoning, span);
      for (const call of calls)
        this.log.call({
          line: span.line,
          spanId: call.id,
          parentSpanId: answer,
          toolName: call.name,
          toolCallId: call.id,
          startNs: span.startNs,
          input: call.input,
          isRewound: span.isRewound,
        });
    } else if (role === 'toolResult') {
      const mark = get(message, 'isError');
      this.log.result(asText(get(message, 'toolCallId')), {
        line: span.line,
        text,
        ...spokenEnd(text, typeof mark === 'boolean' ? mark : null),
        endNs: span.startNs,
        toolName: asText(get(message, 'toolName')),
        raw: span.raw,
      });
    } else if (role === 'bashExecution') {
      const code = asNumber(get(message, 'exitCode'));
      const command = asText(get(message, 'command')) ?? '';
      this.log.add({
        ...span,
        kind: 'user',
        origin: 'command',
        name: 'local command',
        text: `! ${command}`,
        input: command,
        output: asText(get(message, 'output')),
        ...(code === null ? {} : exitEnd(code)),
      });
    } else if (role === null)
      this.emit.reject({ line: span.line }, 'the message has no role', toJsonText(message)?.slice(0, 1000));
    else if (/summary/i.test(role))
      this.log.add({
        ...span,
        kind: 'memory',
        name: 'context compaction',
        operation: 'compact',
        text: asText(get(message, 'summary')) ?? text,
      });
    else this.types.count(`message of role ${role}`);
  }

  private answer(
    message: unknown,
    text: string,
    reasoning: string | null,
    span: { line: number; spanId: string; startNs: bigint | null; isRewound: boolean; raw: unknown },
  ): string {
    if (asText(get(message, 'model')) === null || asText(get(message, 'provider')) === null)
      this.lacksModel = true;
    const usage = get(message, 'usage');
    const reason = asText(get(message, 'stopReason'));
    const error = asText(get(message, 'errorMessage'));
    const read = asNumber(get(usage, 'cacheRead'));
    const written = asNumber(get(usage, 'cacheWrite'));
    const fresh = asNumber(get(usage, 'input'));
    const answer = this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'model')) ?? this.model,
      provider: asText(get(message, 'provider')) ?? this.provider,
      startNs: this.beforeNs ?? span.startNs,
      endNs: span.startNs,
      status: reason === 'error' ? 'error' : reason === 'aborted' ? 'interrupted' : 'ok',
      statusMessage: error === null ? null : firstLine(error),
      errorType: reason === 'error' ? 'api_error' : null,
      text,
      output: asText(text),
      inputTokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(usage, 'output')),
      cacheReadTokens: read,
      cacheWriteTokens: written,
      costUsd: asNumber(at(usage, 'cost', 'total')),
      attributes: filled({ reasoning, stopReason: reason }),
    });
    if (reason === 'aborted')
      this.log.add({
        line: span.line,
        spanId: `${span.spanId}:aborted`,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        startNs: span.startNs,
        isRewound: span.isRewound,
        text: error ?? 'aborted',
      });
    return answer.spanId;
  }
}

function sniff(sample: Sample): Sniffed | null {
  const hasHead = sample.records.some(
    (record) =>
      get(record, 'type') === 'session' &&
      asText(get(record, 'id')) !== null &&
      Object.hasOwn(record as object, 'cwd'),
  );
  const messages = sample.records.filter(
    (record) =>
      get(record, 'type') === 'message' &&
      ['user', 'assistant', 'toolResult', 'bashExecution'].includes(
        asText(at(record, 'message', 'role')) ?? '',
      ),
  ).length;
  if (hasHead) return { confidence: 0.95, reason: `a session head with cwd and ${messages} messages` };
  const isPi = sample.records.some(
    (record) =>
      at(record, 'message', 'usage', 'cacheRead') !== undefined ||
      get(get(record, 'message'), 'role') === 'toolResult',
  );
  return isPi && messages > 0 ? { confidence: 0.9, reason: 'messages with roles like toolResult' } : null;
}

const guide: FormatGuide = {
  reads: [
    'Sessions `~/.pi/agent/sessions/…/<time>_<id>.jsonl`, also those OpenClaw writes; since version 3 in a tree.',
  ],
  spans: [
    'Answers become model calls with tokens, cache and cost; their calls become tool calls, ended by `toolResult`.',
    'Compaction and branch summaries become memory spans; an aborted answer is interrupted.',
  ],
  turns:
    'A file is a session. Messages of role user open turns; a person’s own shell commands (`bashExecution`) are commands and no calls of the agent. Branches that were left are kept and marked.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Changes of settings and entry types not known are counted by name.'],
};

const piAgent: TraceFormat = {
  id: 'pi-agent',
  title: 'pi coding agent sessions',
  description: 'Session files of the pi coding agent and of OpenClaw.',
  documentation: 'https://github.com/badlogic/pi-mono/blob/main/packages/coding-agent/docs/session.md',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  resumesAt: turnOpened,
  sniff,
  read: (emit, source) => new PiReader(emit, source),
};

export default piAgent;
