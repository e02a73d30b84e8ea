/**
 * OpenAssistant conversations (OASST1, OASST2): messages that form trees, a message a row with its parent, or a tree a line with
 * replies inside. People asked, people (or models) answered, and people ranked the answers. The best-ranked replies are the
 * live branch; the others are kept and marked as left. https://huggingface.co/datasets/OpenAssistant/oasst1
 */
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
  TraceFormat,
} from '../format';

interface Node {
  message: unknown;
  place: Place;
  children: Node[];
}

function isMessage(value: unknown): boolean {
  const role = asText(get(value, 'role'));
  return asText(get(value, 'message_id')) !== null && (role === 'prompter' || role === 'assistant');
}

function isTree(value: unknown): boolean {
  return isMessage(get(value, 'prompt')) && asText(get(value, 'message_tree_id')) !== null;
}

/** Replies by their rank, the best first; those that were not ranked keep their order behind it. */
function ranked(nodes: readonly Node[]): Node[] {
  const rank = ({ message }: Node): number => asNumber(get(message, 'rank')) ?? Number.MAX_SAFE_INTEGER;
  return nodes.toSorted((a, b) => rank(a) - rank(b));
}

class OasstReader implements FormatReader {
  private readonly nodes = new Map<string, Node>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (isTree(record)) this.collect(get(record, 'prompt'), place, 0);
    else if (isMessage(record)) this.add(record, place);
    else
      this.emit.reject(place, 'neither a message nor a tree of messages', toJsonText(record)?.slice(0, 1000));
  }

  private add(message: unknown, place: Place): Node {
    const node: Node = { message, place, children: [] };
    this.nodes.set(asText(get(message, 'message_id')) ?? '', node);
    return node;
  }

  private collect(message: unknown, place: Place, depth: number): Node {
    const node = this.add(message, place);
    // Deeper trees than any parsed record can hold do not come here.
    for (const reply of asArray(get(message, 'replies')))
      if (isMessage(reply) && depth < 200) node.children.push(this.collect(reply, place, depth + 1));
    return node;
  }

  end(): void {
    const inside = new Set([...this.nodes.values()].flatMap(({ children }) => children));
    const roots: Node[] = [];
    for (const node of this.nodes.values()) {
      if (inside.has(node)) continue;
      const parent = this.nodes.get(asText(get(node.message, 'parent_id')) ?? '');
      if (parent && parent !== node) parent.children.push(node);
      else roots.push(node);
    }
    for (const root of roots) this.tell(root);
  }

  /** A tree in the order of reading: the live branch first, then what was ranked below. */
  private tell(root: Node): void {
    const sessionId =
      asText(get(root.message, 'message_tree_id')) ??
      asText(get(root.message, 'message_id')) ??
      this.source.shortHash;
    const open: { node: Node; parent: string | null; isRewound: boolean }[] = [
      { node: root, parent: null, isRewound: false },
    ];
    for (let next = open.pop(); next; next = open.pop()) {
      this.message(next.node, next.parent, sessionId, next.isRewound);
      const id = asText(get(next.node.message, 'message_id'));
      const { isRewound } = next;
      const replies = ranked(next.node.children).map((node, i) => ({
        node,
        parent: id,
        isRewound: isRewound || i > 0,
      }));
      open.push(...replies.toReversed());
    }
  }

  private message(
    { message, place }: Node,
    parent: string | null,
    sessionId: string,
    isRewound: boolean,
  ): void {
    const spanId = asText(get(message, 'message_id')) ?? '';
    const text = asText(get(message, 'text')) ?? '';
    const isUser = get(message, 'role') === 'prompter';
    this.emit.span(
      {
        spanId,
        parentSpanId: parent,
        sessionId,
        kind: isUser ? 'user' : 'llm',
        ...(isUser
          ? { origin: get(message, 'synthetic') === true ? 'simulated' : 'human', input: text }
          : { output: text, status: 'ok' }),
        name: isUser ? 'user message' : 'answer',
        text,
        model: isUser ? null : asText(get(message, 'model_name')),
        startNs: toNs(get(message, 'created_date')),
        isRewound,
        userId: isUser ? asText(get(message, 'user_id')) : null,
        cohort: asText(get(message, 'lang')),
        raw: { ...(message as object), replies: undefined },
      },
      place,
    );
    this.labels(message, spanId, sessionId, place);
  }

  /** What people thought of a message: its rank among its siblings, and the means of what they marked. */
  private labels(message: unknown, spanId: string, sessionId: string, place: Place): void {
    const rank = asNumber(get(message, 'rank'));
    const marks = parseMaybe(get(message, 'labels'));
    const names = asArray(get(marks, 'name'));
    const values = asArray(get(marks, 'value'));
    const means =
      names.length > 0
        ? names.map((name, i) => [asText(name) ?? '', asNumber(values[i])] as const)
        : Object.entries((marks ?? {}) as Record<string, unknown>).map(
            ([name, mark]) => [name, asNumber(get(mark, 'value'))] as const,
          );
    for (const [name, value] of [['rank', rank] as const, ...means])
      if (value !== null && name !== '')
        this.emit.label(
          {
            labelId: `${spanId}:${name}`,
            sessionId,
            spanId,
            name,
            kind: name === 'rank' ? 'feedback' : 'score',
            annotatorKind: 'human',
            value,
          },
          place,
        );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => isMessage(record) || isTree(record)).length;
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.95,
        reason: `${found} of ${records.length} records are messages of a prompter or an assistant`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Messages a row (`message_id`, `parent_id`, `role` prompter or assistant), in any order, and trees a line.',
  ],
  spans: ['A prompter’s message is a user message, an assistant’s a model call.'],
  turns:
    'A session is a tree. Of several replies the best-ranked goes on with the conversation; the others, with what follows them, are kept and marked as left.',
  pillars: 'By kind.',
  labels:
    'The rank of a reply among its siblings (0 is best) becomes feedback of people, the means of what they marked (quality, toxicity, …) scores.',
  leavesOut: ['Emoji and counts of reviews stay in the raw record.'],
};

const oasst: TraceFormat = {
  id: 'oasst',
  title: 'OpenAssistant conversations',
  description: 'Trees of messages written and ranked by people (OASST1, OASST2).',
  documentation: 'https://huggingface.co/datasets/OpenAssistant/oasst1',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  // A message of its own may answer one that stands anywhere before it.
  canContinue: (head) => head.every(isTree),
  recalls: true,
  sniff,
  read: (emit, source) => new OasstReader(emit, source),
};

export default oasst;
