/**
 * Codex CLI rollouts: `~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`, one thread a file, from the bare
 * lines before 0.44 to the wrapped ones of 2026. A sub-agent is a thread of its own and is joined to its parent's
 * session. Response items make the conversation; event lines add exit codes, tokens, interruptions. What people typed
 * is told by the `user_message` events; role user holds injected context as well (src/shared/trace/codex-*.ts).
 * https://github.com/openai/codex/blob/main/codex-rs/protocol/src/protocol.rs
 */
import { CODEX_ITEMS } from '../../../shared/trace/codex-items';
import type { CodexLine } from '../../../shared/trace/codex-state';
import { CodexRollout } from '../../../shared/trace/codex-thread';
import { asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const LINE_TYPES = new Set([
  'session_meta',
  'response_item',
  'event_msg',
  'turn_context',
  'compacted',
  'world_state',
]);

/** Events of `codex exec --json`. */
const EXEC = /^(?:(?:thread|turn|item)\.[a-z]{1,20}|error)$/;

/** Items or events that a document lists instead of having them on lines. */
function listOf(record: unknown): readonly unknown[] | null {
  for (const [key, isOne] of [
    ['items', isItem],
    ['events', isExecEvent],
  ] as const) {
    const list = get(record, key);
    if (Array.isArray(list) && list.length > 0 && list.every(isOne)) return list as unknown[];
  }
  return null;
}

function isItem(value: unknown): boolean {
  return CODEX_ITEMS.has(asText(get(value, 'type')) ?? '');
}

function isExecEvent(value: unknown): boolean {
  const type = asText(get(value, 'type')) ?? '';
  return (
    (type.startsWith('item.') && asText(at(value, 'item', 'type')) !== null) ||
    (type === 'thread.started' && asText(get(value, 'thread_id')) !== null) ||
    (EXEC.test(type) && type !== 'thread.started' && !type.startsWith('item.'))
  );
}

/** The first line of a rollout before 0.44: the thread's meta without an envelope. */
function isBareMeta(record: unknown): boolean {
  return (
    asText(get(record, 'id')) !== null &&
    asText(get(record, 'timestamp')) !== null &&
    get(record, 'type') === undefined &&
    (Object.hasOwn(asObject(record) ?? {}, 'instructions') || get(record, 'git') !== undefined)
  );
}

function isMeta(record: unknown): boolean {
  return get(record, 'type') === 'session_meta';
}

/** The id of the turn that an event starts; null for other records. */
function turnStarted(record: unknown): string | null {
  const event = get(record, 'payload');
  const type = get(event, 'type');
  const isStart = type === 'task_started' || type === 'turn_started';
  return get(record, 'type') === 'event_msg' && isStart ? asText(get(event, 'turn_id')) : null;
}

class CodexReader implements FormatReader {
  private readonly rollout: CodexRollout;

  constructor(
    private readonly emit: Emit,
    source: SourceContext,
  ) {
    this.rollout = new CodexRollout(emit, source.shortHash);
    const { resumed } = source;
    if (resumed) this.rollout.resume(get(resumed.head.find(isMeta), 'payload'), resumed.lead);
  }

  record(record: unknown, place: Place): void {
    const items = listOf(record);
    if (items) {
      // The first versions wrote one document, the session beside its items.
      if (asText(at(record, 'session', 'id')) !== null) this.rollout.session(get(record, 'session'));
      for (const item of items) this.record(item, place);
      return;
    }
    const type = asText(get(record, 'type'));
    const payload = get(record, 'payload');
    const here = {
      line: place.line,
      timeNs: toNs(get(record, 'timestamp') ?? get(record, 'created_at')),
      raw: record,
    };
    if (type !== null && LINE_TYPES.has(type) && !asObject(payload))
      this.emit.reject(place, `the ${type} line has no payload`, toJsonText(record)?.slice(0, 1000));
    else if (type === 'session_meta') this.rollout.session(payload);
    else if (type === 'turn_context') this.rollout.context(payload);
    else if (type === 'response_item') this.rollout.item(payload, here);
    else if (type === 'event_msg') this.rollout.event(payload, here);
    else if (type === 'compacted') this.rollout.compaction(here, summaryOf(payload));
    else if (type !== null && EXEC.test(type)) this.executed(type, record, here);
    else this.bare(record, type, here);
  }

  /** An event of `codex exec --json`; an item is told when it is done. */
  private executed(type: string, event: unknown, here: CodexLine): void {
    const item = get(event, 'item');
    const kind = asText(get(item, 'type'));
    const id = asText(get(item, 'id'));
    if (type === 'thread.started') this.rollout.session({ id: get(event, 'thread_id') });
    else if (type === 'error' || type === 'turn.failed')
      this.rollout.event(
        { type: 'error', message: get(event, 'message') ?? at(event, 'error', 'message') },
        here,
      );
    else if (type === 'turn.completed' && asObject(get(event, 'usage')))
      this.rollout.event({ type: 'token_count', info: { last_token_usage: get(event, 'usage') } }, here);
    else if (type !== 'item.completed') this.rollout.count(type);
    else if (kind === 'agent_message')
      this.rollout.item({ type: 'message', role: 'assistant', content: get(item, 'text') }, here);
    else if (kind === 'reasoning')
      this.rollout.item({ type: 'reasoning', summary: [{ text: get(item, 'text') }] }, here);
    else if (kind === 'command_execution' || kind === 'mcp_tool_call') {
      const isCommand = kind === 'command_execution';
      const name = isCommand ? 'shell' : asText(get(item, 'tool'));
      const input = isCommand ? { command: get(item, 'command') } : get(item, 'arguments');
      this.rollout.item({ type: 'function_call', name, call_id: id, arguments: input }, here);
      const output = isCommand
        ? {
            output: get(item, 'aggregated_output') ?? '',
            metadata: { exit_code: get(item, 'exit_code') },
          }
        : (get(item, 'result') ?? asText(at(item, 'error', 'message')) ?? get(item, 'error'));
      this.rollout.item({ type: 'function_call_output', call_id: id, output }, here);
      if (!isCommand && get(item, 'status') === 'failed')
        this.rollout.event({ type: 'mcp_tool_call_end', call_id: id, result: { Err: output } }, here);
    } else if (kind === 'file_change' || kind === 'web_search') {
      const [name, input] =
        kind === 'web_search'
          ? ['web_search', { query: get(item, 'query') }]
          : ['apply_patch', { changes: get(item, 'changes') }];
      this.rollout.item({ type: 'function_call', name, call_id: id, arguments: input }, here);
      const status = asText(get(item, 'status'));
      const exit = status === 'failed' ? 1 : 0;
      if (status !== null)
        this.rollout.item(
          {
            type: 'function_call_output',
            call_id: id,
            output: { output: status, metadata: { exit_code: exit } },
          },
          here,
        );
    } else this.rollout.count(`item ${kind ?? 'without a type'}`);
  }

  private bare(record: unknown, type: string | null, here: CodexLine): void {
    const role = asText(get(record, 'role'));
    if (isBareMeta(record)) this.rollout.session(record);
    else if (type !== null && CODEX_ITEMS.has(type)) this.rollout.item(record, here);
    else if (type === 'function_result')
      this.rollout.item({ ...asObject(record), type: 'tool_result' }, here);
    else if (role !== null)
      this.rollout.item(
        { type: 'message', role, content: get(record, 'content') ?? get(record, 'message') },
        here,
      );
    else if (type === null && get(record, 'record_type') === undefined)
      this.emit.reject({ line: here.line }, 'the line has no "type"', toJsonText(record)?.slice(0, 1000));
    else this.rollout.count(type ?? `record_type ${toJsonText(get(record, 'record_type')) ?? '?'}`);
  }

  needsBeginning(): string | null {
    return this.rollout.needsBeginning;
  }

  end(): void {
    this.rollout.tell();
  }
}

/** The summary a compaction left: its message, or the words of the history that replaced the conversation. */
function summaryOf(payload: unknown): string {
  return (
    asText(get(payload, 'message')) ??
    asText(contentText(at(payload, 'replacement_history', 0, 'content'))) ??
    ''
  );
}

function sniff(sample: Sample): Sniffed | null {
  const wrapped = sample.records.findIndex(
    (record) =>
      LINE_TYPES.has(asText(get(record, 'type')) ?? '') &&
      asObject(get(record, 'payload')) &&
      Object.hasOwn(record as object, 'timestamp'),
  );
  if (wrapped >= 0) {
    const type = asText(get(sample.records[wrapped], 'type')) ?? '';
    return { confidence: 0.95, reason: `record ${wrapped + 1} is a ${type} line with a payload` };
  }
  if (isBareMeta(sample.records[0])) {
    const items = sample.records.filter((record) =>
      CODEX_ITEMS.has(asText(get(record, 'type')) ?? ''),
    ).length;
    if (items > 0) return { confidence: 0.9, reason: `a bare meta line and ${items} response items` };
  }
  const told = sample.records.filter(
    (record) => isExecEvent(record) && get(record, 'type') !== 'error',
  ).length;
  if (told > 0 && told * 2 >= sample.records.length)
    return { confidence: 0.9, reason: `${told} events of a run told as JSON` };
  return sample.records.some((record) => listOf(record) !== null)
    ? { confidence: 0.85, reason: 'a list of response items or events of a run' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Rollouts `~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl`: the bare lines of versions before 0.44 and the wrapped ones since.',
    'The events of `codex exec --json`; documents that list such events (`events`) or response items (`items`).',
  ],
  spans: [
    'Messages of the assistant and their reasoning become model calls; tokens come from the `token_count` events.',
    'Function, custom tool, shell and search calls become tool calls, ended by their outputs; exit codes come from the outputs and from the events.',
    'Compaction becomes a memory span. Errors, aborted turns and refused approvals become events or the end of their call.',
  ],
  turns:
    'A thread is a session; a sub-agent is a thread of its own and is joined to the session of its parent. Turns are opened by the `user_message` events: messages of role user also hold injected context. Threads of old versions without such events take the messages that are no injected context.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Events that repeat what the response items say, and types not known, are counted by name.',
    'Encrypted reasoning cannot be read.',
  ],
};

const codex: TraceFormat = {
  id: 'codex',
  title: 'Codex rollouts',
  description: 'Session files of the Codex command line and editor extension, sub-agents and forks included.',
  documentation: 'https://github.com/openai/codex/blob/main/codex-rs/protocol/src/protocol.rs',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  resumesAt: turnStarted,
  sniff,
  read: (emit, source) => new CodexReader(emit, source),
};

export default codex;
