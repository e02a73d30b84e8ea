/**
 * One conversation of OpenHands: its events turned into spans, in their order. Actions of one model response are one
 * model call; observations end the actions they name. What an event means is said in openhands-event.ts, where the
 * events come from in src/engine/intake/formats/openhands.ts.
 */
import { AgentLog, firstLine, TypeCount, type LogSink, type LogSpan } from './agent-log';
import { filled } from './claude-line';
import { asNumber, asObject, asText, at, get } from './json';
import { openHandsEvent, type OpenHandsEvent } from './openhands-event';
import { toNs } from './time';

interface Here {
  line: number;
  timeNs: bigint | null;
  raw: unknown;
  id: string | null;
}

/** One conversation: its events in order. */
export class OpenHandsConversation {
  readonly log: AgentLog;
  private readonly types: TypeCount;
  private beforeNs: bigint | null = null;
  private spent = { prompt: 0, completion: 0, cost: 0 };
  private isFirst = true;
  private version: string | null = null;

  /** @param isAlone the file holds this event only: an observation completes the call that another file holds */
  constructor(
    prefix: string,
    private readonly isAlone: boolean,
  ) {
    this.log = new AgentLog(prefix);
    this.types = new TypeCount((what) => this.log.note(what), 'event');
  }

  /** Adds an event; false when it is none. Without a source (old pairs) the first message is the person's. */
  event(event: unknown, line: number): boolean {
    const read = openHandsEvent(event);
    if (!read) return false;
    const id = get(event, 'id');
    const here = {
      line,
      timeNs: toNs(get(event, 'timestamp')),
      raw: event,
      id: typeof id === 'number' ? `e${id}` : asText(id),
    };
    this.version ??= asText(at(event, 'args', 'openhands_version'));
    this.take(
      this.isFirst && read.type === 'said' && get(event, 'source') === undefined
        ? { ...read, by: 'user' }
        : read,
      event,
      here,
    );
    this.isFirst = false;
    this.beforeNs = here.timeNs ?? this.beforeNs;
    return true;
  }

  private take(read: OpenHandsEvent, event: unknown, here: Here): void {
    const span = { line: here.line, spanId: here.id, startNs: here.timeNs, raw: here.raw };
    switch (read.type) {
      case 'said':
        if (read.by === 'agent') this.answer(event, here, read.text);
        else
          this.log.add({
            ...span,
            kind: 'user',
            origin: read.by === 'user' ? 'human' : 'harness',
            name: read.by === 'user' ? 'user message' : 'program text',
            text: read.text,
            input: read.text,
          });
        return;
      case 'system':
        this.log.add({ ...span, kind: 'system', name: 'instructions', text: read.text });
        return;
      case 'action':
        this.action(read, event, here);
        return;
      case 'finish':
        this.answer(event, here, read.text);
        return;
      case 'recall':
        if (this.isAlone && read.isResult) this.recalled(read.text, event, here);
        else if (read.isResult && this.log.last?.name === 'recall')
          Object.assign(this.log.last, {
            output: read.text,
            text: read.text,
            endNs: here.timeNs,
            raw: [this.log.last.raw, here.raw],
          });
        else
          this.log.add({
            ...span,
            kind: 'memory',
            name: 'recall',
            operation: 'memory',
            input: read.isResult ? null : read.text,
            text: read.text,
          });
        return;
      case 'result':
        this.result(read, here);
        return;
      case 'error':
        this.error(read, here);
        return;
      case 'compaction':
        this.log.add({
          ...span,
          kind: 'memory',
          name: 'context compaction',
          operation: 'compact',
          text: read.text,
          output: asText(read.text),
        });
        return;
      case 'interruption':
        this.log.add({
          ...span,
          kind: 'event',
          name: 'interruption',
          status: 'interrupted',
          text: read.text,
        });
        return;
      case 'state':
        if (read.state === 'error')
          this.log.add({
            ...span,
            kind: 'event',
            name: 'agent state error',
            status: 'error',
            statusMessage: asText(at(event, 'extras', 'reason')),
            errorType: 'agent_state',
            text: read.state,
          });
        else this.types.count(`state ${read.state}`);
        return;
      case 'other':
        this.types.count(read.name);
    }
  }

  /** What was recalled, where the file of another event holds the question. */
  private recalled(text: string, event: unknown, here: Here): void {
    const cause = asNumber(get(event, 'cause'));
    this.log.add({
      line: here.line,
      spanId: cause === null ? here.id : `e${cause}`,
      completes: cause !== null,
      kind: 'memory',
      name: 'recall',
      operation: 'memory',
      endNs: here.timeNs,
      text,
      output: text,
      raw: here.raw,
    });
  }

