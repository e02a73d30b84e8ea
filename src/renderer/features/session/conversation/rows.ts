/**
 * The conversation as a flat list of rows for a virtual list: spans in order, sub-agents nested below the call that
 * started them, branches the user left and runs of tool calls folded into one row each. Pure: spans and what is open in,
 * rows out. A row never holds text, only indices.
 */
import type { SpanRow } from '../../../../shared/model/span';
import type { Agent } from '../session-data';

export interface SpanRowItem {
  type: 'span';
  key: string;
  index: number;
  /** Steps of indentation: sub-agents and opened branches. */
  level: number;
  /** The number in the margin, where a turn begins. */
  turnNo: number | null;
}

export interface FoldItem {
  type: 'agent' | 'branch' | 'tools';
  key: string;
  /** What is folded: all spans inside, those of nested folds included, in order. */
  members: readonly number[];
  level: number;
  isOpen: boolean;
  agent: Agent | null;
}

export type ConversationItem = SpanRowItem | FoldItem;

export interface ConversationView {
  /** Folds opened or closed by hand, by key. Agents and branches are closed at first; runs of tools follow `foldTools`. */
  toggled: ReadonlyMap<string, boolean>;
  foldTools: boolean;
}

/** Fewer tool calls than this in a row are not worth folding. */
const MIN_TOOLS = 2;

export function opensTurn(span: SpanRow): boolean {
  return (
    span.kind === 'user' &&
    (span.origin === 'human' || span.origin === 'simulated') &&
    span.agentId === null &&
    !span.isRewound
  );
}

/** Tool calls, and the model's calls that only asked for tools: what "fold tools" folds. */
function isToolWork(span: SpanRow): boolean {
  if (span.kind === 'user' || span.kind === 'system') return false;
  return span.kind !== 'llm' || span.textLength === 0;
}

/** What hangs below each span and each agent: the sub-agents that were started there. */
class Nesting {
  private readonly members = new Map<string, number[]>();
  private readonly below = new Map<string, Agent[]>();
  readonly main: number[] = [];

  constructor(spans: readonly SpanRow[], agents: readonly Agent[], indexOf: ReadonlyMap<string, number>) {
    for (const [index, span] of spans.entries()) {
      if (span.agentId === null) this.main.push(index);
      else {
        const group = this.members.get(span.agentId);
        if (group === undefined) this.members.set(span.agentId, [index]);
        else group.push(index);
      }
    }
    const known = new Map(agents.map((agent) => [agent.agentId, agent]));
    for (const [agentId, group] of this.members) {
      const agent = known.get(agentId) ?? {
        agentId,
        name: agentId,
        parentSpanId: null,
        spanCount: group.length,
      };
      this.hang(agent, this.anchorOf(agent, spans, indexOf));
    }
  }

  /** The span a sub-agent is shown below: the call that started it, or the main agent's last one before its first. */
  private anchorOf(agent: Agent, spans: readonly SpanRow[], indexOf: ReadonlyMap<string, number>): string {
    const parent = agent.parentSpanId === null ? undefined : indexOf.get(agent.parentSpanId);
    if (parent !== undefined && spans[parent]?.agentId !== agent.agentId) return agent.parentSpanId ?? '';
    const first = this.members.get(agent.agentId)?.[0] ?? 0;
    const before = this.main.findLast((index) => index < first);
    return before === undefined ? '' : (spans[before]?.spanId ?? '');
  }

  private hang(agent: Agent, spanId: string): void {
    const group = this.below.get(spanId);
    if (group === undefined) this.below.set(spanId, [agent]);
    else group.push(agent);
  }

  agentsBelow(spanId: string): readonly Agent[] {
    return this.below.get(spanId) ?? [];
  }

  spansOf(agent: Agent): readonly number[] {
    return this.members.get(agent.agentId) ?? [];
  }
}

