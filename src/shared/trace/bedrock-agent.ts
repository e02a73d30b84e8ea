/**
 * Trace events of Amazon Bedrock agents, told to a log: what the model was asked and answered, why it acted, which action,
 * knowledge base or other agent it called and what came back. See src/engine/intake/formats/bedrock.ts.
 */
import { firstLine, markedEnd, type AgentLog, type LogSpan } from './agent-log';
import { filled } from './claude-line';
import { asArray, asNumber, asObject, asText, at, get, parseMaybe, toJsonText } from './json';
import { contentText } from './messages';
import { toNs } from './time';

const STEPS = [
  'preProcessingTrace',
  'orchestrationTrace',
  'customOrchestrationTrace',
  'routingClassifierTrace',
  'postProcessingTrace',
] as const;
const TRACES: readonly string[] = [...STEPS, 'failureTrace', 'guardrailTrace'];

/** The part of a record that names agent and session and holds a trace; null for other records. */
export function agentTrace(record: unknown): unknown {
  for (const part of [record, get(record, 'trace')])
    if (TRACES.some((key) => asObject(at(part, 'trace', key)) !== null)) return part;
  return null;
}

/** Words as the trace writes them: `[{text=…, type=text}]` is how a list of blocks was printed. */
function printed(content: unknown): string {
  const text = contentText(content);
  const blocks = /^\[\{text=([\s\S]*?)(?:, type=text)?\}\]$/.exec(text);
  return blocks?.[1] ?? text;
}

/** What is open in one session of one agent. */
interface Open {
  answer: LogSpan | null;
  call: LogSpan | null;
  asked: number;
}

export class BedrockAgent {
  private readonly open = new Map<string, Open>();

  constructor(private readonly log: AgentLog) {}

  tell(part: unknown, line: number): void {
    const sessionId = asText(get(part, 'sessionId'));
    const name = asText(get(part, 'collaboratorName'));
    const agentId =
      asArray(get(part, 'callerChain')).length > 1 ? (name ?? asText(get(part, 'agentId'))) : null;
    const key = `${sessionId ?? ''}\0${agentId ?? ''}`;
    const open = this.open.get(key) ?? { answer: null, call: null, asked: 0 };
    this.open.set(key, open);
    const here: Partial<LogSpan> & { line: number } = {
      line,
      sessionId,
      agentId,
      agentName: name ?? asText(get(part, 'agentId')),
      agentVersion: asText(get(part, 'agentVersion')),
      startNs: toNs(get(part, 'eventTime')),
    };
    for (const step of STEPS) {
      const trace = at(part, 'trace', step);
      if (trace !== undefined) this.step(trace, here, open, agentId === null ? 'human' : 'agent');
    }
    const failure = at(part, 'trace', 'failureTrace');
    if (failure !== undefined) {
      const reason = asText(get(failure, 'failureReason')) ?? 'the agent failed';
      this.log.add({
        ...here,
        spanId: null,
        kind: 'event',
        name: 'failure',
        status: 'error',
        statusMessage: firstLine(reason),
        errorType: 'agent_failure',
        text: reason,
        raw: failure,
      });
    }
    const guardrail = at(part, 'trace', 'guardrailTrace');
    if (guardrail !== undefined) {
      const isBlocked = get(guardrail, 'action') === 'INTERVENED';
      this.log.add({
        ...here,
        spanId: null,
        kind: 'guardrail',
        name: 'guardrail',
        status: isBlocked ? 'error' : 'ok',
        statusMessage: isBlocked ? 'the guardrail intervened' : null,
        errorType: isBlocked ? 'guardrail' : null,
        raw: guardrail,
      });
    }
  }

  private step(
    trace: unknown,
    here: Partial<LogSpan> & { line: number },
    open: Open,
    origin: 'human' | 'agent',
  ): void {
    const asked = get(trace, 'modelInvocationInput');
    const answered = get(trace, 'modelInvocationOutput');
    const why = asText(at(trace, 'rationale', 'text'));
    const called = get(trace, 'invocationInput');
    const seen = get(trace, 'observation');
    if (asked !== undefined) this.asked(asked, here, open, origin);
    if (answered !== undefined) this.answered(answered, here, open);
    if (why !== null && open.answer)
      open.answer.attributes = filled({ ...open.answer.attributes, reasoning: why });
    if (called !== undefined) this.called(called, here, open);
    if (seen !== undefined) this.observed(seen, here, open);
  }

