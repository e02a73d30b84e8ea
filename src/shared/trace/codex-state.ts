/**
 * What is known of a Codex rollout while its lines are read: the thread, the turn, the model call that is being written,
 * the prompts that wait for their other telling. The items (codex-items.ts) and the events (codex-ends.ts) change it.
 */
import { AgentLog, TypeCount, type LogSink, type LogSpan } from './agent-log';
import { codexThread, type CodexThread } from './codex-event';
import { isInjected, userOrigin } from './codex-text';
import { asText, get } from './json';

export interface CodexLine {
  line: number;
  timeNs: bigint | null;
  raw: unknown;
}

export class CodexState {
  readonly log: AgentLog;
  readonly types: TypeCount;
  model: string | null = null;
  turnId: string | null = null;
  /** The model call that is being written; null after its usage, a result or a prompt. */
  answer: LogSpan | null = null;
  /** What the last token count said of the sums so far: the same is told more than once. */
  usageKey: string | null = null;
  beforeNs: bigint | null = null;
  private thread: CodexThread | null = null;
  private meta: unknown = null;
  /** Prompts told by an item and waiting for their event, or the other way, by text. */
  private readonly typed = new Map<string, LogSpan[]>();

  constructor(
    private readonly sink: LogSink,
    idPrefix: string,
  ) {
    this.log = new AgentLog(idPrefix);
    this.types = new TypeCount((what) => this.log.note(what), 'line type');
  }

  session(meta: unknown): void {
    const thread = codexThread(meta);
    if (!thread) return;
    if (this.thread === null) {
      this.thread = thread;
      this.meta = meta;
    } else this.log.note('further session_meta line (fork or resumed thread)');
  }

  context(context: unknown): void {
    this.model = asText(get(context, 'model')) ?? this.model;
    this.turnId = asText(get(context, 'turn_id')) ?? this.turnId;
  }

  /** The model call at hand, begun when nothing is being written. */
  begin({ line, timeNs, raw }: CodexLine): LogSpan {
    this.answer ??= this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      traceId: this.turnId,
      model: this.model,
      provider: asText(get(this.meta, 'model_provider')) ?? 'openai',
      startNs: this.beforeNs ?? timeNs,
      status: 'ok',
      text: '',
      raw,
    });
    this.answer.endNs = timeNs;
    return this.answer;
  }

  /** A prompt told by an item and by an event is one span; which of the two comes first differs between versions. */
  user(text: string, at: CodexLine, by: 'item' | 'event'): void {
    const key = `${by === 'item' ? 'event' : 'item'}\0${text.trim()}`;
    const told = this.typed.get(key)?.shift();
    if (told) {
      told.raw = [told.raw, at.raw];
      return;
    }
    this.answer = null;
    const origin = by === 'event' && !this.isSubAgent ? 'human' : userOrigin(text, this.isSubAgent);
    const span = this.log.add({
      line: at.line,
      spanId: null,
      kind: 'user',
      origin,
      name: origin === 'harness' ? 'program text' : origin === 'agent' ? 'agent prompt' : 'user message',
      traceId: this.turnId,
      startNs: at.timeNs,
      text,
      input: text,
      raw: at.raw,
    });
    const own = `${by}\0${text.trim()}`;
    if (!isInjected(text)) this.typed.set(own, [...(this.typed.get(own) ?? []), span]);
  }

  private get isSubAgent(): boolean {
    return this.thread?.isSubAgent === true;
  }

  tell(): void {
    const thread = this.thread;
    const cwd = asText(get(this.meta, 'cwd'));
    this.log.tell(this.sink, {
      sessionId: thread?.sessionId ?? null,
      agentId: thread?.isSubAgent ? thread.id : null,
      agentName: thread?.isSubAgent ? (thread.nickname ?? 'sub-agent') : 'Codex',
      agentVersion: asText(get(this.meta, 'cli_version')),
      feature: cwd?.split(/[/\\]/).findLast((part) => part !== '') ?? null,
    });
  }
}
