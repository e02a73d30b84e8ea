/**
 * Corpora of real conversations: WildChat, LMSYS-Chat-1M and Chatbot Arena, as Parquet with lists of structs, JSON or
 * JSON lines. A row is a conversation; of an arena's row, two, and the vote is a label of both. Owns the rows; messages
 * are read as everywhere. Must not take what a moderation model flagged for a failure of the agent.
 * https://huggingface.co/datasets/allenai/WildChat-1M
 */
import { chatSession } from '../../../shared/trace/chat-session';
import { MORE_OF_A_MESSAGE } from '../../../shared/trace/chat-spans';
import {
  asArray,
  asNumber,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { either, excerptOf } from '../../../shared/trace/otel-value';
import { printedStructs } from '../../../shared/trace/printed-structs';
import { toNs } from '../../../shared/trace/time';
import type {
  ChatRows,
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

const SIDES = ['a', 'b'] as const;
const VOTES: Readonly<Record<string, readonly [number, number]>> = {
  model_a: [1, 0],
  model_b: [0, 1],
  tie: [0.5, 0.5],
  'tie (bothbad)': [0, 0],
};

/** Columns that are kept with each message. */
const ATTRIBUTES = [
  'language',
  'turn',
  'toxic',
  'redacted',
  'state',
  'country',
  'judge',
  'category',
  'anony',
] as const;

/** A list, of itself, as JSON text or as a table prints it. */
function listOf(value: unknown): readonly unknown[] {
  const read = parseMaybe(value);
  return typeof read === 'string' ? (printedStructs(read) ?? []) : asArray(read);
}

function messagesOf(value: unknown): readonly unknown[] {
  return listOf(value).map((message) => parseMaybe(message));
}

/** True, or as a table prints it. */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function idOf(record: unknown): string | null {
  const value = either(record, 'conversation_hash', 'conversation_id', 'question_id');
  return asText(value) ?? (typeof value === 'number' ? String(value) : null);
}

class CorpusReader implements FormatReader {
  #ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    this.#ordinal = this.source.ordinalOf?.(place.line) ?? this.#ordinal + 1;
    const id = idOf(record) ?? `${this.source.shortHash}:${this.#ordinal}`;
    if (!isObject(record)) this.emit.reject(place, 'a conversation must be an object', excerptOf(record));
    else if (messagesOf(get(record, 'conversation')).length > 0)
      this.#conversation(
        record,
        get(record, 'conversation'),
        '/conversation',
        id,
        asText(get(record, 'model')),
        place,
      );
    else if (SIDES.some((side) => messagesOf(get(record, `conversation_${side}`)).length > 0))
      this.#battle(record, id, place);
    else this.emit.reject(place, 'the row has no conversation', excerptOf(record));
  }

  #conversation(
    record: JsonObject,
    list: unknown,
    path: string,
    sessionId: string,
    model: string | null,
    place: Place,
  ): void {
    const startNs = toNs(either(record, 'tstamp', 'timestamp'));
    const messages = messagesOf(list);
    const attributes = Object.fromEntries(
      ATTRIBUTES.flatMap((key) => {
        const value = get(record, key);
        return value === undefined || value === null ? [] : [[key, value]];
      }),
    );
    const user = either(record, 'hashed_ip', 'judge') ?? either(messages[0], 'hashed_ip');
    const read = chatSession(messages, { sessionId, model, userId: asText(user), attributes }, 'human');
    const lineOf = (index: number): Place => ({
      line: Math.max(place.line, this.source.lineOf(`${path}/${index}`)),
    });
    for (const [i, { span, index }] of read.spans.entries())
      this.emit.span({ ...span, startNs: span.startNs ?? (i === 0 ? startNs : null) }, lineOf(index));
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject(lineOf(index), reason);
    this.#moderation(record, messages, sessionId, lineOf);
  }

  /** What a moderation model flagged, message by message; what it did not flag is no label. */
  #moderation(
    record: JsonObject,
    messages: readonly unknown[],
    sessionId: string,
    lineOf: (index: number) => Place,
  ): void {
    for (const [index, verdict] of listOf(get(record, 'openai_moderation')).entries()) {
      if (!isTrue(get(verdict, 'flagged')) || index >= messages.length) continue;
      const categories = Object.entries(
        isObject(get(verdict, 'categories')) ? (get(verdict, 'categories') as JsonObject) : {},
      )
        .filter(([, flagged]) => isTrue(flagged))
        .map(([name]) => name.replaceAll('_', '/'));
      this.emit.label(
        {
          labelId: `${sessionId}:moderation:${index}`,
          sessionId,
          spanId: `m${index}`,
          name: 'moderation',
          kind: 'score',
          annotatorKind: 'llm',
          annotator: 'openai_moderation',
          value: 1,
          text: [...new Set(categories)].join(', ') || 'flagged',
        },
        lineOf(index),
      );
    }
  }

  #battle(record: JsonObject, id: string, place: Place): void {
    const winner = asText(get(record, 'winner'));
    for (const [i, side] of SIDES.entries()) {
      const sessionId = `${id}:${side}`;
      const path = `conversation_${side}`;
      this.#conversation(
        record,
        get(record, path),
        `/${path}`,
        sessionId,
        asText(get(record, `model_${side}`)),
        place,
      );
      if (winner === null) continue;
      const vote = Object.hasOwn(VOTES, winner) ? (VOTES[winner]?.[i] ?? null) : null;
      this.emit.label(
        {
          labelId: `${sessionId}:winner`,
          sessionId,
          name: 'winner',
          kind: 'feedback',
          annotatorKind: 'human',
          annotator: asText(get(record, 'judge')) ?? toJsonText(asNumber(get(record, 'judge'))),
          value: vote,
          text: winner,
        },
        place,
      );
    }
  }
}

