/**
 * What a GenAI span of a given shape means, told by `understand` itself: it is asked twice about a span of that shape with
 * markers for values, and where a marker comes out again is where that attribute's value belongs. So SQL can lay a million
 * spans of a hundred shapes into columns, and one reading of the conventions stays the truth. A shape whose meaning
 * hangs on more than where values stand gives null: its spans are for the record function.
 */
import type { AttributeBag } from './attribute-bag';
import { newBag } from './attribute-bag';
import { DIALECT_KEY } from './genai-dialect';
import { understand, type Understood } from './genai';
import { toolResultText } from './genai-parts';
import type { SpanSource } from './genai-span';
import { oneMessage } from './indexed-messages';
import type { SpanKind, SpanStatus } from '../model/span';

/**
 * How an attribute's value is written, a letter each: `e` empty text, `t` up to 7 digits in text, `d` 8 to 15 of them, `j` text
 * that may hold JSON, `u` text that is another number or begins with white space, `s` other text, `n` a whole number of 0 or more,
 * `f` another number above 0, `b` true or false, `a` a list, `m` the messages that stood in the keys of attributes, under the key
 * that `foldMessageKeys` gives them, `x` anything else.
 */
export type ValueTag = 'e' | 't' | 'd' | 'j' | 'u' | 's' | 'n' | 'f' | 'b' | 'a' | 'm' | 'x';

export interface SpanShape {
  name: string;
  status: SpanStatus;
  hasStatusMessage: boolean;
  hasParent: boolean;
  /** Observation type of sources that have their own. */
  type: string | null;
  attributes: readonly { key: string; tag: ValueTag; said: string | null }[];
  resource: AttributeBag;
  scope: string | null;
  /** Of sources with fields of their own beside attributes: a span of these, as the record function reads them. */
  sourceOf?: SourceOf;
}

/** What a span whose fields have these values is read as; its ids, times and status are told elsewhere. */
export type SourceOf = (
  fields: Readonly<AttributeBag>,
) => Pick<SpanSource, 'attributes' | 'input' | 'output' | 'stated'>;

/** The field that holds the tags of a span, a JSON list in text, of sources that read fields. */
export const TAGS_FIELD = '.tags';

/** Attributes whose value itself decides what a span is: it is part of the shape. */
export const DECIDING_KEYS = [
  'gen_ai.operation.name',
  'ai.operationId',
  'operation.name',
  'llm.request.type',
  'openinference.span.kind',
  'langfuse.observation.type',
  'traceloop.span.kind',
  'langsmith.span.kind',
  'mlflow.spanType',
  'lmnr.span.type',
  'aws.genai.span_kind',
  'db.system',
  'db.system.name',
  'vector_db.vendor',
  'mcp.method.name',
  'mcp.method',
  'gen_ai.tool.status',
  'langfuse.observation.level',
  'exception.escaped',
] as const;

/** Before the key of an attribute that is not the span's but of the exception it ended with. */
const THROWN = '\u001d';

/** The key of an attribute without what says whose it is. */
export function plainKey(key: string): string {
  return key.startsWith(THROWN) ? key.slice(THROWN.length) : key;
}

const DECIDING: ReadonlySet<string> = new Set(DECIDING_KEYS);

/** Where a text comes from: the attribute at an index (0-based), or always the same. */
export type Origin = { at: number } | { is: string };

export const TEXT_FIELDS = [
  'operation',
  'toolName',
  'toolCallId',
  'agentName',
  'agentVersion',
  'model',
  'provider',
  'statusMessage',
  'errorType',
  'userId',
  'feature',
  'cohort',
  'environment',
] as const;
export const COUNT_FIELDS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
export type CountField = (typeof COUNT_FIELDS)[number];

export interface ShapeMeaning {
  kind: SpanKind;
  status: SpanStatus;
  texts: Partial<Record<TextField, Origin>>;
  counts: Partial<Record<CountField, number>>;
  costAt: number | null;
  /** Tags, as a JSON list. */
  tagsAt: number | null;
  session: Origin | null;
  sessionRank: number | null;
  inputAt: number | null;
  /** The method in front of an address, with a space between, where that is the input. */
  methodAt: number | null;
  outputAt: number | null;
  /** A container whose input or output is a list of messages, which has to be one. */
  listsMessages: boolean;
  /** Instructions beside the input messages of a model call. */
  instructionsAt: number | null;
  /** What stands in the span's text: nothing, what a tool returned, what the model said. */
  text: 'none' | 'result' | 'spoken';
  /** A container whose input may be what the user asked. */
  mayAsk: boolean;
  /** Which attributes are kept as such. */
  kept: boolean[];
}