  private asked(
    input: unknown,
    here: Partial<LogSpan> & { line: number },
    open: Open,
    origin: 'human' | 'agent',
  ): void {
    const prompt = parseMaybe(get(input, 'text'));
    const said = asArray(get(prompt, 'messages'))
      .filter((message) => get(message, 'role') === 'user')
      .map((message) => printed(get(message, 'content')))
      .filter((text) => text !== '' && !/^\[?\{?(tool_result|toolResult)/.test(text));
    for (const text of said.slice(open.asked))
      this.log.add({
        ...here,
        spanId: null,
        kind: 'user',
        origin,
        name: origin === 'human' ? 'user message' : 'agent prompt',
        text,
        input: text,
      });
    open.asked = Math.max(open.asked, said.length);
    open.answer = this.log.add({
      ...here,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(input, 'foundationModel')),
      provider: 'aws.bedrock',
      status: 'unset',
      text: '',
      attributes: filled({ type: get(input, 'type') }),
      raw: input,
    });
  }

  private answered(output: unknown, here: Partial<LogSpan> & { line: number }, open: Open): void {
    const metadata = get(output, 'metadata');
    open.answer ??= this.log.add({
      ...here,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      text: '',
    });
    const raw = asText(at(output, 'rawResponse', 'content'));
    Object.assign(open.answer, {
      status: 'ok',
      startNs: toNs(get(metadata, 'startTime')) ?? open.answer.startNs ?? null,
      endNs: toNs(get(metadata, 'endTime')) ?? here.startNs ?? null,
      output: raw,
      inputTokens: asNumber(at(metadata, 'usage', 'inputTokens')),
      outputTokens: asNumber(at(metadata, 'usage', 'outputTokens')),
    });
  }

  private called(input: unknown, here: Partial<LogSpan> & { line: number }, open: Open): void {
    const action = get(input, 'actionGroupInvocationInput');
    const base = get(input, 'knowledgeBaseLookupInput');
    const other = get(input, 'agentCollaboratorInvocationInput');
    const code = get(input, 'codeInterpreterInvocationInput');
    const path = asText(get(action, 'function')) ?? asText(get(action, 'apiPath'));
    const group = asText(get(action, 'actionGroupName'));
    const collaborator = asText(get(other, 'agentCollaboratorName'));
    const toolName =
      collaborator ??
      (base ? 'knowledge base' : code ? 'code interpreter' : [group, path].filter(Boolean).join('.'));
    const given = action
      ? Object.fromEntries(
          asArray(get(action, 'parameters')).map((one) => [
            asText(get(one, 'name')) ?? '',
            get(one, 'value'),
          ]),
        )
      : null;
    open.call = this.log.call({
      ...here,
      spanId: null,
      parentSpanId: open.answer?.spanId ?? null,
      toolName: toolName || (asText(get(input, 'invocationType')) ?? 'unknown tool'),
      spawnsAgentId: collaborator,
      input:
        asText(get(base, 'text')) ??
        asText(at(other, 'input', 'text')) ??
        asText(get(code, 'code')) ??
        toJsonText(given === null ? input : { ...given, ...asObject(get(action, 'requestBody')) }),
      raw: input,
    });
  }

  private observed(seen: unknown, here: Partial<LogSpan> & { line: number }, open: Open): void {
    const final = asText(at(seen, 'finalResponse', 'text'));
    if (final !== null) {
      open.answer ??= this.log.add({
        ...here,
        spanId: null,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        text: '',
      });
      Object.assign(open.answer, { text: final, output: open.answer.output ?? final });
      return;
    }
    const reprompt = asText(at(seen, 'repromptResponse', 'text'));
    const code = get(seen, 'codeInterpreterInvocationOutput');
    const failed = asText(get(code, 'executionError'));
    const text =
      reprompt ??
      failed ??
      asText(at(seen, 'actionGroupInvocationOutput', 'text')) ??
      asText(at(seen, 'agentCollaboratorInvocationOutput', 'output', 'text')) ??
      asText(get(code, 'executionOutput')) ??
      contentText(
        asArray(at(seen, 'knowledgeBaseLookupOutput', 'retrievedReferences')).map((one) =>
          at(one, 'content', 'text'),
        ),
      );
    if (!open.call) {
      this.log.note('observation without its call');
      return;
    }
    const isError = reprompt !== null || failed !== null;
    Object.assign(open.call, {
      text,
      output: text,
      endNs: here.startNs ?? null,
      ...(isError ? markedEnd(true, text, 'tool_error') : { status: 'ok' }),
      raw: { call: open.call.raw, result: seen },
    });
    this.log.close(open.call);
    open.call = null;
  }
}