/** Builds the rows. Linear in the number of spans. */
export function conversationRows(
  spans: readonly SpanRow[],
  agents: readonly Agent[],
  indexOf: ReadonlyMap<string, number>,
  view: ConversationView,
): ConversationItem[] {
  const nesting = new Nesting(spans, agents, indexOf);
  const rows: ConversationItem[] = [];
  // Agents that (by a damaged record) would contain themselves are shown once.
  const path = new Set<string>();

  const putAgents = (spanId: string, level: number) => {
    for (const agent of nesting.agentsBelow(spanId)) {
      if (path.has(agent.agentId)) continue;
      const members = nesting.spansOf(agent);
      const key = `agent:${agent.agentId}`;
      const isOpen = view.toggled.get(key) ?? false;
      rows.push({ type: 'agent', key, members, level, isOpen, agent });
      if (!isOpen) continue;
      path.add(agent.agentId);
      putRuns(members, level + 1);
      path.delete(agent.agentId);
    }
  };
  const putSpan = (index: number, level: number) => {
    const span = spans[index];
    if (span === undefined) return;
    rows.push({ type: 'span', key: span.spanId, index, level, turnNo: opensTurn(span) ? span.turnNo : null });
    putAgents(span.spanId, level);
  };
  const putFold = (
    type: 'branch' | 'tools',
    members: readonly number[],
    level: number,
    isOpenAtFirst: boolean,
  ) => {
    const key = `${type}:${spans[members[0] ?? 0]?.spanId ?? ''}`;
    const isOpen = view.toggled.get(key) ?? isOpenAtFirst;
    rows.push({ type, key, members, level, isOpen, agent: null });
    if (isOpen) for (const index of members) putSpan(index, level + 1);
    else if (type === 'tools') for (const index of members) putAgents(spans[index]?.spanId ?? '', level);
  };
  const putRuns = (members: readonly number[], level: number) => {
    for (let at = 0; at < members.length;) {
      const length = runLength(spans, members, at, view.foldTools);
      const run = members.slice(at, at + length);
      const first = spans[run[0] ?? 0];
      if (first?.isRewound === true) putFold('branch', run, level, false);
      else if (length >= MIN_TOOLS && view.foldTools) putFold('tools', run, level, false);
      else for (const index of run) putSpan(index, level);
      at += length;
    }
  };
  putAgents('', 0);
  putRuns(nesting.main, 0);
  return rows;
}

/** How many spans from `at` on belong together: a branch that was left, a run of tool work, or one span. */
function runLength(
  spans: readonly SpanRow[],
  members: readonly number[],
  at: number,
  foldTools: boolean,
): number {
  const first = spans[members[at] ?? 0];
  if (first === undefined) return 1;
  const belongs = first.isRewound
    ? (span: SpanRow) => span.isRewound
    : foldTools && isToolWork(first)
      ? (span: SpanRow) => !span.isRewound && isToolWork(span) && span.turnNo === first.turnNo
      : null;
  if (belongs === null) return 1;
  let length = 1;
  for (;;) {
    const next = spans[members[at + length] ?? -1];
    if (next === undefined || !belongs(next)) return length;
    length += 1;
  }
}

/** The chain of sub-agents a span belongs to, innermost first. */
function agentChain(
  spans: readonly SpanRow[],
  agents: readonly Agent[],
  indexOf: ReadonlyMap<string, number>,
  index: number,
): string[] {
  const parents = new Map(agents.map((agent) => [agent.agentId, agent.parentSpanId]));
  const chain = new Set<string>();
  let agentId = spans[index]?.agentId ?? null;
  while (agentId !== null && !chain.has(agentId)) {
    chain.add(agentId);
    const parent = indexOf.get(parents.get(agentId) ?? '');
    agentId = parent === undefined ? null : (spans[parent]?.agentId ?? null);
  }
  return [...chain];
}

/** The view with every fold opened that hides a span; the same view when it has a row of its own already. */
export function revealSpan(
  spans: readonly SpanRow[],
  agents: readonly Agent[],
  indexOf: ReadonlyMap<string, number>,
  view: ConversationView,
  index: number,
): ConversationView {
  let next = view;
  const open = (key: string) => {
    next = { ...next, toggled: new Map(next.toggled).set(key, true) };
  };
  for (const agentId of agentChain(spans, agents, indexOf, index)) {
    const key = `agent:${agentId}`;
    if (next.toggled.get(key) !== true) open(key);
  }
  // Each round opens a fold that another one may lie in; the nesting is not deeper than agents and their branches.
  for (let round = 0; round < 16; round += 1) {
    const rows = conversationRows(spans, agents, indexOf, next);
    if (rows.some((row) => row.type === 'span' && row.index === index)) return next;
    const around = [...new Set([index, ...hidingSpans(spans, agents, indexOf, index)])];
    const fold = rows.find(
      (row) => row.type !== 'span' && !row.isOpen && around.some((member) => row.members.includes(member)),
    );
    if (fold === undefined) return next;
    open(fold.key);
  }
  return next;
}

/** The spans that started the sub-agents around a span: folded away, they take it with them. */
function hidingSpans(
  spans: readonly SpanRow[],
  agents: readonly Agent[],
  indexOf: ReadonlyMap<string, number>,
  index: number,
): number[] {
  const parents = new Map(agents.map((agent) => [agent.agentId, agent.parentSpanId]));
  return agentChain(spans, agents, indexOf, index).flatMap((agentId) => {
    const parent = indexOf.get(parents.get(agentId) ?? '');
    return parent === undefined ? [] : [parent];
  });
}