const INSTRUCTIONS = 'gen_ai.system_instructions';
const INPUT_MESSAGES = 'gen_ai.input.messages';
const MESSAGE_LISTS: ReadonlySet<string> = new Set([INPUT_MESSAGES, 'gen_ai.output.messages']);
const TELLING_OUTPUT: ReadonlySet<string> = new Set(['output.value', 'langfuse.observation.output']);
/** Content under these is read beyond its being there: messages in it become labels, tags or metadata. */
const TELLING =
  /^(metadata|resource|scope|events|llm\.(prompts|choices)|langfuse\.observation\.(usage|cost)_details|\d+|(annotations|evaluations|trace\.annotations|session\.annotations)(\..*)?)$/;
/** Families whose keys are put together to one value. */
const FAMILIES =
  /^(llm\.(input_messages|output_messages|prompts|choices)|gen_ai\.(prompt|completion)|retrieval\.documents|reranker\.output_documents|gen_ai\.tool\.call\.arguments|gen_ai\.retrieval\.documents|tool\.arguments|embedding\.embeddings)\./;
const WHOLE =
  /^(llm\.(input|output)_messages|retrieval\.documents|reranker\.output_documents|embedding\.embeddings|pydantic_ai\.all_messages|all_messages_events|gen_ai\.retrieval\.documents|ai\.response\.(text|toolCalls|object|reasoning)|ai\.prompt|ai\.prompt\.messages|gcp\.vertex\.agent\.llm_(request|response))$/;

/** The value of an attribute in one of the two askings; `turn` is part of every marker. */
function marker(tag: ValueTag, index: number, turn: 1 | 2, key: string): unknown {
  const word = `zq${String(index)}w${String(turn)}`;
  switch (tag) {
    case 'e':
      return '';
    case 't':
      return String(turn * 1_000_000 + index);
    case 'd':
      return String(turn * 10_000_000_000 + index);
    case 's':
      return word;
    case 'u':
      return turn === 1 ? ` ${word}` : `${String(index)}.5`;
    case 'j':
      return `[{"role":"assistant","content":"${word}"}]`;
    case 'n':
      return turn * 3_000_000 + index;
    case 'f':
      return turn * 1000 + index + 0.5;
    case 'b':
      return turn === 1;
    case 'a':
      return turn === 1 ? [word] : [word, `${word}x`];
    case 'm':
      return oneMessage(key, word).json;
    case 'x':
      return turn === 1 ? { [word]: 1 } : -index - 1.25;
  }
}

class Unclear extends Error {}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

class Asking {
  private readonly values: readonly (readonly unknown[])[];
  private readonly found: readonly Understood[];

  constructor(private readonly shape: SpanShape) {
    const turns = [1, 2] as const;
    this.values = turns.map((turn) =>
      shape.attributes.map((one, i) => one.said ?? marker(one.tag, i, turn, one.key)),
    );
    this.found = turns.map((turn, t) => understand(this.source(this.values[t] ?? [], turn)));
  }

  private source(values: readonly unknown[], turn: 1 | 2): SpanSource {
    const { shape } = this;
    const [attributes, thrown] = [newBag(), newBag()];
    for (const [i, one] of shape.attributes.entries())
      if (one.tag === 'm')
        for (const [key, value] of oneMessage(one.key, this.word(i, turn)).attributes)
          attributes[key] = value;
      else if (one.key.startsWith(THROWN)) thrown[plainKey(one.key)] = values[i];
      else if (one.key !== INSTRUCTIONS) attributes[one.key] = values[i];
    return {
      ...(shape.sourceOf?.(attributes) ?? { attributes }),
      spanId: 'zqspan',
      parentSpanId: shape.hasParent ? 'zqparent' : null,
      traceId: 'zqtrace',
      name: shape.name,
      startNs: 1n,
      endNs: 2n,
      status: shape.status,
      statusMessage: shape.hasStatusMessage ? `zqmessage${String(turn)}` : null,
      resource: shape.resource,
      scope: shape.scope,
      events: Object.keys(thrown).length > 0 ? [{ name: 'exception', timeNs: null, attributes: thrown }] : [],
      raw: null,
      type: shape.type,
    };
  }

  /** The same of both askings; throws Unclear where it differs. */
  same<T>(read: (one: Understood) => T): T {
    const [a, b] = this.found.map((one) => read(one));
    if (a !== b) throw new Unclear();
    return a as T;
  }

