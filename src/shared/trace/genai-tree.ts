/**
 * The spans of one trace as a tree: which agent each span works for, which agents are sub-agents, which model calls
 * are wrappers of another. Parents that never appear leave their spans as roots of their own.
 */
import type { GenAiMessage } from './genai-message';
import type { Understood } from './genai';
import type { GenAiSpan } from './genai-span';
import { asText, isObject, parseMaybe } from './json';

export interface Node {
  one: Understood;
  parent: Node | null;
  children: Node[];
  /** Nearest agent above, the span itself not counted. */
  agent: Node | null;
  depth: number;
}

/** Spans as nodes, parents before their children; cycles are cut where they close. */
export function treeOf(spans: readonly Understood[]): Node[] {
  const byId = new Map<string, Node>();
  const nodes = spans.map((one): Node => ({ one, parent: null, children: [], agent: null, depth: 0 }));
  for (const node of nodes) if (!byId.has(node.one.span.spanId)) byId.set(node.one.span.spanId, node);
  const roots: Node[] = [];
  for (const node of nodes) {
    const parent = byId.get(node.one.span.parentSpanId ?? '');
    if (parent && parent !== node) {
      node.parent = parent;
      parent.children.push(node);
    } else roots.push(node);
  }
  const order: Node[] = [];
  const seen = new Set<Node>();
  const visit = (start: Node): void => {
    const queue = [start];
    seen.add(start);
    for (let node = queue.pop(); node; node = queue.pop()) {
      order.push(node);
      for (const child of node.children) {
        if (seen.has(child)) continue;
        seen.add(child);
        child.depth = node.depth + 1;
        child.agent = node.one.span.kind === 'agent' ? node : node.agent;
        queue.push(child);
      }
    }
  };
  for (const root of roots) visit(root);
  for (const node of nodes) {
    if (seen.has(node)) continue;
    if (node.parent) node.parent.children = node.parent.children.filter((child) => child !== node);
    node.parent = null;
    visit(node);
  }
  return order;
}

/** Pairs of agents and tools compared by time; a trace beyond it keeps to what its parents say. */
const MAX_PAIRS = 2_000_000;

const TRANSPARENT = new Set(['chain', 'llm', 'environment', 'event', 'guardrail']);

/** False only where the times show that one runs outside the other. */
function isWithin(inner: GenAiSpan, outer: GenAiSpan): boolean {
  if (inner.startNs != null && outer.startNs != null && inner.startNs < outer.startNs) return false;
  return inner.startNs == null || outer.endNs == null || inner.startNs <= outer.endNs;
}

/** The model calls right below a node, with nothing but containers in between. */
function callsBelow(node: Node): Node[] {
  const found: Node[] = [];
  const stack = [...node.children];
  for (let child = stack.pop(); child; child = stack.pop()) {
    if (child.one.span.kind === 'llm') {
      if (isWithin(child.one.span, node.one.span)) found.push(child);
    } else if (TRANSPARENT.has(child.one.span.kind)) for (const below of child.children) stack.push(below);
  }
  return found;
}

function isSilent(node: Node): boolean {
  const history = node.one.span.history;
  return !history || (history.input.length === 0 && history.output.length === 0);
}

/**
 * One call that two instrumentations recorded (an SDK's `ai.generateText` around `doGenerate`, a framework's LLM span
 * around the provider's) stays one model call: the inner one. It takes over the messages when only the wrapper had them.
 */
export function unwrapCalls(order: readonly Node[]): void {
  for (const node of order) {
    if (node.one.span.kind !== 'llm') continue;
    const inner = callsBelow(node);
    const first = inner[0];
    if (!first) continue;
    const outer = node.one.span;
    if (inner.length === 1 && isSilent(first) && outer.history) {
      const { text = null, input = null, output = null, history } = outer;
      Object.assign(first.one.span, {
        text,
        input: first.one.span.input ?? input,
        output: first.one.span.output ?? output,
        history,
      });
    }
    node.one.question = outer.history?.input.filter((message) => message.role !== 'system') ?? [];
    node.one.answer = { text: outer.text ?? null, messages: outer.history?.output ?? [] };
    outer.kind = 'chain';
    outer.text = null;
    delete outer.history;
  }
}

/** Sums on containers are dropped where the model calls below them carry the same tokens. */
export function dropSums(order: readonly Node[]): void {
  const counted = new Set<Node>();
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (!node) continue;
    const span = node.one.span;
    const isCall = span.kind === 'llm' || span.kind === 'embedding';
    const below = node.children.some((child) => counted.has(child));
    if (!isCall && below) {
      span.inputTokens =
        span.outputTokens =
        span.cacheReadTokens =
        span.cacheWriteTokens =
        span.reasoningTokens =
        span.costUsd =
          null;
    }
    if (below || (isCall && (span.inputTokens != null || span.outputTokens != null))) counted.add(node);
  }
}

function toolBetween(node: Node, above: Node | null): boolean {
  for (let up = node.parent; up && up !== above; up = up.parent) if (up.one.span.kind === 'tool') return true;
  return false;
}

function stringsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value.trim()];
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => stringsIn(item, depth + 1));
  return isObject(value) ? Object.values(value).flatMap((item) => stringsIn(item, depth + 1)) : [];
}

function firstPrompt(node: Node): string | null {
  const asked = (messages: readonly GenAiMessage[] | undefined): string | null =>
    messages?.find((message) => message.role === 'user')?.text ?? null;
  const own = asked(node.one.question);
  if (own !== null) return own;
  const stack = [...node.children];
  let earliest: Node | null = null;
  for (let child = stack.pop(); child; child = stack.pop()) {
    if (child.one.span.kind === 'agent') continue;
    const start = child.one.span.startNs ?? null;
    if (
      child.one.span.kind === 'llm' &&
      (earliest === null || (start !== null && start < (earliest.one.span.startNs ?? start + 1n)))
    )
      earliest = child;
    for (const below of child.children) stack.push(below);
  }
  return asked(earliest?.one.span.history?.input);
}

/** An agent started by a tool whose span is not above it: it runs within the tool's time, on a prompt from its arguments. */
function startingTool(agent: Node, tools: readonly Node[]): Node | null {
  const { startNs, endNs } = agent.one.span;
  if (startNs == null || endNs == null) return null;
  const within = tools.filter((tool) => {
    const span = tool.one.span;
    return (
      span.startNs != null &&
      span.endNs != null &&
      span.startNs <= startNs &&
      endNs <= span.endNs &&
      tool.parent !== agent &&
      tool.agent !== agent
    );
  });
  if (within.length === 0 || within.length > 100) return null;
  const prompt = firstPrompt(agent);
  if (prompt === null || prompt === '') return null;
  return within.find((tool) => stringsIn(parseMaybe(tool.one.span.input)).includes(prompt)) ?? null;
}

/** The nearest tool above, where no agent stands between. */
function toolAbove(node: Node): Node | null {
  for (let up = node.parent; up && up.one.span.kind !== 'agent'; up = up.parent)
    if (up.one.span.kind === 'tool') return up;
  return null;
}

/**
 * Tools below which a model is called by nobody that has a span: each is a sub-agent's work. Empty where no model is called
 * outside of tools, since then the tool is the agent.
 */
function workingTools(order: readonly Node[]): ReadonlySet<Node> {
  const calls = order.filter((node) => node.one.span.kind === 'llm');
  if (!calls.some((node) => !toolBetween(node, null))) return new Set();
  return new Set(calls.flatMap((node) => toolAbove(node) ?? []));
}

/**
 * Marks sub-agents. An agent below another is a sub-agent when a tool stands between them, or when the outer agent
 * talks to a model itself; an agent that only wraps others is a workflow, and peers that hand over to each other stand
 * side by side. The same agent seen by two instrumentations stays one. What calls a model below a tool is a
 * sub-agent's also where no agent has a span.
 */
export function markSubAgents(order: readonly Node[]): void {
  const talks = new Set<Node>();
  for (const node of order) if (node.one.span.kind === 'llm' && node.agent) talks.add(node.agent);
  const agents = order.reduce((count, node) => count + (node.one.span.kind === 'agent' ? 1 : 0), 0);
  const called = order.filter((node) => node.one.span.kind === 'tool' && node.agent);
  const tools = agents * called.length > MAX_PAIRS ? [] : called;
  const working = workingTools(order);
  const isMainTalking = order.some((node) => node.one.span.kind === 'llm' && !toolBetween(node, null));
  const agentIdOf = new Map<Node, string | null>();
  for (const node of order) {
    const outer = node.agent;
    const inherited = outer ? (agentIdOf.get(outer) ?? null) : null;
    const span = node.one.span;
    const tool = toolAbove(node);
    if (tool && working.has(tool)) span.agentId = tool.one.span.spanId;
    else if (inherited !== null) span.agentId = inherited;
    if (working.has(node)) span.spawnsAgentId = span.spanId;
    if (outer && span.agentName == null) span.agentName = outer.one.span.agentName ?? null;
    if (span.kind !== 'agent') continue;
    let own = inherited;
    if (outer ? isSubAgent(node, outer, talks) : isMainTalking && toolBetween(node, null)) own = span.spanId;
    else if (inherited === null && span.operation !== 'create_agent' && tools.length > 0) {
      const starting = startingTool(node, tools);
      if (starting?.agent) {
        own = span.spanId;
        span.agentId = agentIdOf.get(starting.agent) ?? null;
      }
    }
    if (own === span.spanId) span.spawnsAgentId = span.spanId;
    agentIdOf.set(node, own);
  }
}

function isSubAgent(node: Node, outer: Node, talks: ReadonlySet<Node>): boolean {
  if (node.one.span.operation === 'create_agent') return false;
  if (toolBetween(node, outer)) return true;
  const name = asText(node.one.span.agentName);
  if (name !== null && name === outer.one.span.agentName) return false;
  const works = node.children.length > 0 || node.one.span.operation === 'invoke_agent';
  return works && talks.has(outer);
}
