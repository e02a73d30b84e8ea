/**
 * One trace as a whole: what only shows when its spans are seen together. Tools that are known by the model's calls,
 * wrappers, sub-agents, the session of every span, and the user's words where only the root has them.
 */
import { understand, type Understood } from './genai';
import type { GenAiLabel, GenAiSpan, SpanSource } from './genai-span';
import { byStart, linkCalls } from './genai-calls';
import { dropSums, markSubAgents, treeOf, unwrapCalls, type Node } from './genai-tree';
import { asObject, asText, get, parseMaybe } from './json';

/** What a source says of a whole trace, beside its spans (the trace row of Langfuse). */
export interface TraceFacts {
  sessionId?: string | null;
  userId?: string | null;
  /** What the user asked and what came out in the end, when no span says so. */
  input?: unknown;
  output?: unknown;
  defaults?: Partial<GenAiSpan>;
}

export interface TraceResult {
  /** In the order of the sources given. */
  spans: GenAiSpan[];
  labels: GenAiLabel[];
  unknownEvents: string[];
}

/** Plain spans that bear the name of a tool the model called, with an input that is no conversation, are its runs. */
function findTools(all: readonly Understood[]): void {
  const called = new Set<string>();
  for (const { span } of all) {
    for (const message of [...(span.history?.input ?? []), ...(span.history?.output ?? [])]) {
      for (const call of message.toolCalls ?? []) called.add(call.name);
    }
  }
  if (called.size === 0) return;
  for (const { span } of all) {
    const name = span.name.replace(/^(tool[. ]|execute_tool |running tool: )/, '');
    if (span.kind !== 'chain' || !called.has(name)) continue;
    const input = asObject(parseMaybe(span.input ?? ''));
    if (get(input, 'messages') !== undefined) continue;
    span.kind = 'tool';
    span.toolName = name;
    const output = asObject(parseMaybe(span.output ?? ''));
    span.text = asText(get(output, 'content')) ?? span.output ?? null;
  }
}

/**
 * Every span in the session of the outermost span that names one. A span above those takes the first session below it.
 * Where spans name sessions in ways of different weight, only the weightiest counts.
 */
function shareSession(order: readonly Node[], facts: TraceFacts): void {
  const claims = order.flatMap((node) => node.one.session ?? []);
  const rank = claims.reduce((least, claim) => Math.min(least, claim.rank), Infinity);
  const stated = facts.sessionId ?? null;
  const byNode = new Map<Node, string>();
  const earliest =
    order
      .filter((node) => node.one.session?.rank === rank)
      .map((node) => node.one)
      .sort(byStart)[0]?.session?.sessionId ?? null;
  for (const node of order) {
    const own = node.one.session?.rank === rank ? node.one.session.sessionId : null;
    const session = stated ?? (node.parent ? byNode.get(node.parent) : undefined) ?? own;
    if (session !== null) byNode.set(node, session);
    const given = session ?? earliest;
    if (given !== null && node.one.span.sessionId == null) node.one.span.sessionId = given;
  }
}

/**
 * A system prompt that an integration passed on as the user's: it stands in front of the words that the run itself was
 * started with, and those do not contain it.
 */
function relabelPrompt(order: readonly Node[]): void {
  const asked = new Set(
    order.flatMap((node) => (node.depth === 0 ? node.one.question.map((message) => message.text) : [])),
  );
  if (asked.size === 0) return;
  for (const node of order) {
    const [first, second] = node.one.span.history?.input ?? [];
    if (first?.role !== 'user' || second?.role !== 'user') continue;
    if (asked.has(second.text) && !asked.has(first.text) && first.origin === undefined) first.role = 'system';
  }
}

/** Gives the root what the user said when no model call of the main agent has a user's message. */
function speakAtRoot(order: readonly Node[], facts: Understood | null): void {
  const heard = order.some(
    ({ one: { span } }) =>
      span.kind === 'llm' && span.agentId == null && span.history?.input.some((m) => m.role === 'user'),
  );
  if (heard) return;
  const containers = order.filter(
    ({ one }) => (one.span.kind === 'agent' || one.span.kind === 'chain') && one.span.agentId == null,
  );
  const ranked = [...containers].sort((a, b) => a.depth - b.depth || byStart(a.one, b.one));
  const asked = ranked.find(({ one }) => one.question.length > 0);
  const host = asked ?? (facts && facts.question.length > 0 ? ranked[0] : undefined);
  if (!host) return;
  const source = asked ? asked.one : (facts ?? host.one);
  const answer = host.one.answer.text === null && facts ? facts.answer : host.one.answer;
  host.one.span.history = { input: source.question, output: answer.messages };
  host.one.span.text = answer.text;
}

/** Calls whose end stands in a span below them (traces of Claude Code): the run that failed, or the person who refused. */
function endCalls(order: readonly Node[]): void {
  for (const { one, parent } of order) {
    const call = parent?.one.span;
    if (call?.kind !== 'tool') continue;
    const said = one.span.attributes ?? {};
    if (
      said['span.type'] === 'tool.execution' &&
      (said['success'] === false || said['success'] === 'false')
    ) {
      call.status = 'error';
      call.statusMessage ??= one.span.statusMessage ?? null;
    } else if (said['span.type'] === 'tool.blocked_on_user' && said['decision'] === 'reject')
      call.status = 'rejected';
  }
}

function applyDefaults(order: readonly Node[], facts: TraceFacts): void {
  const { defaults = {}, userId } = facts;
  for (const node of order) {
    const span = node.one.span;
    if (userId != null) span.userId ??= userId;
    // A release of the whole trace says more than the version of one of its services.
    if (defaults.agentVersion != null) span.agentVersion = defaults.agentVersion;
    for (const [key, value] of Object.entries(defaults)) {
      const target = span as unknown as Record<string, unknown>;
      if (value != null && target[key] == null) target[key] = value;
    }
  }
}

/** Understands the spans of one trace together. */
export function understandTrace(sources: readonly SpanSource[], facts: TraceFacts = {}): TraceResult {
  const all = sources.map(understand);
  findTools(all);
  const order = treeOf(all);
  unwrapCalls(order);
  linkCalls(all);
  endCalls(order);
  relabelPrompt(order);
  dropSums(order);
  markSubAgents(order);
  shareSession(order, facts);
  applyDefaults(order, facts);
  speakAtRoot(order, factsAsSpan(facts));
  const sessionOf = new Map(order.map((node) => [node.one.span.spanId, node.one.span.sessionId ?? null]));
  const first = order[0]?.one.span.sessionId ?? null;
  return {
    spans: all.map((one) => one.span),
    labels: all.flatMap((one) =>
      one.labels.map((label) => ({ ...label, sessionId: sessionOf.get(label.spanId ?? '') ?? first })),
    ),
    unknownEvents: all.flatMap((one) => one.unknownEvents),
  };
}

/** The trace's own input and output, read as those of a container. */
function factsAsSpan(facts: TraceFacts): Understood | null {
  if (facts.input === undefined && facts.output === undefined) return null;
  return understand({
    spanId: '',
    parentSpanId: null,
    traceId: null,
    name: '',
    startNs: null,
    endNs: null,
    status: 'unset',
    statusMessage: null,
    attributes: {},
    resource: {},
    scope: null,
    events: [],
    raw: null,
    type: 'CHAIN',
    input: facts.input,
    output: facts.output,
  });
}