  /** Where what both askings gave was put in. */
  at(read: (one: Understood) => unknown, write: (value: unknown) => unknown): number | null {
    const [a, b] = this.found.map((one) => read(one) ?? null);
    if (a === null && b === null) return null;
    const index = this.shape.attributes.findIndex(
      (_, i) => write(this.values[0]?.[i]) === a && write(this.values[1]?.[i]) === b,
    );
    if (index < 0) throw new Unclear();
    return index;
  }

  text(read: (one: Understood) => string | null | undefined): Origin | null {
    const [a, b] = this.found.map((one) => read(one) ?? null);
    if (a === b) return a === null || a === undefined ? null : { is: a };
    const at = this.at(read, (value) => (isScalar(value) ? String(value) : null));
    return at === null ? null : { at };
  }

  /** Where the first of two words of the input was put in; null where it is not two words put in apart. */
  method(): number | null {
    const words = this.found.map(({ span }) => /^(zq\d+w\d) (zq\d+w\d)$/.exec(span.input ?? '')?.[1]);
    const index = this.shape.attributes.findIndex(
      ({ tag, said }, i) =>
        tag === 's' && said === null && words.every((word, t) => word === this.values[t]?.[i]),
    );
    return index < 0 ? null : index;
  }

  /** Where what follows the method was put in. */
  address(methodAt: number): number | null {
    return this.at(
      ({ span }) => span.input?.slice(span.input.indexOf(' ') + 1),
      (value) =>
        value === this.values[0]?.[methodAt] || value === this.values[1]?.[methodAt] ? null : asText(value),
    );
  }

  get first(): Understood {
    return this.found[0] as Understood;
  }

  get both(): readonly Understood[] {
    return this.found;
  }

  word(index: number, turn: 1 | 2): string {
    return `zq${String(index)}w${String(turn)}`;
  }
}

const asText = (value: unknown): unknown => (typeof value === 'string' ? value : null);
const asCount = (value: unknown): unknown =>
  typeof value === 'number' && Number.isInteger(value)
    ? value
    : typeof value === 'string' && /^\d+$/.test(value)
      ? Number(value)
      : null;

/** The one message a side of a model call is known by in both askings, or none; throws Unclear for more. */
function checkSide(asking: Asking, side: 'input' | 'output', at: number | null): void {
  for (const [t, { span }] of asking.both.entries()) {
    const messages = span.history?.[side] ?? [];
    if (at === null) {
      if (messages.length > 0) throw new Unclear();
    } else if (messages.length !== 1 || messages[0]?.text !== asking.word(at, t === 0 ? 1 : 2))
      throw new Unclear();
  }
}

/** Where the tags stand, which only a field of their own says for sure; throws Unclear for others. */
function tagsOf(asking: Asking, attributes: SpanShape['attributes']): number | null {
  const at = asking.at(({ span }) => (span.tags?.length === 1 ? span.tags[0] : span.tags), asText);
  if (at !== null && attributes[at]?.key !== TAGS_FIELD) throw new Unclear();
  return at;
}

/** Whether the text of a span is what its output says, as that of a tool is. */
function saysItsOutput({ span }: Understood): boolean {
  return span.output != null && span.text === toolResultText(span.output);
}

/** Attributes that are kept stand in the order in which SQL has them; throws Unclear where they do not. */
function checkOrder(others: AttributeBag, attributes: SpanShape['attributes']): void {
  const kept = attributes.flatMap(({ key }) => (Object.hasOwn(others, key) ? [key] : []));
  const wanted = Object.keys(others).filter((key) => key !== 'resource' && key !== 'scope');
  if (kept.join('\n') !== wanted.join('\n')) throw new Unclear();
}

