/**
 * Claude Code session transcripts: `~/.claude/projects/<project>/<session>.jsonl` and the `agent-<id>.jsonl` files of
 * its sub-agents, versions 1.0 to 2.1. A file is read whole before anything is said of it, because a result, a fork or
 * a summary may come long after the line it belongs to. Owns what becomes a span and how it is named; who speaks, how
 * calls end, how lines relate and which branches were left is decided in src/shared/trace/claude-*.ts and rewound.ts.
 * Must not guess: span ids are the transcript's own (line uuid, message id, tool use id) and the same at every import.
 * The format is not documented by its maker; https://code.claude.com/docs/en/data-usage says where the files are.
 */
import { parseClaudeLine, type ClaudeLine } from '../../../shared/trace/claude-line';
import {
  messageKey,
  relate,
  scopedId,
  type ClaudeSession,
  type ToolCall,
} from '../../../shared/trace/claude-session';
import { needsBeginning } from '../../../shared/trace/claude-resume';
import {
  answerSpan,
  attachmentSpan,
  callSpan,
  compactionSpan,
  orphanSpan,
  spokenSpan,
  systemSpan,
  type ClaudeSpan,
} from '../../../shared/trace/claude-span';
import { ClaudeStream, isStreamLine, type StreamEnd } from '../../../shared/trace/claude-stream';
import { spokenIn, type LineMarks, type Spoken } from '../../../shared/trace/claude-user-text';
import { asArray, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const MAX_UNKNOWN_TYPES = 40;

/** Tells the spans of one related file, in the order of its lines. */
class Teller {
  private readonly used = new Set<string>();
  private readonly told = new Set<ClaudeLine>();
  private readonly calls = new Map<ClaudeLine, ToolCall[]>();

  constructor(
    private readonly session: ClaudeSession,
    private readonly emit: Emit,
    /** The project folder of each session, as far as it is known. */
    private readonly features: Map<string, string>,
  ) {
    for (const call of session.calls) {
      const known = this.calls.get(call.line);
      if (known) known.push(call);
      else this.calls.set(call.line, [call]);
    }
  }

  tell(): void {
    const orphans = this.orphans();
    for (const line of this.session.lines) {
      if (line.type === 'assistant') this.assistant(line);
      else if (line.type === 'user') this.spoken(line, spokenIn(line.blocks, marksOf(line)));
      else if (line.type === 'system') this.system(line);
      else this.attachment(line);
      for (const span of orphans.get(line) ?? []) this.span(line, span);
    }
  }

  private orphans(): Map<ClaudeLine, ClaudeSpan[]> {
    const known = new Set(this.session.calls.map((call) => scopedId(call.line, call.id)));
    const orphans = new Map<ClaudeLine, ClaudeSpan[]>();
    for (const [key, result] of this.session.results) {
      if (known.has(key)) continue;
      this.emit.note('tool result without its call');
      const span = orphanSpan(result, key.slice(key.indexOf('\0') + 1));
      orphans.set(result.line, [...(orphans.get(result.line) ?? []), span]);
    }
    return orphans;
  }

  private span(line: ClaudeLine, span: ClaudeSpan): void {
    let spanId = span.spanId;
    for (let n = 2; this.used.has(scopedId(line, spanId)); n++) spanId = `${span.spanId}~${n}`;
    this.used.add(scopedId(line, spanId));
    const spawner = line.agentId === null ? undefined : this.session.spawners.get(line.agentId);
    const parent = spawner?.line.sessionId === line.sessionId ? spawner.id : undefined;
    const placed = Object.assign(span, {
      spanId,
      parentSpanId: span.parentSpanId === undefined ? (parent ?? null) : span.parentSpanId,
      sessionId: line.sessionId,
      agentId: line.agentId,
      agentName: line.agentId === null ? 'Claude Code' : agentName(line, spawner),
      agentVersion: asText(get(line.record, 'version')),
      feature: this.feature(line),
      isRewound: this.session.rewound.has(line.id),
    });
    this.emit.span(placed, { line: line.line });
  }

  /** The project folder a session started in. */
  private feature(line: ClaudeLine): string | null {
    const key = line.sessionId ?? '';
    const known = this.features.get(key);
    if (known !== undefined) return known;
    const name = projectOf(line.record);
    if (name !== null) this.features.set(key, name);
    return name;
  }

  private assistant(line: ClaudeLine): void {
    const [first = line, ...others] = this.session.messages.get(messageKey(line) ?? '') ?? [];
    if (first === line)
      this.span(line, answerSpan([line, ...others], this.session.askedAt.get(line) ?? null));
    for (const call of this.calls.get(line) ?? []) {
      const key = scopedId(line, call.id);
      const result = this.session.results.get(key);
      if (!result) this.emit.note('tool call without a result');
      this.span(line, callSpan(call, result, this.session.spawns.get(key) ?? null));
    }
  }

  private spoken(line: ClaudeLine, said: readonly Spoken[]): void {
    if (this.told.has(line)) return;
    said.forEach((spoken, i) => this.span(line, spokenSpan(line, spoken, i)));
  }

  private system(line: ClaudeLine): void {
    if (line.subtype === 'compact_boundary') {
      const summary = this.session.summaries.get(line);
      if (summary) this.told.add(summary);
      this.span(line, compactionSpan(line, summary));
    } else if (line.subtype === 'local_command') {
      this.spoken(line, spokenIn(get(line.record, 'content'), { ...marksOf(line), isMeta: true }));
    } else this.span(line, systemSpan(line));
  }

  private attachment(line: ClaudeLine): void {
    const attachment = get(line.record, 'attachment');
    const type = asText(get(attachment, 'type')) ?? 'unnamed';
    const span = attachmentSpan(line);
    if (span) this.span(line, span);
    else if (type === 'queued_command') {
      // Typed while the agent worked and handed over in the middle of its turn; no user line repeats it.
      const mode = asText(get(attachment, 'commandMode')) ?? 'prompt';
      const originKind = asText(at(attachment, 'origin', 'kind')) ?? (mode === 'prompt' ? null : mode);
      const isMeta = get(attachment, 'isMeta') === true;
      this.spoken(line, spokenIn(get(attachment, 'prompt'), { ...marksOf(line), isMeta, originKind }));
    } else this.emit.note(`attachment "${type.slice(0, 60)}" counted only`);
  }
}

/** The folder a line was written in, without the folders around it. */
function projectOf(record: unknown): string | null {
  return (asText(get(record, 'cwd')) ?? '').split(/[/\\]/).findLast((part) => part !== '') ?? null;
}

function marksOf(line: ClaudeLine): LineMarks {
  return {
    isMeta: get(line.record, 'isMeta') === true || get(line.record, 'isVisibleInTranscriptOnly') === true,
    isCompactSummary: get(line.record, 'isCompactSummary') === true,
    originKind: asText(at(line.record, 'origin', 'kind')),
    isSubAgent: line.agentId !== null,
  };
}

function agentName(line: ClaudeLine, spawner: ToolCall | undefined): string | null {
  return asText(at(spawner?.block, 'input', 'subagent_type')) ?? asText(get(line.record, 'attributionAgent'));
}

/** A line of a workflow's journal (`subagents/workflows/<run>/journal.jsonl`): which agent did which step. */
function isJournal(record: unknown): boolean {
  const type = get(record, 'type');
  return (
    (type === 'started' || type === 'result') &&
    asText(get(record, 'key')) !== null &&
    asText(get(record, 'agentId')) !== null
  );
}

/** What stands beside a sub-agent's transcript (`agent-<id>.meta.json`): its type and what it was started for. */
function isAgentNote(record: unknown): boolean {
  return (
    asText(get(record, 'agentType')) !== null &&
    get(record, 'type') === undefined &&
    Object.keys(asObject(record) ?? {}).length <= 8
  );
}

class ClaudeReader implements FormatReader {
  private readonly steps = new Map<string, { line: number; agentId: string | null; result: unknown }>();
  private readonly lines: ClaudeLine[] = [];
  private readonly ids = new Set<string>();
  private readonly links = new Map<string, string | null>();
  private readonly counted = new Set<string>();
  private related: ClaudeSession | null = null;
  private readonly stream = new ClaudeStream();
  private isStream = false;
  private readonly ends: { end: StreamEnd; line: number }[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (isJournal(record)) {
      const key = asText(get(record, 'key')) ?? '';
      const line = this.steps.get(key)?.line ?? place.line;
      this.steps.set(key, { line, agentId: asText(get(record, 'agentId')), result: get(record, 'result') });
      return;
    }
    if (isAgentNote(record)) {
      const type = asText(get(record, 'agentType')) ?? '';
      this.emit.note(`note on a sub-agent of type "${type.slice(0, 60)}" counted only`);
      return;
    }
    if (isStreamLine(record)) {
      this.isStream = true;
      const id = `${this.source.shortHash}:${place.line}`;
      if (get(record, 'type') !== 'result')
        this.add(this.stream.line(record, id), place.line, String(place.line));
      else this.ends.push({ end: this.stream.end(record, id), line: place.line });
      return;
    }
    const key = listKey(record);
    const loglines = key === null ? null : get(record, key);
    if (!Array.isArray(loglines)) {
      this.add(record, place.line, String(place.line));
      return;
    }
    loglines.forEach((logline: unknown, i) =>
      this.add(logline, this.source.lineOf(`/${key ?? ''}/${i}`), `${place.line}.${i}`),
    );
  }

  /** The lines that were read, in relation. */
  private get session(): ClaudeSession {
    const fileAgent = /^agent-([\w-]{1,64})\.jsonl/.exec(this.source.name)?.[1] ?? null;
    this.related ??= relate(this.lines, this.links, fileAgent);
    return this.related;
  }

  /** The project folders that the lines before those that are read tell. */
  private features(): Map<string, string> {
    const features = new Map<string, string>();
    for (const record of this.source.resumed?.head ?? []) {
      const sessionId = asText(get(record, 'sessionId')) ?? '';
      const name = projectOf(record);
      if (name !== null && !features.has(sessionId)) features.set(sessionId, name);
    }
    return features;
  }

  needsBeginning(): string | null {
    if (this.steps.size > 0) return 'the steps of a workflow';
    if (this.isStream) return 'streamed messages, which name no parents';
    const before = (this.source.resumed?.lead ?? []).map((record) => parseClaudeLine(record, 0, ''));
    const lead = new Set(before.flatMap((parsed) => (parsed.ok ? [parsed.line.id] : [])));
    return needsBeginning(this.session, this.links, this.features(), lead);
  }

  end(): void {
    this.workflow();
    new Teller(this.session, this.emit, this.features()).tell();
    for (const { end, line } of this.ends) this.emit.span(end, { line });
  }

  /** The steps of a workflow: each was done by a sub-agent, whose transcript lies beside the journal. */
  private workflow(): void {
    const parts = this.source.path.split(/[/\\]/);
    const at = parts.lastIndexOf('subagents');
    for (const [key, { line, agentId, result }] of this.steps) {
      const text = toJsonText(result);
      this.emit.span(
        {
          spanId: `workflow:${key}`,
          sessionId: at > 0 ? (parts[at - 1] ?? null) : null,
          kind: 'agent',
          name: 'workflow step',
          agentName: 'Claude Code',
          spawnsAgentId: agentId,
          status: result === undefined ? 'unset' : 'ok',
          text,
          output: text,
          raw: { key, agentId, result },
        },
        { line },
      );
    }
  }

  private add(record: unknown, line: number, ordinal: string): void {
    const parsed = parseClaudeLine(record, line, `${this.source.shortHash}:${ordinal}`);
    if (!parsed.ok) {
      if ('reason' in parsed) this.emit.reject({ line }, parsed.reason, toJsonText(record)?.slice(0, 1000));
      else {
        this.count(parsed.bookkeeping);
        if (parsed.link) this.links.set(...parsed.link);
      }
    } else if (this.ids.has(parsed.line.id))
      this.emit.note('line with the same uuid as an earlier one, left out');
    else {
      this.ids.add(parsed.line.id);
      this.lines.push(parsed.line);
    }
  }

  private count(type: string): void {
    if (this.counted.size < MAX_UNKNOWN_TYPES) this.counted.add(type);
    const what = this.counted.has(type) ? `line type "${type.slice(0, 60)}"` : 'further line types';
    this.emit.note(`${what} counted only`);
  }
}

/** The id of a line that opens a turn, being what a person typed: what follows hangs below it. Null for other lines. */
function turnOpened(record: unknown): string | null {
  const parsed = parseClaudeLine(record, 0, '');
  if (!parsed.ok) return null;
  const { line } = parsed;
  const isPrompt = line.type === 'user' && line.results.length === 0 && !line.isSidechain;
  const isNamed = line.id !== '' && line.sessionId !== null && line.agentId === null;
  const isTyped = (): boolean =>
    spokenIn(line.blocks, marksOf(line)).some((spoken) => spoken.speaker === 'human');
  return isPrompt && isNamed && isTyped() ? line.id : null;
}

/** Whether a line has a message of the Anthropic kind; other tools write `parts` instead. */
function hasContent(line: unknown): boolean {
  const content = at(line, 'message', 'content');
  return typeof content === 'string' || Array.isArray(content);
}

/** Where a document keeps its lines: the web version under `loglines`, logs of the Agent SDK under `messages`. */
function listKey(record: unknown): 'loglines' | 'messages' | null {
  if (Array.isArray(get(record, 'loglines'))) return 'loglines';
  const isLine = (entry: unknown): boolean =>
    (get(entry, 'type') === 'user' || get(entry, 'type') === 'assistant') && hasContent(entry);
  return asArray(get(record, 'messages')).some(isLine) ? 'messages' : null;
}

/** How much a record looks like a line of a transcript. */
function likeness(record: unknown): Sniffed | null {
  const object = asObject(record);
  if (!object) return null;
  const type = get(object, 'type');
  const hasSession = typeof get(object, 'sessionId') === 'string';
  const has = (confidence: number, reason: string): Sniffed => ({ confidence, reason });
  if (Object.hasOwn(object, 'parentUuid') && Object.hasOwn(object, 'isSidechain')) {
    return has(0.97, 'has parentUuid and isSidechain');
  }
  if (type === 'summary' && typeof get(object, 'leafUuid') === 'string')
    return has(0.9, 'is a summary with leafUuid');
  if (type === 'file-history-snapshot') return has(0.9, 'is a file-history-snapshot');
  if (type === 'queue-operation' && hasSession) return has(0.9, 'is a queue-operation of a session');
  if ((type === 'user' || type === 'assistant') && hasSession && hasContent(object)) {
    return has(0.9, `is a line of type ${type} with sessionId and message.content`);
  }
  if (isStreamLine(object)) return has(0.92, `is a streamed message of type ${String(type)} with session_id`);
  if (isJournal(object)) return has(0.85, 'is a step of a workflow journal');
  if (isAgentNote(object)) return has(0.6, 'is the note on a sub-agent');
  const key = listKey(object);
  const lines = key === null ? [] : asArray(get(object, key));
  return lines.some(hasContent) ? has(0.9, `has ${key ?? ''} with lines of a transcript`) : null;
}

function sniff(sample: Sample): Sniffed | null {
  const found = sample.records.flatMap((record, i) => {
    const like = likeness(record);
    return like ? [{ ...like, reason: `record ${i + 1} ${like.reason}` }] : [];
  });
  return found.toSorted((a, b) => b.confidence - a.confidence)[0] ?? null;
}

const guide: FormatGuide = {
  reads: [
    'Session files `~/.claude/projects/<project>/<session>.jsonl` of versions 1.0 to 2.1.',
    'Sub-agents in all three layouts: lines marked as side chain in the session file, `agent-<id>.jsonl` beside it, and `<session>/subagents/`; journals of workflows.',
    'What print mode (`--output-format stream-json`, or `json` with all messages) and the Agent SDK give out: messages with `session_id`; sub-agents are known by `parent_tool_use_id`.',
    'Documents with `loglines`, as the web version hands them out, or with the same lines under `messages`.',
  ],
  spans: [
    'The lines of one answer become one model call with the tokens of the message; each `tool_use` a tool call, ended by the result that names it, also when it comes much later.',
    'A refused call is rejected, one the person stopped is interrupted; a result that is marked as error is an error.',
    'Compaction becomes a memory span with its summary. API errors, hooks and other system lines become events.',
    'The `result` that closes a streamed run becomes an event with its cost; a run that failed is an error.',
    'A call that starts a sub-agent names it; the spans of that agent hang below the call.',
  ],
  turns:
    'A session is the `sessionId`. What a person typed opens a turn, also what was queued while the agent worked. Slash commands, program text, reminders, summaries and prompts of agents are told apart and open none. Branches the person left by rewinding are kept and marked.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Notes on sub-agents (`agent-<id>.meta.json`) are counted: the call that started an agent says its type too.',
    'Bookkeeping lines (snapshots of files, queue operations, titles and the like) and types not known are counted by name.',
    'A line with the uuid of an earlier one is left out and counted: resumed sessions repeat what came before.',
    'A session that was resumed or forked under a new `sessionId` begins with the records of the first one. They stay with the first one alone, whether both come in one import or in several; the fork keeps what is new, is marked and leads to the first one. Of two sessions in one import the one whose last record is older counts as first, else the one that was imported first. A copy that says more than its original (a call that was still open there) is kept in both.',
  ],
};

const claudeCode: TraceFormat = {
  id: 'claude-code',
  title: 'Claude Code transcripts',
  description: 'Session files of the Claude Code command line and editor extension, sub-agents included.',
  documentation: 'https://code.claude.com/docs/en/data-usage',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  resumesAt: turnOpened,
  sniff,
  read: (emit, source) => new ClaudeReader(emit, source),
};

export default claudeCode;
