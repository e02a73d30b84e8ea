/**
 * One session of the support agent, told step by step: `ask`, `call`, `lookup`, `reply`. Keeps the message history that
 * every model call repeats, the clock, and the ground truth of each user turn.
 */
import type { Language } from '../calendar';
import type { Player } from '../failure-flow';
import type { FailureModeKey, Trap, TruthFailure, TruthTurn, UserTurnClass } from '../ground-truth';
import type { Register, Slots, Templates, Wording } from '../grammar';
import type { Phrasebook } from '../phrases/phrasebook';
import type { Rng } from '../rng';
import type { TruthRecorder, TurnMarks } from '../truth-recorder';
import { type HelpArticle, articleHit } from './help-center';
import { otlpLine } from './otlp';
import { type Speaker, type ToolFailure, TurnTrace, agentName } from './turn-trace';
import { present } from '../present';

export interface CallOptions {
  /** The call is evidence of the failure being played. */
  blame?: boolean;
  /** Reports success but did nothing or found nothing, and the agent goes on regardless. */
  silent?: boolean;
  failsWith?: ToolFailure;
  /** Why an error here is harmless. */
  trap?: Trap;
}

export interface ExportedLine {
  atMs: number;
  text: string;
}

export class Conversation implements Player {
  readonly lines: ExportedLine[] = [];
  turnNo = 0;
  failure: TruthFailure | null = null;
  apology: Templates | null = null;
  lastAnswer = '';
  /** What memory holds of the user; read once, in the first turn. */
  profile: object | null = null;
  isOver = false;
  private readonly history: string[] = [];
  private trace: TurnTrace | null = null;

  constructor(
    readonly rng: Rng,
    readonly wording: Wording,
    readonly truth: TruthRecorder,
    readonly speaker: Speaker,
    readonly book: Phrasebook,
    public register: Register,
    private nowMs: number,
  ) {}

  get language(): Language {
    return this.truth.session.language;
  }

  /** The user says something: opens a turn and its trace. */
  ask(templates: Templates, slots: Slots, turnClass: UserTurnClass, marks: TurnMarks = {}): TruthTurn {
    return this.askText(this.phrase(templates, slots), turnClass, marks);
  }

  phrase(templates: Templates, slots: Slots): string {
    return this.wording.spoken(templates, slots, this.register, this.rng);
  }

  askText(text: string, turnClass: UserTurnClass, marks: TurnMarks = {}): TruthTurn {
    if (this.trace !== null) throw new Error(`turn ${this.turnNo} has no answer`);
    this.nowMs += this.pauseMs(text);
    this.turnNo++;
    const message = JSON.stringify({ role: 'user', parts: [{ type: 'text', content: text }] });
    this.history.push(message);
    this.trace = new TurnTrace(this.rng, this.speaker, this.nowMs, `[${message}]`);
    if (this.turnNo === 1 && this.profile !== null) this.recall('profile', this.profile);
    return this.truth.turn(this.turnNo, this.trace.rootId, turnClass, text, marks);
  }

  /** The agent calls a tool. Returns the span id of the call. */
  call(tool: string, args: object, result: unknown, options: CallOptions = {}): string {
    return this.callWith(tool, args, result, options, () => undefined);
  }

  /** The agent searches the help centre: a tool call with a retrieval inside. */
  lookup(query: string, articles: readonly HelpArticle[], options: CallOptions = {}): string {
    const hits = articles.map((article, i) => articleHit(article, i));
    const result = { results: hits.map(({ id, content }) => ({ id, content })) };
    return this.callWith('search_help_center', { query }, result, options, (spanId) => {
      const tool = present(this.open().spans.find((span) => span.spanId === spanId));
      this.open().retrieval(spanId, query, JSON.stringify(hits), tool.startMs + 4, tool.endMs - 3);
    });
  }

  /** What memory says of the user; read by the framework when a turn begins. */
  recall(key: string, value: unknown, blame = false): void {
    const args = { user_id: this.speaker.userId, key };
    const spanId = this.open().memory('memory_read', JSON.stringify(args), JSON.stringify(value));
    if (blame) this.failure?.evidence.push(spanId);
  }

  remember(key: string, value: unknown): void {
    const args = { user_id: this.speaker.userId, key, value };
    this.open().memory('memory_write', JSON.stringify(args), '{"stored":true}');
  }

