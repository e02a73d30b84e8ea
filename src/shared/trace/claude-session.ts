/**
 * The lines of one Claude Code transcript file, put into relation: which lines are one message, which result answers
 * which call, which sub-agent a line belongs to and who started it, and which branches were left. Decides no wording;
 * see src/engine/intake/formats/claude-code.ts for what is made of it.
 */
import { blockTexts, isApiError, isSynthetic, type ClaudeLine } from './claude-line';
import { spokenIn } from './claude-user-text';
import { asText, get, type JsonObject } from './json';
import { rewoundIds, type TreeNode } from './rewound';

export interface ToolCall {
  id: string;
  name: string;
  block: JsonObject;
  line: ClaudeLine;
}

export interface ToolResult {
  line: ClaudeLine;
  block: JsonObject;
}

export interface ClaudeSession {
  lines: readonly ClaudeLine[];
  /** Ids of lines on branches that were left. */
  rewound: ReadonlySet<string>;
  /** All lines of a message, by the key `messageKey` gives its first line. */
  messages: ReadonlyMap<string, readonly ClaudeLine[]>;
  calls: readonly ToolCall[];
  /** Results by `scopedId` of the call. */
  results: ReadonlyMap<string, ToolResult>;
  /** The sub-agent a call started, by `scopedId` of the call. */
  spawns: ReadonlyMap<string, string>;
  /** The call that started a sub-agent, by agent id. */
  spawners: ReadonlyMap<string, ToolCall>;
  /** When the message that begins at a line was asked for: the time of the line before it in its conversation. */
  askedAt: ReadonlyMap<ClaudeLine, bigint>;
  /** The summary that a compaction boundary stands for, by the boundary's line. */
  summaries: ReadonlyMap<ClaudeLine, ClaudeLine>;
}

const AGENT_TOOLS = new Set(['Task', 'Agent']);

/** An id within its session: message and call ids repeat when one session is a copy of another. */
export function scopedId(line: ClaudeLine, id: string): string {
  return `${line.sessionId ?? ''}\0${id}`;
}

/** Lines of one model message have the same key; undefined for lines that are none. */
export function messageKey(line: ClaudeLine): string | undefined {
  if (line.type !== 'assistant') return undefined;
  return `${line.sessionId ?? ''}\0${line.agentId ?? ''}\0${asText(get(line.message, 'id')) ?? line.id}`;
}

/** Whether a line is a tool call block of any kind. */
export function isCall(block: unknown): boolean {
  const type = asText(get(block, 'type')) ?? '';
  return type === 'tool_use' || type.endsWith('_tool_use');
}

/** Lines whose parent is the nearest line that is read: progress and other bookkeeping lines stand in between. */
function skipLinks(lines: readonly ClaudeLine[], links: ReadonlyMap<string, string | null>): ClaudeLine[] {
  const ends = new Map<string, string | null>();
  const endOf = (start: string): string | null => {
    const path: string[] = [];
    let at: string | null = start;
    while (at !== null && links.has(at) && !ends.has(at) && path.length <= links.size) {
      path.push(at);
      at = links.get(at) ?? null;
    }
    const end =
      at === null || path.length > links.size ? null : (ends.get(at) ?? (links.has(at) ? null : at));
    for (const id of path) ends.set(id, end);
    return end;
  };
  return lines.map((line) =>
    line.parentUuid !== null && links.has(line.parentUuid)
      ? { ...line, parentUuid: endOf(line.parentUuid) }
      : line,
  );
}

/** Sidechains of the first versions carry no agent id: the root of their chain stands for the agent. */
function nameSidechains(lines: readonly ClaudeLine[], fileAgent: string | null): ClaudeLine[] {
  const byId = new Map(lines.map((line) => [line.id, line]));
  const roots = new Map<string, string>();
  return lines.map((line) => {
    if (!line.isSidechain || line.agentId !== null) return line;
    const path: string[] = [];
    let at: ClaudeLine = line;
    let agentId = fileAgent;
    while (agentId === null) {
      path.push(at.id);
      const parent = at.parentUuid === null ? undefined : byId.get(at.parentUuid);
      const known = parent && (roots.get(parent.id) ?? parent.agentId);
      if (known) agentId = known;
      else if (!parent?.isSidechain || path.length > lines.length) agentId = at.id;
      else at = parent;
    }
    for (const id of path) roots.set(id, agentId);
    return { ...line, agentId };
  });
}

function carries(line: ClaudeLine): boolean {
  if (line.type === 'assistant') return !isSynthetic(line) && !isApiError(line);
  if (line.type !== 'user') return false;
  const marks = {
    isMeta: get(line.record, 'isMeta') === true,
    isCompactSummary: get(line.record, 'isCompactSummary') === true,
    originKind: null,
    isSubAgent: false,
  };
  return spokenIn(line.blocks, marks).some((spoken) => spoken.speaker === 'human');
}

function treeNode(line: ClaudeLine): TreeNode {
  const key = messageKey(line);
  return {
    id: line.id,
    parentId: line.parentUuid,
    scope: `${line.sessionId ?? ''}\0${line.agentId ?? ''}`,
    carries: carries(line),
    ...(key === undefined ? {} : { messageKey: key }),
  };
}

function groupMessages(lines: readonly ClaudeLine[]): Map<string, ClaudeLine[]> {
  const messages = new Map<string, ClaudeLine[]>();
  for (const line of lines) {
    const key = messageKey(line);
    if (key === undefined) continue;
    const known = messages.get(key);
    if (known) known.push(line);
    else messages.set(key, [line]);
  }
  return messages;
}

