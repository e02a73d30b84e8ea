/**
 * Threads of Amp, as its command line exports them: messages with blocks, the results of tools under the runs that made them,
 * usage on each answer. Must not take a message that only brings results for a person's.
 * https://ampcode.com/manual
 */
import { AgentLog, firstLine, type ToolAnswer } from '../../../shared/trace/agent-log';
import { readBlocks } from '../../../shared/trace/agent-blocks';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

function isThread(record: unknown): boolean {
  const messages = get(record, 'messages');
  return (
    /^T-/.test(asText(get(record, 'id')) ?? '') &&
    Array.isArray(messages) &&
    messages.every((message) => asText(get(message, 'role')) !== null)
  );
}

const ENDS: Readonly<Record<string, ToolAnswer['status']>> = {
  done: 'ok',
  error: 'error',
  'rejected-by-user': 'rejected',
  cancelled: 'interrupted',
};

/** How a run ended, with its text. */
function ranEnd(run: unknown): Pick<ToolAnswer, 'status' | 'statusMessage' | 'errorType' | 'text'> {
  const status = ENDS[asText(get(run, 'status')) ?? ''] ?? 'unset';
  const error = get(run, 'error');
  const result = get(run, 'result');
  const why = asText(get(error, 'message')) ?? asText(error) ?? asText(get(run, 'reason'));
  const exit = asNumber(get(result, 'exitCode'));
  const told = asText(get(result, 'output')) ?? asText(get(result, 'content'));
  const text =
    why ?? told ?? (typeof result === 'string' ? result : contentText(result) || (toJsonText(result) ?? ''));
  if (status === 'ok' && exit !== null && exit !== 0)
    return { status: 'error', statusMessage: `Exit code ${exit}`, errorType: 'exit_code', text };
  return {
    status,
    text,
    statusMessage: status === 'ok' || status === 'unset' ? null : firstLine(text),
    errorType: status === 'error' ? 'tool_error' : null,
  };
}

class AmpReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (!isThread(record)) {
      this.emit.reject(place, 'the record is no thread with messages', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
    asArray(get(record, 'messages')).forEach((message, i) => {
      this.message(log, message, Math.max(place.line, this.source.lineOf(`/messages/${i}`)));
    });
    log.tell(this.emit, { sessionId: asText(get(record, 'id')), agentName: 'Amp' });
  }

  private message(log: AgentLog, message: unknown, line: number): void {
    const id = toJsonText(get(message, 'messageId'));
    const spanId = id === null ? null : `m${id}`;
    const blocks = readBlocks(get(message, 'content'));
    const usage = get(message, 'usage');
    const timeNs = toNs(at(message, 'meta', 'sentAt') ?? get(usage, 'timestamp'));
    if (get(message, 'role') === 'user') {
      for (const block of asArray(get(message, 'content')))
        if (get(block, 'type') === 'tool_result') {
          const callId = asText(get(block, 'toolUseID')) ?? asText(get(block, 'tool_use_id'));
          log.result(callId, { line, raw: block, endNs: timeNs, ...ranEnd(get(block, 'run')) });
        }
      const said = asArray(get(message, 'content')).filter((block) => get(block, 'type') !== 'tool_result');
      const text = contentText(said);
      if (text !== '')
        log.add({
          line,
          spanId,
          kind: 'user',
          origin: 'human',
          name: 'user message',
          startNs: timeNs,
          text,
          input: text,
          raw: message,
        });
    } else if (get(message, 'role') === 'assistant') {
      const stop = asText(at(message, 'state', 'type'));
      const count = (key: string): number | null => asNumber(get(usage, key));
      const [fresh, read, written] = [
        count('inputTokens'),
        count('cacheReadInputTokens'),
        count('cacheCreationInputTokens'),
      ];
      const answer = log.add({
        line,
        spanId,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: asText(get(usage, 'model')),
        startNs: timeNs,
        status: stop === 'cancelled' ? 'interrupted' : stop === 'error' ? 'error' : 'ok',
        text: blocks.text,
        output: asText(blocks.text),
        inputTokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
        outputTokens: count('outputTokens'),
        cacheReadTokens: read,
        cacheWriteTokens: written,
        attributes: filled({ reasoning: blocks.reasoning }),
        raw: message,
      });
      for (const call of blocks.calls)
        log.call({
          line,
          spanId: call.id,
          parentSpanId: answer.spanId,
          startNs: timeNs,
          toolName: call.name,
          toolCallId: call.id,
          input: call.input,
          raw: call,
        });
    } else log.note(`message of role "${String(get(message, 'role')).slice(0, 40)}" counted only`);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter(isThread).length;
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.93,
        reason: `${found} of ${records.length} records are threads with an id T-… and messages`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: ['Threads of Amp as JSON, one a file or a line (`amp threads export`).'],
  spans: [
    'Answers become model calls with their usage, their `tool_use` blocks tool calls, ended by the run in the result that names them: an error, a refusal and a cancelled run are told apart.',
  ],
  turns: 'A session is a thread. Messages of the user with words of their own open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['What the thread knows of the environment stays in the file.'],
};

const amp: TraceFormat = {
  id: 'amp',
  title: 'Amp threads',
  description: 'Threads of the Amp coding agent.',
  documentation: 'https://ampcode.com/manual',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new AmpReader(emit, source),
};

export default amp;
