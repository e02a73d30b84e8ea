/**
 * Task folders of Cline and its kin (Roo Code, Kilo Code): `api_conversation_history.json` is what model and program sent each
 * other, `ui_messages.json` what the person saw, with times, tokens and cost. Both tell the same run: spans get the same
 * ids from both, so that files of one folder are put together, in any order. Must not take the program's texts for a person's.
 * https://github.com/cline/cline
 */
import { firstLine } from '../../../shared/trace/agent-log';
import { readBlocks, spokenEnd } from '../../../shared/trace/agent-blocks';
import { filled } from '../../../shared/trace/claude-line';
import { isRefused, readAnswer, readSent, TOOL_NAMES } from '../../../shared/trace/cline-text';
import { asArray, asNumber, asText, get, parseMaybe, toJsonText } from '../../../shared/trace/json';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const SENT =
  /<(task|feedback|user_message)>|<environment_details>|^\[[a-z_]{2,40}(?: for [\s\S]{0,400}?)?\] Result:|^\[TASK RESUMPTION\]/;
const FILES = /^(api_conversation_history|ui_messages|claude_messages)\.json$/;

function isUi(record: unknown): boolean {
  const type = get(record, 'type');
  return (
    typeof get(record, 'ts') === 'number' &&
    ((type === 'say' && asText(get(record, 'say')) !== null) ||
      (type === 'ask' && asText(get(record, 'ask')) !== null))
  );
}

function isMessage(record: unknown): boolean {
  const role = get(record, 'role');
  return (role === 'user' || role === 'assistant') && get(record, 'content') !== undefined;
}

/** A task's folder is named after it. */
function taskOf(source: SourceContext): string {
  const folder = source.path.split(/[\\/]/).at(-2) ?? '';
  return FILES.test(source.name) && folder !== '' ? folder : source.shortHash;
}

interface Told {
  user: number;
  answer: number;
}

/** What model and program sent each other, without times. */
class History {
  private readonly told: Told = { user: 0, answer: 0 };
  /** Calls of the latest answer that wait for their results, in order. */
  private waiting: { call: SpanInput; place: Place }[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly sessionId: string,
  ) {}

  message(record: unknown, place: Place): void {
    const blocks = readBlocks(get(record, 'content'));
    if (get(record, 'role') === 'assistant') this.answer(blocks, record, place);
    else this.sent(blocks, record, place);
  }

  private answer(blocks: ReturnType<typeof readBlocks>, record: unknown, place: Place): void {
    this.flush();
    this.told.answer += 1;
    const spanId = `answer${this.told.answer}`;
    const { said, thought, calls } = readAnswer(blocks.text);
    this.emit.span(
      {
        spanId,
        sessionId: this.sessionId,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        status: 'ok',
        text: said,
        output: blocks.text === '' ? null : blocks.text,
        startNs: toNs(get(record, 'ts')),
        attributes: filled({ reasoning: blocks.reasoning ?? thought }),
        raw: record,
      },
      place,
    );
    const spoken = new Set(['attempt_completion', 'ask_followup_question', 'plan_mode_respond']);
    const all = [
      ...calls.map((call) => ({ id: null, name: call.name, input: toJsonText(call.arguments) })),
      ...blocks.calls.filter((call) => !spoken.has(call.name)),
    ];
    this.waiting = all.map((call, i) => ({
      place,
      call: {
        spanId: `${spanId}.tool${i}`,
        parentSpanId: spanId,
        sessionId: this.sessionId,
        kind: 'tool',
        name: call.name,
        operation: 'execute_tool',
        toolName: call.name,
        toolCallId: call.id,
        input: call.input,
        status: 'unset',
        raw: call,
      },
    }));
  }

  private sent(blocks: ReturnType<typeof readBlocks>, record: unknown, place: Place): void {
    const content = get(record, 'content');
    const texts = Array.isArray(content)
      ? (content as unknown[]).map((block) => asText(get(block, 'text')) ?? '').filter((text) => text !== '')
      : [blocks.text];
    const said: string[] = [];
    const harness: string[] = [];
    let isResult = false;
    for (const text of texts) {
      const read = readSent(text);
      said.push(...read.said);
      // The result of a tool is often a text of its own, after the line that names it.
      if (read.tool) {
        this.result(null, read.tool.name, read.tool.text, null);
        isResult = read.tool.text === '';
      } else if (isResult && read.rest !== '') {
        this.result(null, null, read.rest, null);
        isResult = false;
      } else if (read.rest !== '') harness.push(read.rest);
    }
    for (const { id, name, text, isError } of blocks.results) {
      const inner = readSent(text);
      said.push(...inner.said);
      this.result(id, name, inner.rest || (inner.tool?.text ?? ''), isError);
    }
    this.flush();
    for (const text of said) this.user(text, 'human', record, place);
    if (said.length === 0) for (const text of harness) this.user(text, 'harness', record, place);
  }

