/**
 * Conversations of a ChatGPT data export (`conversations.json`): each a tree of messages in `mapping`, of which the branch
 * that ends at `current_node` is what the person last saw. Other branches are regenerated answers and edited questions;
 * they are kept and marked as left. Tool messages answer the assistant message before them, which names the tool.
 * https://help.openai.com/en/articles/7260999-how-do-i-export-my-chatgpt-history-and-data
 */
import {
  asArray,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
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

interface Node {
  id: string;
  parent: string | null;
  message: JsonObject | null;
}

function isConversation(record: unknown): boolean {
  const nodes = Object.values(asObject(get(record, 'mapping')) ?? {});
  return (
    nodes.length > 0 &&
    nodes
      .slice(0, 20)
      .every((node) => get(node, 'children') !== undefined && get(node, 'parent') !== undefined)
  );
}

/** What a person thought of an answer: a record of `message_feedback.json`. */
function isFeedback(record: unknown): boolean {
  return (
    asText(get(record, 'conversation_id')) !== null &&
    /^thumbs/i.test(asText(get(record, 'rating')) ?? '') &&
    get(record, 'mapping') === undefined
  );
}

/** Words of a message: its parts, of which images and files are named, or the code or result it holds. */
function wordsOf(message: JsonObject): string {
  const content = get(message, 'content');
  const parts = asArray(get(content, 'parts')).map((part) => {
    if (typeof part === 'string') return part;
    return (
      asText(get(part, 'text')) ??
      `[${(asText(get(part, 'content_type')) ?? 'attachment').replace(/_asset_pointer$/, '')}]`
    );
  });
  return parts.length > 0
    ? parts.join('\n').trim()
    : (asText(get(content, 'text')) ?? asText(get(content, 'result')) ?? '');
}

class ChatGptReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (isFeedback(record)) {
      this.feedback(record, place);
      return;
    }
    const mapping = asObject(get(record, 'mapping'));
    if (!mapping || !isConversation(record)) {
      this.emit.reject(place, 'the record has no "mapping" of messages', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const sessionId =
      asText(get(record, 'conversation_id')) ??
      asText(get(record, 'id')) ??
      `${this.source.shortHash}:${place.line}`;
    const nodes = new Map(
      Object.entries(mapping).map(([id, node]): [string, Node] => [
        id,
        { id, parent: asText(get(node, 'parent')), message: asObject(get(node, 'message')) },
      ]),
    );
    const seen = this.branch(nodes, asText(get(record, 'current_node')));
    for (const node of nodes.values()) {
      if (!node.message) continue;
      const span = this.span(node, node.message, nodes);
      if (!span) continue;
      const line = Math.max(place.line, this.source.lineOf(`/mapping/${node.id}`));
      this.emit.span(
        {
          ...span,
          sessionId,
          feature: asText(get(record, 'gizmo_id')),
          isRewound: seen.size > 0 && !seen.has(node.id),
        },
        { line },
      );
    }
  }

  private feedback(record: unknown, place: Place): void {
    const id = asText(get(record, 'id'));
    const content = parseMaybe(get(record, 'content'));
    const tags = asArray(get(content, 'tags')).filter((tag) => typeof tag === 'string');
    this.emit.label(
      {
        labelId: `feedback:${id ?? `${this.source.shortHash}:${place.line}`}`,
        sessionId: asText(get(record, 'conversation_id')),
        spanId: asText(get(record, 'message_id')) ?? id,
        name: 'rating',
        kind: 'feedback',
        annotatorKind: 'human',
        annotator: asText(get(record, 'user_id')),
        value: /up$/i.test(asText(get(record, 'rating')) ?? '') ? 1 : 0,
        text: tags.length > 0 ? tags.join(', ') : null,
        explanation: asText(get(content, 'text')) ?? null,
      },
      place,
    );
  }

  /** The messages from the last one seen up to the first. */
  private branch(nodes: ReadonlyMap<string, Node>, last: string | null): Set<string> {
    const seen = new Set<string>();
    for (let id = last; id !== null && nodes.has(id) && !seen.has(id); id = nodes.get(id)?.parent ?? null)
      seen.add(id);
    return seen;
  }

  private span(
    { id, parent }: Node,
    message: JsonObject,
    nodes: ReadonlyMap<string, Node>,
  ): SpanInput | null {
    const role = asText(at(message, 'author', 'role')) ?? '';
    const text = wordsOf(message);
    if (
      at(message, 'metadata', 'is_visually_hidden_from_conversation') === true ||
      (text === '' && role !== 'tool')
    ) {
      this.emit.note(`hidden or empty message of role "${role}" counted only`);
      return null;
    }
    const told = { spanId: id, startNs: toNs(get(message, 'create_time')), text, raw: message };
    const recipient = asText(get(message, 'recipient')) ?? 'all';
    if (role === 'user') return { ...told, kind: 'user', origin: 'human', name: 'user message', input: text };
    if (role === 'system' || role === 'developer') return { ...told, kind: 'system', name: 'instructions' };
    if (role === 'tool') {
      const name = asText(at(message, 'author', 'name')) ?? 'tool';
      const call = nodes.get(parent ?? '')?.message;
      const input = call && get(call, 'recipient') === name ? wordsOf(call) : null;
      return {
        ...told,
        kind: 'tool',
        name,
        toolName: name,
        operation: 'execute_tool',
        parentSpanId: parent,
        input,
        output: text,
      };
    }
    if (role !== 'assistant') {
      this.emit.note(`message of role "${role.slice(0, 40)}" counted only`);
      return null;
    }
    return {
      ...told,
      kind: 'llm',
      // What is sent to a tool is no answer that a person reads.
      name: recipient === 'all' ? 'answer' : `call of ${recipient}`,
      text: recipient === 'all' ? text : '',
      output: text,
      model: asText(at(message, 'metadata', 'model_slug')),
      status: get(message, 'status') === 'finished_partial_completion' ? 'interrupted' : 'ok',
    };
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter(isConversation).length;
  const feedback = records.filter(isFeedback).length;
  if (feedback > 0 && feedback === records.length)
    return { confidence: 0.9, reason: `${feedback} thumbs on answers of conversations` };
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.92,
        reason: `${found} of ${records.length} records have a mapping of messages with parent and children`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    '`conversations.json` of a ChatGPT data export, and single conversations of it; `message_feedback.json` beside it.',
  ],
  spans: [
    'A message of the user is a user message, one of the assistant an answer with its model; one that is sent to a tool is a model call without words, and the message of the tool its call.',
  ],
  turns:
    'A session is a conversation. Messages off the branch that `current_node` ends are kept and marked as left by rewinding.',
  pillars: 'By kind.',
  labels:
    'Thumbs become feedback of the user on the answer (1 up, 0 down), with the tags and words beside them.',
  leavesOut: ['Messages without words and those hidden from the conversation are counted by role.'],
};

const format: TraceFormat = {
  id: 'chatgpt-export',
  title: 'ChatGPT export',
  description: 'Conversations out of a ChatGPT data export.',
  documentation: 'https://help.openai.com/en/articles/7260999-how-do-i-export-my-chatgpt-history-and-data',
  guide,
  containers: ['document', 'lines'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new ChatGptReader(emit, source),
};

export default format;