function findCalls(lines: readonly ClaudeLine[]): ToolCall[] {
  return lines
    .filter((line) => line.type === 'assistant')
    .flatMap((line) =>
      line.blocks.flatMap((block, i) =>
        isCall(block)
          ? [
              {
                id: asText(get(block, 'id')) ?? `${line.id}:${i}`,
                name: asText(get(block, 'name')) ?? 'unknown tool',
                block: block as JsonObject,
                line,
              },
            ]
          : [],
      ),
    );
}

function findResults(lines: readonly ClaudeLine[]): Map<string, ToolResult> {
  const results = new Map<string, ToolResult>();
  for (const line of lines) {
    line.results.forEach((block, i) => {
      const id =
        asText(get(block, 'tool_use_id')) ?? asText(get(line.record, 'sourceToolUseID')) ?? `${line.id}:${i}`;
      const key = scopedId(line, id);
      if (!results.has(key)) results.set(key, { line, block });
    });
  }
  return results;
}

/** The agent a finished or launched call names, else null. */
function namedAgent(
  call: ToolCall,
  result: ToolResult | undefined,
  agents: ReadonlySet<string | null>,
): string | null {
  // Streams name the sub-agent by the call.
  if (agents.has(call.id)) return call.id;
  if (!result) return null;
  const named = asText(get(get(result.line.record, 'toolUseResult'), 'agentId'));
  if (named !== null || !AGENT_TOOLS.has(call.name)) return named;
  const content = get(result.block, 'content');
  const text =
    typeof content === 'string' ? content : blockTexts(Array.isArray(content) ? content : [], 'text', 'text');
  return /\bagentId: ([\w-]{4,64})/.exec(text)?.[1] ?? null;
}

function findSpawns(
  calls: readonly ToolCall[],
  results: ReadonlyMap<string, ToolResult>,
  lines: readonly ClaudeLine[],
) {
  const spawns = new Map<string, string>();
  const spawners = new Map<string, ToolCall>();
  const link = (call: ToolCall, agentId: string): void => {
    spawns.set(scopedId(call.line, call.id), agentId);
    if (!spawners.has(agentId)) spawners.set(agentId, call);
  };
  const agents = new Set(lines.map((line) => line.agentId));
  for (const call of calls) {
    const agentId = namedAgent(call, results.get(scopedId(call.line, call.id)), agents);
    if (agentId !== null && agentId !== call.line.agentId) link(call, agentId);
  }
  // What names no agent is found by its prompt, which is the first line of the sub-agent.
  const byPrompt = new Map<string, string[]>();
  const met = new Set<string>();
  for (const line of lines) {
    if (line.agentId === null || met.has(line.agentId)) continue;
    met.add(line.agentId);
    if (spawners.has(line.agentId) || line.type !== 'user') continue;
    const prompt = blockTexts(line.blocks, 'text', 'text').trim();
    if (prompt !== '') byPrompt.set(prompt, [...(byPrompt.get(prompt) ?? []), line.agentId]);
  }
  for (const call of calls) {
    if (!AGENT_TOOLS.has(call.name) || spawns.has(scopedId(call.line, call.id))) continue;
    const agentId = byPrompt.get(asText(get(get(call.block, 'input'), 'prompt'))?.trim() ?? '')?.shift();
    if (agentId !== undefined && agentId !== call.line.agentId) link(call, agentId);
  }
  return { spawns, spawners };
}

function findAskedAt(
  lines: readonly ClaudeLine[],
  messages: ReadonlyMap<string, readonly ClaudeLine[]>,
): Map<ClaudeLine, bigint> {
  const askedAt = new Map<ClaudeLine, bigint>();
  const last = new Map<string, bigint>();
  for (const line of lines) {
    const stream = `${line.sessionId ?? ''}\0${line.agentId ?? ''}`;
    const before = last.get(stream);
    const key = messageKey(line);
    const isFirst = key !== undefined && messages.get(key)?.[0] === line;
    if (isFirst && before !== undefined && line.timeNs !== null && before <= line.timeNs)
      askedAt.set(line, before);
    if (line.timeNs !== null) last.set(stream, line.timeNs);
  }
  return askedAt;
}

function findSummaries(lines: readonly ClaudeLine[]): Map<ClaudeLine, ClaudeLine> {
  const summaries = new Map<ClaudeLine, ClaudeLine>();
  const open = new Map<string, ClaudeLine>();
  for (const line of lines) {
    const session = line.sessionId ?? '';
    if (line.subtype === 'compact_boundary') open.set(session, line);
    const boundary = open.get(session);
    if (!boundary || get(line.record, 'isCompactSummary') !== true) continue;
    summaries.set(boundary, line);
    open.delete(session);
  }
  return summaries;
}

/**
 * Relates the lines of a file, given in file order and without doubles.
 * @param links parents of the lines that were not read, by their uuid
 * @param fileAgent the agent the whole file belongs to by its name (`agent-<id>.jsonl`), for lines that do not say
 */
export function relate(
  read: readonly ClaudeLine[],
  links: ReadonlyMap<string, string | null>,
  fileAgent: string | null,
): ClaudeSession {
  const lines = nameSidechains(skipLinks(read, links), fileAgent);
  const messages = groupMessages(lines);
  const calls = findCalls(lines);
  const results = findResults(lines);
  return {
    lines,
    rewound: rewoundIds(lines.map(treeNode)),
    messages,
    calls,
    results,
    ...findSpawns(calls, results, lines),
    askedAt: findAskedAt(lines, messages),
    summaries: findSummaries(lines),
  };
}
