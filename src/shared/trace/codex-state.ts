/**
 * What is known of a Codex rollout while its lines are read: the thread, the turn, the model call that is being written,
 * the prompts that wait for their other telling. The items (codex-items.ts) and the events (codex-ends.ts) change it.
 */
import { AgentLog, TypeCount, type LogSink, type LogSpan } from './agent-log';
import { codexThread, codexUsage, type CodexThread } from './codex-event';
import { isInjected, userOrigin } from './codex-text';
import { asText, at as inside, get } from './json';

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
  /** What the last token count said of the sums so far: the same is told more than once. */
  usageKey: string | null = null;
  beforeNs: bigint | null = null;
  /** The model call that is being written; null after its usage, a result or a prompt. */
  private written: LogSpan | null = null;
  /** Why what was read cannot be understood without what stands before it; null where nothing stands before. */
  private missing: string | null = null;
  private isResumed = false;
  private isSettled = false;
  private thread: CodexThread | null = null;
  private meta: unknown = null;
  /** Searches on the web told by an item or by an event, and waiting for their other telling: the item has no id of the call. */
  private readonly searches: { item: LogSpan[]; event: LogSpan[] } = { item: [], event: [] };
  /** Prompts told by an item and waiting for their event, or the other way, by text. */
  private readonly typed = new Map<string, LogSpan[]>();

  constructor(
    private readonly sink: LogSink,
    idPrefix: string,
  ) {
    this.log = new AgentLog(idPrefix);
    this.types = new TypeCount((what) => this.log.note(what), 'line type');
  }

  /** The search of this turn that was told the other way already: one for the same, else the first; null where there is none. */
  otherSearch(told: 'item' | 'event', input: string | null): LogSpan | null {
    const waiting = this.searches[told === 'item' ? 'event' : 'item'];
    const ofTurn = waiting.filter((span) => span.traceId === this.turnId);
    const found = ofTurn.find((span) => span.input === input) ?? ofTurn[0];
    if (found) waiting.splice(waiting.indexOf(found), 1);
    return found ?? null;
  }

  /** Notes a search that may be told the other way later. */
  search(told: 'item' | 'event', span: LogSpan): void {
    this.searches[told].push(span);
  }

  /** Begins in the middle of a rollout, at the start of a turn: with its meta, and the records just before. */
  resume(meta: unknown, lead: readonly unknown[]): void {
    this.isResumed = true;
    this.session(meta);
    const counted = lead.findLast((record) => inside(record, 'payload', 'type') === 'token_count');
    this.usageKey = codexUsage(inside(counted, 'payload', 'info'))?.key ?? null;
  }

  /** Says that what comes depends on what stood before, where that was not read. */
  needs(what: string): void {
    if (this.isResumed) this.missing ??= what;
  }

  /** Why the lines before those that were read are needed; null where they are not. */
  get needsBeginning(): string | null {
    if (this.thread === null) this.needs('the thread of the rollout');
    if ([...this.typed.values()].some((spans) => spans.length > 0))
      this.needs('the other telling of a prompt');
    return this.missing;
  }

  get answer(): LogSpan | null {
    return this.written;
  }

  /** The model call at hand is complete, or there is none. */
  settle(): void {
    this.written = null;
    this.isSettled = true;
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
    if (!this.isSettled) this.needs('the model call that is being written');
    if (this.model === null) this.needs('the model of the turn');
    if (this.beforeNs === null) this.needs('the time of the item before');
    this.written ??= this.log.add({
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
    this.written.endNs = timeNs;
    return this.written;
  }

  /** A prompt told by an item and by an event is one span; which of the two comes first differs between versions. */
  user(text: string, at: CodexLine, by: 'item' | 'event'): void {
    const key = `${by === 'item' ? 'event' : 'item'}\0${text.trim()}`;
    const told = this.typed.get(key)?.shift();
    if (told) {
      told.raw = [told.raw, at.raw];
      return;
    }
    this.settle();
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
