/**
 * Chat sessions of VS Code (GitHub Copilot Chat), as `Chat: Export Chat…` and the editor's own storage keep them: requests
 * of a person, each with the parts of its response. A part is words, a tool that ran, or an edit. Must not take the parts
 * that only show progress for words.
 * https://code.visualstudio.com/docs/copilot/chat/chat-sessions
 */
import { AgentLog, firstLine, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const WORDS = new Set(['markdownContent', 'markdownVuln', 'inlineReference', 'asyncContent']);

function isSession(record: unknown): boolean {
  const requests = get(record, 'requests');
  return (
    Array.isArray(requests) &&
    (asText(get(record, 'responderUsername')) !== null || asText(get(record, 'sessionId')) !== null) &&
    requests.every(
      (request) => get(request, 'message') !== undefined && get(request, 'response') !== undefined,
    )
  );
}

/** A text that may be wrapped as Markdown (`{value}`). */
function valueOf(value: unknown): string | null {
  return asText(value) ?? asText(get(value, 'value'));
}

/** The words of a response part; null for parts that are none. */
function wordsOf(part: unknown): string | null {
  const kind = asText(get(part, 'kind'));
  if (kind === 'inlineReference')
    return (
      asText(get(part, 'name')) ??
      asText(at(part, 'inlineReference', 'path')) ??
      asText(at(part, 'inlineReference', 'name'))
    );
  return kind === null || WORDS.has(kind)
    ? (valueOf(get(part, 'value')) ?? valueOf(get(part, 'content')))
    : null;
}

class VsCodeReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (!isSession(record)) {
      this.emit.reject(place, 'the record has no chat "requests"', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
    const sessionId = asText(get(record, 'sessionId')) ?? `${this.source.shortHash}:${place.line}`;
    asArray(get(record, 'requests')).forEach((request, i) => {
      const line = Math.max(place.line, this.source.lineOf(`/requests/${i}`));
      const answer = this.request(log, request, line);
      this.vote(request, sessionId, answer, line);
    });
    log.tell(this.emit, { sessionId, agentName: asText(get(record, 'responderUsername')) });
  }

  private request(log: AgentLog, request: unknown, line: number): LogSpan {
    const startNs = toNs(get(request, 'timestamp'));
    const text = asText(at(request, 'message', 'text')) ?? asText(get(request, 'message')) ?? '';
    const requestId = asText(get(request, 'requestId'));
    const files = asArray(at(request, 'variableData', 'variables')).map(
      (one) => asText(get(one, 'name')) ?? 'file',
    );
    log.add({
      line,
      spanId: requestId,
      kind: 'user',
      origin: 'human',
      name: 'user message',
      startNs,
      text,
      input: text,
      attributes: filled({
        attachments: files.length > 0 ? files : null,
        command: get(get(request, 'slashCommand'), 'name'),
      }),
      raw: request,
    });
    const error = get(get(request, 'result'), 'errorDetails');
    const why = asText(get(error, 'message'));
    const took = asNumber(at(request, 'result', 'timings', 'totalElapsed'));
    const isStopped = get(request, 'isCanceled') === true || get(error, 'code') === 'canceled';
    const parts = asArray(get(request, 'response'));
    const said = parts
      .map((part) => wordsOf(part) ?? '')
      .join('')
      .trim();
    const answer = log.add({
      line,
      spanId: asText(get(request, 'responseId')) ?? (requestId === null ? null : `${requestId}.answer`),
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(request, 'modelId')),
      startNs,
      endNs: startNs === null || took === null ? null : startNs + BigInt(Math.round(took * 1e6)),
      status: isStopped ? 'interrupted' : why === null ? 'ok' : 'error',
      statusMessage: why === null ? null : firstLine(why),
      errorType: why === null || isStopped ? null : (asText(get(error, 'code')) ?? 'error'),
      text: said,
      output: asText(said),
      attributes: filled({
        agent: get(get(request, 'agent'), 'id'),
        reasoning: parts
          .filter((part) => get(part, 'kind') === 'thinking')
          .map((part) => valueOf(get(part, 'value')) ?? '')
          .join(''),
      }),
    });
    for (const part of parts) this.part(log, part, answer, line);
    return answer;
  }

  private part(log: AgentLog, part: unknown, answer: LogSpan, line: number): void {
    const kind = asText(get(part, 'kind'));
    const span = { line, parentSpanId: answer.spanId, startNs: answer.startNs ?? null, raw: part };
    if (kind === 'toolInvocationSerialized' || kind === 'toolInvocation') this.tool(log, part, span);
    else if (kind === 'textEditGroup' || kind === 'notebookEditGroup') {
      const call = log.call({
        ...span,
        spanId: null,
        toolName: 'edit',
        toolCallId: null,
        input: toJsonText({
          path: at(part, 'uri', 'path') ?? at(part, 'uri', 'fsPath'),
          edits: get(part, 'edits'),
        }),
        status: 'ok',
      });
      log.close(call);
    } else if (kind !== null && wordsOf(part) === null && kind !== 'thinking')
      log.note(`response part "${kind.slice(0, 40)}" counted only`);
  }

  private tool(
    log: AgentLog,
    part: unknown,
    span: { line: number; parentSpanId: string; startNs: bigint | null; raw: unknown },
  ): void {
    const details = get(part, 'resultDetails');
    const data = get(part, 'toolSpecificData');
    const outputs = asArray(get(details, 'output')).map((one) => asText(get(one, 'value')) ?? '');
    const text =
      outputs.filter(Boolean).join('\n') ||
      asText(at(data, 'terminalCommandOutput', 'text')) ||
      (valueOf(get(part, 'pastTenseMessage')) ?? valueOf(get(part, 'invocationMessage')) ?? '');
    const confirmed = get(part, 'isConfirmed');
    // Who let the tool run; 0 means that the person did not.
    const isRefused = confirmed === false || get(confirmed, 'type') === 0;
    const isError = get(details, 'isError') === true;
    const call = log.call({
      ...span,
      spanId: asText(get(part, 'toolCallId')),
      toolCallId: asText(get(part, 'toolCallId')),
      toolName: asText(get(part, 'toolId')) ?? 'unknown tool',
      input:
        toJsonText(get(details, 'input')) ??
        toJsonText(get(data, 'rawInput') ?? get(data, 'commandLine') ?? get(data, 'command')) ??
        valueOf(get(part, 'invocationMessage')),
      text,
      output: text,
      status: isRefused ? 'rejected' : isError ? 'error' : get(part, 'isComplete') === true ? 'ok' : 'unset',
      statusMessage: isError ? firstLine(text) : null,
      errorType: isError ? 'tool_error' : null,
    });
    log.close(call);
  }

  private vote(request: unknown, sessionId: string, answer: LogSpan, line: number): void {
    const vote = asNumber(get(request, 'vote'));
    if (vote === null) return;
    this.emit.label(
      {
        labelId: `${answer.spanId}:vote`,
        sessionId,
        spanId: answer.spanId,
        name: 'vote',
        kind: 'feedback',
        annotatorKind: 'human',
        value: vote,
        text: asText(get(request, 'voteDownReason')),
      },
      { line },
    );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter(isSession).length;
  return found > 0 && found * 2 >= records.length
    ? { confidence: 0.93, reason: `${found} of ${records.length} records have chat requests with responses` }
    : null;
}

const guide: FormatGuide = {
  reads: ['Chats exported from VS Code, and the files of its `chatSessions` folder.'],
  spans: [
    'A request is a user message and its response a model call, with the time it took. Tools that ran are tool calls with what they were given and gave back, as far as the file keeps it; edits of files are calls of `edit`.',
    'A response that was cancelled is interrupted, one with error details an error; a tool that nobody confirmed is refused.',
  ],
  turns: 'A session is a chat. Each request opens a turn.',
  pillars: 'By kind.',
  labels: 'Thumbs become feedback of the user on the answer, 1 up and 0 down, with the reason beside it.',
  leavesOut: ['Parts of a response that only show progress are counted by kind.'],
};

const vscodeChat: TraceFormat = {
  id: 'vscode-chat',
  title: 'VS Code chats',
  description: 'Chats with GitHub Copilot and other agents in VS Code, exported or from its storage.',
  documentation: 'https://code.visualstudio.com/docs/copilot/chat/chat-sessions',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new VsCodeReader(emit, source),
};

export default vscodeChat;