  /** The model call an event comes from; events of one response share it. */
  private answer(event: unknown, here: Here, text: string): LogSpan {
    const response = at(event, 'tool_call_metadata', 'model_response');
    const responseId = asText(get(response, 'id')) ?? asText(get(event, 'llm_response_id'));
    const known = responseId === null ? null : this.log.find(responseId);
    if (known) return known;
    const usage = asObject(get(response, 'usage'));
    const spent = this.spending(get(event, 'llm_metrics'));
    const said = asText(at(response, 'choices', 0, 'message', 'content'));
    const callId = asText(at(event, 'tool_call_metadata', 'tool_call_id'));
    const firstCallId = asText(at(response, 'choices', 0, 'message', 'tool_calls', 0, 'id'));
    // The file of its first call holds the model call of a response with several.
    if (this.isAlone && responseId !== null && firstCallId !== null && callId !== firstCallId)
      return this.log.add({
        line: here.line,
        spanId: responseId,
        completes: true,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        text: null,
        raw: here.raw,
      });
    // Files of further calls may tell it again at other times: without a beginning they are found to be the same.
    const isOneOfSeveral = this.isAlone && responseId !== null && firstCallId === null;
    return this.log.add({
      line: here.line,
      spanId: responseId ?? (this.isAlone || here.id === null ? null : `${here.id}.answer`),
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(response, 'model')) ?? spent?.model ?? null,
      startNs: this.beforeNs ?? (isOneOfSeveral ? null : here.timeNs),
      endNs: here.timeNs,
      status: 'ok',
      text: asText(text) ?? said ?? '',
      output: said ?? text,
      inputTokens: asNumber(get(usage, 'prompt_tokens')) ?? spent?.prompt ?? null,
      outputTokens: asNumber(get(usage, 'completion_tokens')) ?? spent?.completion ?? null,
      cacheReadTokens: asNumber(
        at(usage, 'prompt_tokens_details', 'cached_tokens') ?? get(usage, 'cache_read_input_tokens'),
      ),
      cacheWriteTokens: asNumber(get(usage, 'cache_creation_input_tokens')),
      costUsd: spent?.cost ?? null,
      raw: here.raw,
    });
  }

  /** What a call cost, of the sums so far that an event carries; null where it carries none. */
  private spending(
    metrics: unknown,
  ): { model: string | null; prompt: number | null; completion: number | null; cost: number | null } | null {
    if (!asObject(metrics)) return null;
    const total = get(metrics, 'accumulated_token_usage');
    const now = {
      prompt: asNumber(get(total, 'prompt_tokens')) ?? this.spent.prompt,
      completion: asNumber(get(total, 'completion_tokens')) ?? this.spent.completion,
      cost: asNumber(get(metrics, 'accumulated_cost')) ?? this.spent.cost,
    };
    const more = (a: number, b: number): number | null => (this.isAlone || a <= b ? null : a - b);
    const spent = {
      model: asText(get(total, 'model')),
      prompt: more(now.prompt, this.spent.prompt),
      completion: more(now.completion, this.spent.completion),
      cost: more(now.cost, this.spent.cost),
    };
    this.spent = now;
    return spent;
  }

  private action(read: Extract<OpenHandsEvent, { type: 'action' }>, event: unknown, here: Here): void {
    const answer = read.isHidden ? null : this.answer(event, here, read.thought);
    if (answer && read.reasoning !== null) answer.attributes = filled({ reasoning: read.reasoning });
    const call = this.log.call({
      line: here.line,
      spanId: here.id,
      parentSpanId: answer?.spanId ?? null,
      toolName: read.toolName,
      toolCallId: read.callId ?? here.id,
      startNs: here.timeNs,
      input: read.input,
      raw: here.raw,
    });
    // Alone in its file, its result is in another.
    if (this.isAlone) this.log.close(call);
  }

  private result(read: Extract<OpenHandsEvent, { type: 'result' }>, here: Here): void {
    const byCause =
      read.cause === null ? null : (this.log.find(`e${read.cause}`) ?? this.log.find(read.cause));
    const callId = byCause?.kind === 'tool' ? (byCause.toolCallId ?? null) : read.callId;
    if (this.isAlone) {
      const cause = read.cause === null ? here.id : /^\d+$/.test(read.cause) ? `e${read.cause}` : read.cause;
      this.log.add({
        line: here.line,
        spanId: cause,
        completes: true,
        kind: 'tool',
        name: read.toolName,
        operation: 'execute_tool',
        toolName: read.toolName,
        toolCallId: read.callId,
        startNs: here.timeNs,
        input: read.input,
        text: read.text,
        output: read.text,
        ...read.end,
        raw: here.raw,
      });
      return;
    }
    const span = this.log.result(callId, {
      line: here.line,
      text: read.text,
      ...read.end,
      endNs: here.timeNs,
      raw: here.raw,
      toolName: callId === null && !this.log.isWaiting ? read.toolName : null,
    });
    span.input ??= read.input;
  }

  private error(read: Extract<OpenHandsEvent, { type: 'error' }>, here: Here): void {
    const end = { status: 'error', statusMessage: firstLine(read.text), errorType: read.errorType } as const;
    const isAnswer = read.callId !== null && this.log.callOf(read.callId) !== null;
    if (isAnswer || read.cause !== null)
      this.result(
        {
          type: 'result',
          toolName: 'unknown tool',
          callId: read.callId,
          cause: read.cause,
          text: read.text,
          end,
          input: null,
        },
        here,
      );
    else
      this.log.add({
        line: here.line,
        spanId: here.id,
        kind: 'event',
        name: 'agent error',
        startNs: here.timeNs,
        ...end,
        text: read.text,
        raw: here.raw,
      });
  }

  /** What the run was told to do, where its history begins behind it. */
  asked(text: string, line: number): void {
    this.log.add({
      line,
      spanId: 'instruction',
      kind: 'user',
      origin: 'human',
      name: 'user message',
      text,
      input: text,
    });
    this.isFirst = false;
  }

  /** What the run says of itself at its end. */
  broke(error: string, line: number): void {
    this.log.add({
      line,
      spanId: 'run-error',
      kind: 'event',
      name: 'run error',
      status: 'error',
      statusMessage: firstLine(error),
      errorType: /^(\w{1,60}):/.exec(error)?.[1] ?? 'run_error',
      text: error,
    });
  }

  tell(sink: LogSink, sessionId: string | null, traceId: string | null): void {
    this.log.tell(sink, { sessionId, traceId, agentName: 'OpenHands', agentVersion: this.version });
  }
}
