/**
 * Who and what a span belongs to: session, user, feature, cohort, version of the agent, tags. Metadata that SDKs
 * attach under prefixes of their own, or as JSON text, is looked through too.
 */
import { bagOf, listOf, mapOf, newBag, textOf, type AttributeBag } from './attribute-bag';
import { get, isObject, parseMaybe } from './json';
import { NameLists } from './name-lists';

const METADATA_PREFIXES = [
  '',
  'metadata.',
  'ai.telemetry.metadata.',
  'ai.settings.context.',
  'traceloop.association.properties.',
  'langfuse.trace.metadata.',
  'langfuse.observation.metadata.',
  'langsmith.metadata.',
  'app.',
  'attributes.',
];

/** Names under every prefix. */
function everywhere(names: readonly string[]): readonly string[] {
  return METADATA_PREFIXES.flatMap((prefix) => names.map((name) => prefix + name));
}

/**
 * Attributes that name a session, the most telling first. The rank decides within a trace: where some span has a
 * conversation id, a `session.id` (which may be a browser's or a runtime's) no longer counts.
 */
const SESSIONS = new NameLists({
  conversation: everywhere(['gen_ai.conversation.id']),
  session: everywhere([
    'langfuse.session.id',
    'langfuse.trace.session_id',
    'session.id',
    'session_id',
    'sessionId',
  ]),
  framework: everywhere([
    'gcp.vertex.agent.session_id',
    'mlflow.trace.session',
    'lmnr.association.properties.session_id',
  ]),
  thread: everywhere([
    'gen_ai.thread.id',
    'thread_id',
    'thread.id',
    'threadId',
    'conversation.id',
    'conversation_id',
    'conversationId',
    'chat_id',
    'chatId',
  ]),
});
const RANKS = ['conversation', 'session', 'framework', 'thread'] as const;

export interface SessionClaim {
  /** 0 is the most telling. */
  rank: number;
  sessionId: string;
}

/** Metadata kept as one JSON attribute, laid open beside the other attributes. */
export function withMetadata(bag: AttributeBag): AttributeBag {
  const parsed = parseMaybe(bag['metadata']);
  if (!isObject(parsed)) return bag;
  const out = newBag();
  for (const [key, value] of Object.entries(bagOf(parsed))) out[`metadata.${key}`] = value;
  for (const key of Object.keys(bag)) out[key] = bag[key];
  return out;
}

/** A `thread.id` beside `thread.name` is an operating system thread, unless it looks like an id. */
function isThread(bag: AttributeBag, value: string): boolean {
  return /^\d{1,7}$/.test(value) && (bag['thread.name'] !== undefined || bag['thread.id'] !== undefined);
}

/** The session a span claims to belong to; null when it names none. */
export function readSession(bag: AttributeBag): SessionClaim | null {
  const found = SESSIONS.in(bag);
  for (const [rank, list] of RANKS.entries()) {
    const sessionId = found.text(list);
    if (sessionId !== null && !isThread(bag, sessionId)) return { rank, sessionId };
  }
  return null;
}

function tagged(tags: readonly string[], name: string): string | null {
  const tag = tags.find((one) => one.toLowerCase().startsWith(`${name}:`));
  return tag === undefined ? null : tag.slice(name.length + 1).trim() || null;
}

export interface Context {
  userId: string | null;
  feature: string | null;
  cohort: string | null;
  agentVersion: string | null;
  environment: string | null;
  tags: string[];
}

const CONTEXT = new NameLists({
  userId: everywhere([
    'langfuse.user.id',
    'langfuse.trace.user_id',
    'enduser.id',
    'user.id',
    'user_id',
    'userId',
  ]),
  feature: everywhere(['feature', 'feature.name', 'feature_name', 'featureName']),
  cohort: everywhere(['cohort', 'user.cohort', 'user_cohort', 'experiment.cohort']),
});
/** Names of attributes that tell of a session or of who a span belongs to. */
export const CONTEXT_NAMES: readonly string[] = [...SESSIONS.names, ...CONTEXT.names];

const TAG_KEYS = [
  'tag.tags',
  'langfuse.trace.tags',
  'tags',
  'metadata.tags',
  'traceloop.association.properties.tags',
];

/** What a span's attributes, then its resource's, say of user, feature, cohort, version and environment. */
export function readContext(bag: AttributeBag, resource: AttributeBag): Context {
  const tags = [...new Set(TAG_KEYS.flatMap((key) => listOf(bag[key])))];
  const own = CONTEXT.in(bag);
  const around = CONTEXT.in(resource);
  return {
    userId: own.text('userId'),
    feature: own.text('feature') ?? around.text('feature') ?? tagged(tags, 'feature'),
    cohort: own.text('cohort') ?? around.text('cohort') ?? tagged(tags, 'cohort'),
    agentVersion:
      textOf(bag, ['gen_ai.agent.version', 'agent.version', 'langfuse.release', 'langfuse.version']) ??
      textOf(resource, ['gen_ai.agent.version', 'service.version']) ??
      textOf(bag, ['service.version']),
    environment:
      textOf(bag, ['langfuse.environment', 'deployment.environment.name', 'deployment.environment']) ??
      textOf(resource, ['deployment.environment.name', 'deployment.environment', 'langfuse.environment']),
    tags,
  };
}

/** Attributes of a nested metadata object or map (Langfuse) beside the span's own. */
export function metadataOf(value: unknown): {
  metadata: AttributeBag;
  attributes: AttributeBag;
  resource: AttributeBag;
  scope: string | null;
} {
  const parsed = mapOf(value);
  const scope = get(parseMaybe(parsed['scope']), 'name');
  const attributes = bagOf(parseMaybe(parsed['attributes']));
  const resource = bagOf(parseMaybe(parsed['resourceAttributes']));
  const metadata = newBag();
  for (const key of Object.keys(parsed))
    if (!['attributes', 'resourceAttributes', 'scope'].includes(key)) metadata[key] = parsed[key];
  return { metadata, attributes, resource, scope: typeof scope === 'string' ? scope : null };
}