  private user(text: string, origin: 'human' | 'harness', raw: unknown, place: Place): void {
    const isHuman = origin === 'human';
    if (isHuman) this.told.user += 1;
    this.emit.span(
      {
        spanId: isHuman ? `user${this.told.user}` : `program${this.told.user}.${this.told.answer}`,
        sessionId: this.sessionId,
        kind: 'user',
        origin,
        name: isHuman ? 'user message' : 'program text',
        text,
        input: text,
        startNs: toNs(get(raw, 'ts')),
        raw,
      },
      place,
    );
  }

  private result(id: string | null, name: string | null, text: string, isError: boolean | null): void {
    const open = this.waiting.filter(({ call }) => id === null || call.toolCallId === id);
    const found =
      open.find(({ call }) => call.toolName === name && call.output === undefined) ??
      open.find(({ call }) => (call.output ?? '') === '');
    if (!found) return;
    Object.assign(found.call, {
      text,
      output: text,
      ...(isRefused(text)
        ? { status: 'rejected', statusMessage: firstLine(text) }
        : spokenEnd(text, isError)),
    });
  }

  flush(): void {
    for (const { call, place } of this.waiting) this.emit.span(call, place);
    this.waiting = [];
  }
}

/** What the person saw: times, tokens, cost and, where nothing else tells them, calls and answers. */
class Screen {
  private readonly told: Told = { user: 0, answer: 0 };
  private answer: { span: SpanInput; texts: string[]; calls: SpanInput[]; place: Place } | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly sessionId: string,
  ) {}

  message(record: unknown, place: Place): void {
    if (get(record, 'partial') === true) return;
    const what = asText(get(record, 'say')) ?? asText(get(record, 'ask')) ?? '';
    const text = asText(get(record, 'text')) ?? '';
    const startNs = toNs(get(record, 'ts'));
    if (what === 'task' || what === 'user_feedback' || (what === 'text' && this.told.user === 0))
      this.user(text, startNs, record, place);
    else if (what === 'api_req_started') this.requested(text, startNs, record, place);
    else if (
      what === 'text' ||
      what === 'completion_result' ||
      what === 'plan_mode_respond' ||
      what === 'followup'
    )
      this.said(text, startNs);
    else if (what === 'reasoning') this.thought(text);
    else if (what === 'tool' || what === 'command' || what === 'use_mcp_server' || what === 'browser_action')
      this.called(what, text, startNs, record);
    else if (what === 'command_output' || what === 'mcp_server_response' || what === 'browser_action_result')
      this.result(text, startNs);
    else if (
      what === 'error' ||
      what === 'api_req_failed' ||
      what === 'diff_error' ||
      what === 'mistake_limit_reached'
    )
      this.failed(what, text, startNs, record, place);
    else if (what !== '') this.emit.note(`message "${what.slice(0, 40)}" counted only`);
  }

  private user(text: string, startNs: bigint | null, raw: unknown, place: Place): void {
    this.flush();
    this.told.user += 1;
    this.emit.span(
      {
        spanId: `user${this.told.user}`,
        sessionId: this.sessionId,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text,
        input: text,
        startNs,
        raw,
      },
      place,
    );
  }

  private requested(text: string, startNs: bigint | null, raw: unknown, place: Place): void {
    this.flush();
    const told = parseMaybe(text);
    this.told.answer += 1;
    const fresh = asNumber(get(told, 'tokensIn'));
    const [read, written] = [asNumber(get(told, 'cacheReads')), asNumber(get(told, 'cacheWrites'))];
    const why = asText(get(told, 'cancelReason'));
    const failed = asText(get(told, 'streamingFailedMessage'));
    this.answer = {
      span: {
        spanId: `answer${this.told.answer}`,
        sessionId: this.sessionId,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: asText(get(get(raw, 'modelInfo'), 'modelId')),
        startNs,
        status: why === null ? 'ok' : why === 'user_cancelled' ? 'interrupted' : 'error',
        statusMessage: failed === null ? null : firstLine(failed),
        errorType: why === null || why === 'user_cancelled' ? null : why,
        inputTokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
        outputTokens: asNumber(get(told, 'tokensOut')),
        cacheReadTokens: read,
        cacheWriteTokens: written,
        costUsd: asNumber(get(told, 'cost')),
        raw,
      },
      texts: [],
      calls: [],
      place,
    };
  }

  private said(text: string, endNs: bigint | null): void {
    if (!this.answer) return;
    const asked = parseMaybe(text);
    const words = asText(get(asked, 'question')) ?? asText(get(asked, 'response')) ?? text;
    if (words === '' || this.answer.texts.includes(words)) return;
    this.answer.texts.push(words);
    if (endNs !== null) this.answer.span.endNs = endNs;
  }

  private thought(text: string): void {
    if (this.answer && text !== '') this.answer.span.attributes = { reasoning: text };
  }

  private called(what: string, text: string, startNs: bigint | null, raw: unknown): void {
    if (!this.answer) return;
    const told = parseMaybe(text);
    const tool = asText(get(told, 'tool')) ?? '';
    const names: Record<string, string> = {
      command: 'execute_command',
      browser_action: 'browser_action',
      use_mcp_server: get(told, 'type') === 'access_mcp_resource' ? 'access_mcp_resource' : 'use_mcp_tool',
    };
    const name = names[what] ?? TOOL_NAMES[tool] ?? (tool || 'unknown tool');
    this.answer.calls.push({
      spanId: `${this.answer.span.spanId}.tool${this.answer.calls.length}`,
      parentSpanId: this.answer.span.spanId,
      sessionId: this.sessionId,
      completes: true,
      kind: 'tool',
      name,
      operation: 'execute_tool',
      toolName: name,
      startNs,
      input: text,
      raw,
    });
  }

  private result(text: string, endNs: bigint | null): void {
    const call = this.answer?.calls.at(-1);
    if (!call) return;
    call.output = [call.output, text].filter(Boolean).join('\n');
    call.endNs = endNs;
  }

  private failed(what: string, text: string, startNs: bigint | null, raw: unknown, place: Place): void {
    this.emit.span(
      {
        spanId: `${what}${String(get(raw, 'ts'))}`,
        sessionId: this.sessionId,
        kind: 'event',
        name: what,
        status: 'error',
        statusMessage: firstLine(text),
        errorType: what,
        text,
        startNs,
        raw,
      },
      place,
    );
  }

  flush(): void {
    if (!this.answer) return;
    const { span, texts, calls, place } = this.answer;
    const text = texts
      .join('\n')
      .replace(/\n\s*\n+/g, '\n')
      .trim();
    this.emit.span({ ...span, text }, place);
    for (const call of calls) this.emit.span(call, place);
    this.answer = null;
  }
}

