/**
 * Cursor agent transcripts: `~/.cursor/projects/<project>/agent-transcripts/<session>.jsonl`, a role and a message of
 * blocks a line, with `turn_ended` lines between. Calls often carry no id and their results none either: they are
 * paired in order. There are no times. Sub-agents lie below `subagents/` and are joined by the folder of their parent.
 * https://docs.cursor.com/en/cli/overview
 */
import { readBlocks, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, TypeCount } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asText, get, toJsonText } from '../../../shared/trace/json';
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

/** What Cursor puts around and before what a person typed. */
const QUERY_OPEN = '<user_query>';
const QUERY_CLOSE = '</user_query>';
const INJECTED =
  /^\s*<(system_reminder|system-reminder|attached_files|user_info|rules|git_status|open_and_recently_viewed_files|task_notification|system_notification)[\s>]/;

/** The words of a prompt, and the context that came with them. */
function promptOf(text: string): { text: string; context: string } {
  const start = text.indexOf(QUERY_OPEN);
  const end = text.lastIndexOf(QUERY_CLOSE);
  if (start < 0 || end < start) return { text, context: '' };
  return {
    text: text.slice(start + QUERY_OPEN.length, end).trim(),
    context: `${text.slice(0, start)}${text.slice(end + QUERY_CLOSE.length)}`.trim(),
  };
}

/** Session and agent by the file's place: `<session>/subagents/<agent>.jsonl` below, `<session>.jsonl` for the main one. */
function placeOf(path: string): { sessionId: string | null; agentId: string | null } {
  const parts = path.split(/[/\\]/);
  const name = (parts.at(-1) ?? '').replace(/\.jsonl.*$/, '');
  const at = parts.lastIndexOf('subagents');
  if (at > 0 && at === parts.length - 2) return { sessionId: parts[at - 1] ?? null, agentId: name };
  const isNamed = /^[0-9a-f]{8}-[0-9a-f-]{20,40}$/.test(name);
  return { sessionId: isNamed ? name : null, agentId: null };
}

class CursorReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private readonly place: { sessionId: string | null; agentId: string | null };

  constructor(
    private readonly emit: Emit,
    source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what));
    this.place = placeOf(source.path);
  }

  record(record: unknown, place: Place): void {
    const role = asText(get(record, 'role'));
    const type = asText(get(record, 'type'));
    const span = {
      line: place.line,
      spanId: null,
      startNs: toNs(get(record, 'timestamp') ?? get(record, 'createdAt')),
      raw: record,
    };
    if (type === 'turn_ended') {
      const status = asText(get(record, 'status')) ?? '';
      if (/abort|cancel|interrupt/.test(status)) {
        this.log.endOpen({ status: 'interrupted', statusMessage: 'stopped before it ended' });
        this.log.add({ ...span, kind: 'event', name: 'interruption', status: 'interrupted', text: status });
      } else if (/error|fail/.test(status))
        this.log.add({
          ...span,
          kind: 'event',
          name: 'turn failed',
          status: 'error',
          statusMessage: asText(get(record, 'error')) ?? status,
          errorType: 'turn',
          text: status,
        });
      else this.types.count('turn_ended');
      this.log.endTurn();
      return;
    }
    if (role === null) {
      if (type === null)
        this.emit.reject(place, 'the line has neither a role nor a type', toJsonText(record)?.slice(0, 1000));
      else this.types.count(type);
      return;
    }
    const { text, reasoning, calls, results } = readBlocks(get(get(record, 'message'), 'content'));
    for (const result of results)
      this.log.result(this.log.callOf(result.id) ? result.id : null, {
        line: place.line,
        text: result.text,
        ...spokenEnd(result.text, result.isError),
        endNs: span.startNs,
        toolName: result.name,
        raw: record,
      });
    if (role === 'assistant') {
      const answer = this.log.add({
        ...span,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: asText(get(record, 'model')),
        status: 'ok',
        text,
        output: asText(text),
        attributes: filled({ reasoning }),
      });
      for (const call of calls)
        this.log.call({
          line: place.line,
          spanId: call.id,
          parentSpanId: answer.spanId,
          toolName: call.name,
          toolCallId: call.id,
          startNs: span.startNs,
          input: call.input,
        });
    } else if (role === 'user') this.user(text, span, results.length > 0);
    else
      this.log.add({
        ...span,
        kind: role === 'system' ? 'system' : 'event',
        name: role === 'system' ? 'instructions' : role.slice(0, 80),
        text,
      });
  }

  private user(
    said: string,
    span: { line: number; spanId: null; startNs: bigint | null; raw: unknown },
    isAnswer: boolean,
  ): void {
    const { text, context } = promptOf(said);
    if (text === '' && isAnswer) return;
    const origin = INJECTED.test(text) ? 'harness' : this.place.agentId === null ? 'human' : 'agent';
    // What was asked for before has had its results, if any: calls without ids would get those of this turn.
    if (origin !== 'harness' && !isAnswer) this.log.endTurn();
    this.log.add({
      ...span,
      kind: 'user',
      origin,
      name: origin === 'human' ? 'user message' : origin === 'agent' ? 'agent prompt' : 'program text',
      text,
      input: text,
      attributes: filled({ context }),
    });
  }

  needsBeginning(): string | null {
    return this.log.needsBeginning;
  }

  idsGiven(): readonly string[] {
    return this.log.shortIds;
  }

  end(): void {
    this.log.tell(this.emit, {
      ...this.place,
      agentName: this.place.agentId === null ? 'Cursor' : 'sub-agent',
    });
  }
}

/** A prompt has no id of its own; null for all that is none. */
function turnOpened(record: unknown): string | null {
  if (get(record, 'role') !== 'user') return null;
  const { text, results } = readBlocks(get(get(record, 'message'), 'content'));
  const said = promptOf(text).text;
  return results.length === 0 && said !== '' && !INJECTED.test(said) ? '' : null;
}

function sniff(sample: Sample): Sniffed | null {
  const lines = sample.records.filter((record) => {
    const role = asText(get(record, 'role'));
    return (
      (role === 'user' || role === 'assistant') &&
      Array.isArray(get(get(record, 'message'), 'content')) &&
      get(record, 'sessionId') === undefined &&
      get(record, 'type') === undefined
    );
  }).length;
  return lines > 0 && lines * 2 >= sample.records.length
    ? {
        confidence: 0.9,
        reason: `${lines} of ${sample.records.length} records have a role beside a message of blocks`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Agent transcripts `~/.cursor/projects/<project>/agent-transcripts/<session>.jsonl` and those below `subagents/`.',
  ],
  spans: [
    'A line of the assistant becomes a model call, its tool blocks tool calls; results without an id are paired in order.',
    '`turn_ended` with an error or an abort becomes an event.',
  ],
  turns:
    'A file is a session; sub-agents are joined by the folder of their parent. What stands in `<user_query>` is what the person typed; the context around it is kept beside it. Injected reminders open no turn.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'The transcripts carry no times and no tokens: durations and costs stay empty.',
    'Types not known are counted by name.',
  ],
};

const cursor: TraceFormat = {
  id: 'cursor',
  title: 'Cursor agent transcripts',
  description: 'Transcripts of the Cursor agent, sub-agents included.',
  documentation: 'https://docs.cursor.com/en/cli/overview',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  resumesAt: turnOpened,
  sniff,
  read: (emit, source) => new CursorReader(emit, source),
};

export default cursor;