  /** The agent answers and the turn ends. */
  reply(templates: Templates, slots: Slots = {}): void {
    const trace = this.open();
    const said = this.wording.neutral(templates, slots, this.rng);
    const regret = this.apology === null ? '' : `${this.wording.neutral(this.apology, slots, this.rng)} `;
    const text = regret + said;
    this.apology = null;
    const message = `{"role":"assistant","parts":[${JSON.stringify({ type: 'text', content: text })}]`;
    const spanId = trace.chat(
      `[${this.history.join(',')}]`,
      `[${message},"finish_reason":"stop"}]`,
      'stop',
      this.rateLimit(),
    );
    this.history.push(`${message}}`);
    if (this.failure !== null) this.failure.evidence.push(spanId);
    if (this.rng.chance(0.22)) trace.guardrail('output_policy', this.rng.chance(0.06) ? 'redacted' : 'pass');
    const spans = trace.end(`[${message},"finish_reason":"stop"}]`);
    this.nowMs = trace.nowMs;
    this.lastAnswer = text;
    this.trace = null;
    this.lines.push({ atMs: this.nowMs, text: otlpLine(this.resource(), scope, trace.traceId, spans) });
  }

  /** Begins to play a failure in the current turn (or the next, when none is open). */
  beginFailure(mode: FailureModeKey, note: string): TruthFailure {
    this.failure = this.truth.failure(mode, note, this.trace === null ? this.turnNo + 1 : this.turnNo);
    return this.failure;
  }

  leave(failure: TruthFailure): void {
    const slots = { hours: this.rng.pick([4, 12, 24]), caseNo: `C-${this.rng.int(20000, 89999)}` };
    const isHandedOver = this.rng.chance(0.6);
    this.ask(this.book.givesUp, {}, 'gives-up', { failureId: failure.failureId });
    if (isHandedOver)
      this.call('hand_over', { reason: 'customer_request' }, { case: slots.caseNo, queue: 'service-team' });
    this.reply(this.book.handOver, slots);
    this.truth.session.outcome = isHandedOver ? 'handed-over' : 'abandoned';
    this.isOver = true;
  }

  private callWith(
    tool: string,
    args: object,
    result: unknown,
    options: CallOptions,
    inside: (spanId: string) => void,
  ): string {
    const trace = this.open();
    const callId = `call_${this.rng.code(10, 'abcdefghijkmnpqrstuvwxyz23456789')}`;
    const part = JSON.stringify({ type: 'tool_call', id: callId, name: tool, arguments: args });
    const message = `{"role":"assistant","parts":[${part}]`;
    trace.chat(`[${this.history.join(',')}]`, `[${message},"finish_reason":"tool_calls"}]`, 'tool_calls');
    const failure = options.failsWith ?? null;
    const response = failure === null ? result : { error: failure.type, message: failure.message };
    const spanId = trace.tool(
      tool,
      callId,
      JSON.stringify(args),
      JSON.stringify(result),
      failure,
      this.rng.chance(0.3),
    );
    inside(spanId);
    this.history.push(`${message}}`);
    this.history.push(
      JSON.stringify({ role: 'tool', parts: [{ type: 'tool_call_response', id: callId, response }] }),
    );
    if (options.blame === true || options.silent === true) this.failure?.evidence.unshift(spanId);
    if (options.silent === true)
      this.truth.signal('silent-tool-failure', this.turnNo, [spanId], this.failure);
    if (failure !== null) this.truth.signal('tool-error', this.turnNo, [spanId], this.failure, options.trap);
    return spanId;
  }

  private open(): TurnTrace {
    if (this.trace === null) throw new Error('nobody has asked anything yet');
    return this.trace;
  }

  /** Reading the last answer, thinking, typing; now and then the user comes back much later. */
  private pauseMs(text: string): number {
    if (this.turnNo === 0) return 0;
    if (this.rng.chance(0.035)) return this.rng.lognormal(2.2 * 3_600_000, 0.6);
    return (
      this.rng.lognormal(9000, 0.6) + this.lastAnswer.length * 28 + text.length * this.rng.lognormal(160, 0.3)
    );
  }

  private rateLimit(): number {
    return this.rng.chance(0.012) ? this.rng.int(1500, 6000) : 0;
  }

  private resource(): Record<string, string> {
    return {
      'service.name': agentName,
      'service.version': this.speaker.agentVersion,
      'deployment.environment.name': 'production',
      'telemetry.sdk.language': 'python',
    };
  }
}

const scope = { name: 'tavolane.agent.telemetry', version: '1.6.0' };