/** Whether a value is a list of messages with role and content. */
function areMessages(value: unknown): boolean {
  const [first] = messagesOf(value);
  return asText(get(first, 'role')) !== null && get(first, 'content') !== undefined;
}

function sniff(sample: Sample): Sniffed | null {
  const rows = sample.records.slice(0, 10);
  const battle = rows.find(
    (row) => areMessages(get(row, 'conversation_a')) && areMessages(get(row, 'conversation_b')),
  );
  if (battle !== undefined)
    return { confidence: 0.96, reason: 'rows have conversation_a, conversation_b and a winner' };
  const one = rows.find((row) => areMessages(get(row, 'conversation')));
  if (one === undefined) return null;
  const marked = ['openai_moderation', 'conversation_hash', 'conversation_id', 'redacted'].filter(
    (key) => get(one, key) !== undefined,
  );
  return {
    confidence: marked.length > 0 ? 0.95 : 0.75,
    reason: `rows have a conversation of messages${marked[0] === undefined ? '' : ` and ${marked[0]}`}`,
  };
}

const guide: FormatGuide = {
  reads: [
    'WildChat (`conversation_hash`, also the older `conversation_id`) and LMSYS-Chat-1M (`conversation_id`).',
    'Chatbot Arena conversations (`conversation_a`, `conversation_b`, `winner`).',
    'Parquet with `LIST<STRUCT>` columns, JSON, JSON lines and CSV with the list as JSON text, or as DuckDB or Python prints it.',
  ],
  spans: ['Each message of a user is a user message, each of the assistant a model call.'],
  turns:
    'A row is a session; of an arena’s row each side is one. Each message of the user opens a turn: people wrote them.',
  pillars: 'By kind.',
  labels:
    'The vote of an arena becomes feedback of a person on both sides (1 won, 0 lost or both bad, 0.5 a tie). Messages that the moderation flagged carry a label of kind `score`.',
  leavesOut: ['Scores of the moderation below its threshold and request headers stay in the file.'],
};

/** Columns beside the moderation, of whose items the scores are not read. */
const COLUMNS = [
  'conversation_hash',
  'conversation_id',
  'question_id',
  'conversation',
  'model',
  ...SIDES.flatMap((side) => [`conversation_${side}`, `model_${side}`]),
  'winner',
  'tstamp',
  'timestamp',
  'hashed_ip',
  ...ATTRIBUTES,
];

const IDS = ['conversation_hash', 'conversation_id', 'question_id'] as const;
const TIMES = ['tstamp', 'timestamp'] as const;
const USERS = ['hashed_ip', 'judge'] as const;

const chats: ChatRows = {
  lists: [
    [{ column: 'conversation', model: 'model', suffix: '' }],
    SIDES.map((side) => ({
      column: `conversation_${side}`,
      model: `model_${side}`,
      suffix: `:${side}`,
    })),
  ],
  speaker: 'role',
  roles: {
    user: 'user',
    human: 'user',
    assistant: 'assistant',
    ai: 'assistant',
    model: 'assistant',
    system: 'system',
    developer: 'system',
  },
  said: ['content'],
  marks: [],
  more: MORE_OF_A_MESSAGE,
  foreign: [],
  messageTimes: ['timestamp'],
  ids: IDS,
  isIdOfFile: false,
  times: TIMES,
  users: USERS,
  firstUser: 'hashed_ip',
  attributes: ATTRIBUTES,
  moderation: 'openai_moderation',
  vote: { column: 'winner', annotator: 'judge', values: VOTES },
};

const format: TraceFormat = {
  id: 'chat-corpora',
  title: 'WildChat, LMSYS-Chat, Chatbot Arena',
  description: 'Corpora of conversations of people with chat models, as Parquet, JSON or JSON lines.',
  documentation: 'https://huggingface.co/datasets/allenai/WildChat-1M',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  canContinue: true,
  countsRecords: true,
  sniff,
  columns: {
    ...Object.fromEntries(COLUMNS.map((name) => [name, 'all' as const])),
    openai_moderation: ['flagged', 'categories'],
  },
  chats,
  read: (emit, source) => new CorpusReader(emit, source),
};

export default format;