function read(shape: SpanShape): ShapeMeaning {
  const { attributes } = shape;
  for (const { key, tag, said } of attributes) {
    if (tag === 'm') continue;
    if (DIALECT_KEY.test(key)) throw new Unclear();
    if (TELLING.test(key) || FAMILIES.test(key) || (WHOLE.test(key) && tag !== 'e')) throw new Unclear();
    if (key.startsWith(THROWN) && !plainKey(key).startsWith('exception.')) throw new Unclear();
    if (DECIDING.has(plainKey(key)) && (said === null || !'se'.includes(tag))) throw new Unclear();
    if (said !== null && /^evaluat(e|or)$/i.test(said.trim())) throw new Unclear();
  }
  if (shape.type !== null && /^evaluator$/i.test(shape.type)) throw new Unclear();
  const asking = new Asking(shape);
  if (asking.both.some((one) => one.labels.length > 0 || one.unknownEvents.length > 0)) throw new Unclear();
  const tagsAt = tagsOf(asking, attributes);
  const kind = asking.same(({ span }) => span.kind);
  const texts: ShapeMeaning['texts'] = {};
  for (const field of TEXT_FIELDS) {
    if (field === 'statusMessage' && shape.hasStatusMessage) continue;
    const found = asking.text(({ span }) => span[field]);
    if (found !== null) texts[field] = found;
  }
  if (shape.hasStatusMessage)
    for (const [t, { span }] of asking.both.entries())
      if (span.statusMessage !== `zqmessage${String(t + 1)}`) throw new Unclear();
  const counts: ShapeMeaning['counts'] = {};
  for (const field of COUNT_FIELDS) {
    const at = asking.at(({ span }) => span[field], asCount);
    if (at !== null) counts[field] = at;
  }
  const costAt = asking.at(
    ({ span }) => span.costUsd,
    (value) => (typeof value === 'number' ? value : null),
  );
  const methodAt = kind === 'environment' ? asking.method() : null;
  const inputAt = methodAt === null ? asking.at(({ span }) => span.input, asText) : asking.address(methodAt);
  const outputAt = asking.at(({ span }) => span.output, asText);
  const forms = kind === 'tool' ? 'sjtdu' : kind === 'llm' || kind === 'agent' ? 'sjtdm' : 'sjtd';
  for (const at of [inputAt, outputAt])
    if (at !== null && !forms.includes(attributes[at]?.tag ?? 'x')) throw new Unclear();
  let text: ShapeMeaning['text'] = 'none';
  if (kind === 'llm') {
    checkSide(asking, 'input', inputAt);
    checkSide(asking, 'output', outputAt);
    text = outputAt === null ? 'none' : 'spoken';
  } else if (kind === 'tool') text = outputAt === null ? 'none' : 'result';
  else if (asking.both.some(({ span }) => span.history !== undefined)) throw new Unclear();
  else if (asking.both.some(({ span }) => (span.text ?? null) !== null)) {
    if (shape.sourceOf === undefined || !asking.both.every(saysItsOutput)) throw new Unclear();
    text = 'result';
  }
  // A plain span's output can say that it is a tool's or a model's; of sources that read fields SQL looks for that.
  if (
    shape.sourceOf === undefined &&
    kind === 'chain' &&
    outputAt !== null &&
    attributes[outputAt]?.tag === 'j'
  )
    throw new Unclear();
  if (kind === 'chain' && attributes.some(({ key, tag }) => TELLING_OUTPUT.has(key) && 'ju'.includes(tag)))
    throw new Unclear();
  let listsMessages = false;
  if (kind !== 'llm' && kind !== 'tool')
    for (const at of [inputAt, outputAt])
      if (at !== null && attributes[at]?.tag === 'm') listsMessages = true;
      else if (at !== null && attributes[at]?.tag === 'j' && attributes[at].key.startsWith('gen_ai.')) {
        if (kind !== 'agent' || !MESSAGE_LISTS.has(attributes[at].key)) throw new Unclear();
        listsMessages = true;
      }
  // Whether it is a user who asks in such a list, its shape does not tell.
  const mayAsk =
    listsMessages ||
    asking.both.some((one) => one.question.length > 0) ||
    (shape.sourceOf !== undefined && inputAt !== null && (kind === 'chain' || kind === 'agent'));
  const instructions = attributes.findIndex((one) => one.key === INSTRUCTIONS && one.tag !== 'e');
  const areUsed = kind === 'llm' && inputAt !== null && attributes[inputAt]?.key === INPUT_MESSAGES;
  if (instructions >= 0 && attributes[instructions]?.tag !== 's' && attributes[instructions]?.tag !== 'j')
    throw new Unclear();
  const others = asking.first.span.attributes ?? {};
  if (shape.sourceOf !== undefined) checkOrder(others, attributes);
  return {
    kind,
    status: asking.same(({ span }) => span.status ?? 'unset'),
    texts,
    counts,
    costAt,
    tagsAt,
    session: asking.text((one) => one.session?.sessionId),
    sessionRank: asking.same((one) => one.session?.rank ?? null),
    inputAt,
    methodAt,
    outputAt,
    listsMessages,
    instructionsAt: areUsed && instructions >= 0 ? instructions : null,
    text,
    mayAsk,
    kept: attributes.map((one) => Object.hasOwn(others, one.key)),
  };
}

/** The meaning of all spans of a shape; null where it cannot be told from the shape. */
export function meaningOfShape(shape: SpanShape): ShapeMeaning | null {
  try {
    return read(shape);
  } catch (error) {
    if (error instanceof Unclear) return null;
    throw error;
  }
}