class ClineReader implements FormatReader {
  private readonly history: History;
  private readonly screen: Screen;

  constructor(
    private readonly emit: Emit,
    source: SourceContext,
  ) {
    this.history = new History(emit, taskOf(source));
    this.screen = new Screen(emit, taskOf(source));
  }

  record(record: unknown, place: Place): void {
    if (isUi(record)) this.screen.message(record, place);
    else if (isMessage(record)) this.history.message(record, place);
    else this.emit.reject(place, 'no message of a task', toJsonText(record)?.slice(0, 1000));
  }

  end(): void {
    this.history.flush();
    this.screen.flush();
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const seen = records.filter(isUi).length;
  if (seen > 0 && seen * 2 >= records.length)
    return {
      confidence: 0.93,
      reason: `${seen} of ${records.length} records are what was said or asked in a task`,
    };
  const messages = records.filter(isMessage);
  const marked = messages.filter((message) => {
    const content = get(message, 'content');
    const texts = [...asArray(content).map((block) => get(block, 'text')), content].map(
      (text) => asText(text) ?? '',
    );
    return get(message, 'role') === 'user' && texts.some((text) => SENT.test(text));
  }).length;
  return marked > 0 && messages.length * 2 >= records.length && messages.length > 1
    ? { confidence: 0.86, reason: `${marked} messages with the tags and tool results of a coding task` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    '`api_conversation_history.json` and `ui_messages.json` of a task’s folder, of Cline, Roo Code and Kilo Code; either alone too.',
  ],
  spans: [
    'Each answer of the model is a model call, with time, tokens and cost out of `ui_messages.json`; the tools it calls, as XML or as blocks, are tool calls, ended by the result that is sent next. A denied call is refused.',
    'What a person wrote (`<task>`, `<feedback>`, `<answer>`) is a user message; other texts that the program sends are its own and open no turn.',
    'Errors on the screen are error events.',
  ],
  turns: 'A session is a task, named after its folder. Messages of the person open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    '`<environment_details>` and notices on the screen are counted or left out.',
    'Where only `ui_messages.json` is there, arguments of tools are what the screen showed of them.',
  ],
};

const cline: TraceFormat = {
  id: 'cline',
  title: 'Cline, Roo Code and Kilo Code tasks',
  description: 'Task folders of Cline and the agents made from it.',
  documentation: 'https://github.com/cline/cline',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new ClineReader(emit, source),
};

export default cline;
