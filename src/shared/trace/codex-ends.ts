/**
 * The event lines of a Codex rollout put to what its items told: how calls and turns ended, what they cost, prompts,
 * compactions, turns taken back. What an event says is read in codex-event.ts.
 */
import { firstLine } from './agent-log';
import { filled } from './claude-line';
import { callEvent, codexUsage } from './codex-event';
import type { CodexLine, CodexState } from './codex-state';
import { asNumber, asObject, asText, get } from './json';
import { contentText } from './messages';

/** Events that repeat what response items say. */
const QUIET = new Set([
  'agent_message',
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'task_started',
  'turn_started',
]);

export class CodexEnds {
  constructor(private readonly state: CodexState) {}

  event(event: unknown, at: CodexLine): void {
    const type = asText(get(event, 'type')) ?? '';
    const item = get(event, 'item');
    if (type === 'item_completed' && asText(get(item, 'type')) !== null) this.completed(item, at);
    else if (type === 'user_message') this.state.user(asText(get(event, 'message')) ?? '', at, 'event');
    else if (type === 'token_count') this.tokens(get(event, 'info'));
    else if (!this.ending(type, event, at) && !this.callEnd(type, event, asText(get(event, 'call_id')), at)) {
      if (type === 'task_started' || type === 'turn_started')
        this.state.turnId = asText(get(event, 'turn_id')) ?? this.state.turnId;
      if (!QUIET.has(type)) this.state.types.count(`event_msg/${type}`);
    }
    if (type === 'user_message' || type === 'turn_aborted')
      this.state.beforeNs = at.timeNs ?? this.state.beforeNs;
  }

  private completed(item: unknown, at: CodexLine): void {
    const type = asText(get(item, 'type')) ?? '';
    if (type === 'UserMessage') this.state.user(contentText(get(item, 'content')), at, 'event');
    else if (!this.callEnd(type, item, asText(get(item, 'id')), at)) {
      if (type !== 'AgentMessage' && type !== 'Reasoning') this.state.types.count(`item_completed/${type}`);
    }
  }

  /** Turns, errors and compactions; false for other events. */
  private ending(type: string, event: unknown, at: CodexLine): boolean {
    const span = { line: at.line, spanId: null, traceId: this.state.turnId, startNs: at.timeNs, raw: at.raw };
    const failed = asObject(get(event, 'error'));
    if (type === 'turn_aborted') {
      this.state.needs('the calls that the end of the turn ends');
      const reason = asText(get(event, 'reason')) ?? 'interrupted';
      this.state.log.endOpen({
        status: 'interrupted',
        statusMessage: 'stopped before it ended',
        endNs: at.timeNs,
      });
      if (this.state.answer) this.state.answer.status = 'interrupted';
      const isPerson = reason === 'interrupted';
      this.state.log.add({
        ...span,
        kind: 'event',
        name: isPerson ? 'interruption' : 'turn aborted',
        status: 'interrupted',
        text: reason,
        attributes: filled({ reason, durationMs: get(event, 'duration_ms') }),
      });
      this.state.settle();
    } else if (
      type === 'error' ||
      type === 'stream_error' ||
      ((type === 'task_complete' || type === 'turn_complete') && failed)
    ) {
      const text = asText(get(event, 'message')) ?? asText(get(failed, 'message')) ?? type;
      const info = get(event, 'codex_error_info') ?? get(failed, 'codex_error_info');
      const errorType = asText(info) ?? Object.keys(asObject(info) ?? {})[0] ?? type;
      this.state.log.add({
        ...span,
        kind: 'event',
        name: type === 'stream_error' ? 'stream_error' : 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType,
        text,
      });
    } else if (type === 'context_compacted') {
      if (this.state.log.last?.name !== 'context compaction') this.compaction(at, '');
    } else if (type === 'thread_rolled_back') this.rollBack(asNumber(get(event, 'num_turns')) ?? 0);
    else return type === 'task_complete' || type === 'turn_complete';
    return true;
  }

  compaction(at: CodexLine, text: string): void {
    this.state.settle();
    const last = this.state.log.last;
    if (!last) this.state.needs('what stands before a compaction');
    if (last?.name === 'context compaction' && !last.text) {
      Object.assign(last, { text, output: asText(text), raw: [last.raw, at.raw] });
      return;
    }
    this.state.log.add({
      line: at.line,
      spanId: null,
      kind: 'memory',
      name: 'context compaction',
      operation: 'compact',
      traceId: this.state.turnId,
      startNs: at.timeNs,
      text,
      output: asText(text),
      raw: at.raw,
    });
  }

  /** The person took back the latest turns: what was said in them counts as left. */
  private rollBack(turns: number): void {
    this.state.settle();
    this.state.needs('the turns that were taken back');
    this.state.log.rewind(turns);
    this.state.log.note('turns taken back by the person', turns);
  }

  private callEnd(type: string, event: unknown, callId: string | null, at: CodexLine): boolean {
    const end = callEvent(type, event);
    if (!end) return type.startsWith('collab_') || type.endsWith('_begin') || type.endsWith('_delta');
    const { durationNs, toolName, input, text, ...said } = end;
    const isSearch = type === 'web_search_end';
    const told = isSearch ? this.state.otherSearch('event', input) : null;
    const known = this.state.log.callOf(callId) ?? told;
    if (!known) {
      this.state.needs('the call that an event ends');
      // Called from inside another tool, or by the person: the event is all that is known of it.
      const span = this.state.log.add({
        line: at.line,
        spanId: callId,
        kind: 'tool',
        name: toolName,
        operation: 'execute_tool',
        toolName,
        toolCallId: callId,
        traceId: this.state.turnId,
        startNs: durationNs !== null && at.timeNs !== null ? at.timeNs - durationNs : at.timeNs,
        endNs: at.timeNs,
        input,
        text,
        output: text,
        raw: at.raw,
        ...said,
      });
      if (isSearch) this.state.search('event', span);
      return true;
    }
    known.toolCallId ??= callId;
    if (said.status !== 'unset')
      Object.assign(known, {
        status: said.status,
        statusMessage: said.statusMessage ?? null,
        errorType: said.errorType ?? null,
      });
    known.spawnsAgentId ??= said.spawnsAgentId;
    known.text ??= text;
    known.endNs = at.timeNs;
    return true;
  }

  private tokens(info: unknown): void {
    const found = codexUsage(info);
    if (found && this.state.usageKey === null) this.state.needs('the token count before');
    if (!found || (found.key !== null && found.key === this.state.usageKey)) return;
    this.state.usageKey = found.key;
    const span = this.state.answer ?? this.state.log.answer;
    if (!span) this.state.needs('the model call of a token count');
    if (!span || span.inputTokens !== undefined) {
      this.state.log.note('token count without a model call');
      return;
    }
    Object.assign(span, found.usage);
    span.attributes = filled({ ...span.attributes, contextWindow: found.contextWindow });
    this.state.settle();
  }
}
