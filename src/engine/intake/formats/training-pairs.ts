/**
 * Rows of training data that hold a conversation and what people or models thought of it: instructions with their answers
 * (Alpaca, Dolly), answers that were preferred and those that were not (HH-RLHF, UltraFeedback, OpenAI's preference files), and
 * answers marked good or bad (KTO). An answer that was not preferred is a session of its own, labelled.
 * https://huggingface.co/docs/trl/dataset_formats
 */
import { chatSession } from '../../../shared/trace/chat-session';
import {
  asArray,
  asNumber,
  asText,
  at,
  get,
  isObject,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
import { transcriptMessages } from '../../../shared/trace/transcript-text';
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

/** A conversation of a row, and how it was judged. */
interface Side {
  /** Ends the session's id; '' for the only one. */
  name: '' | 'chosen' | 'rejected';
  messages: readonly unknown[];
  label: { name: string; value: number } | null;
  score: number | null;
}

const user = (content: unknown): unknown => ({ role: 'user', content });
const assistant = (content: unknown): unknown => ({ role: 'assistant', content });

/** Messages of a value: a list of them, a transcript, or one text of the role given. */
function messagesOf(value: unknown, role: 'user' | 'assistant'): readonly unknown[] {
  const opened = parseMaybe(value);
  if (Array.isArray(opened)) return opened as unknown[];
  if (isObject(opened) && get(opened, 'role') !== undefined) return [opened];
  const text = asText(value);
  if (text === null) return [];
  return transcriptMessages(text) ?? [role === 'user' ? user(text) : assistant(text)];
}

function isList(messages: readonly unknown[]): boolean {
  return messages.length > 0 && messages.every((message) => asText(get(message, 'role')) !== null);
}

/** What stands before the answers of a row: its prompt, or its question with instructions. */
function promptOf(row: unknown): readonly unknown[] {
  const system = asText(get(row, 'system')) ?? asText(get(row, 'system_prompt'));
  const sent = messagesOf(
    get(row, 'prompt') ?? get(row, 'question') ?? get(row, 'instruction') ?? at(row, 'input', 'messages'),
    'user',
  );
  return [...(system === null ? [] : [{ role: 'system', content: system }]), ...sent];
}

/** An answer with what it answers; lists and transcripts often repeat the prompt. */
function whole(prompt: readonly unknown[], answer: unknown): readonly unknown[] {
  const messages = messagesOf(answer, 'assistant');
  return messages.some((message) => get(message, 'role') === 'user') ? messages : [...prompt, ...messages];
}

function preferred(row: unknown): Side[] | null {
  const [chosen, rejected] = [
    get(row, 'chosen') ?? get(row, 'preferred_output'),
    get(row, 'rejected') ?? get(row, 'non_preferred_output'),
  ];
  if (chosen === undefined || rejected === undefined || chosen === null || rejected === null) return null;
  const prompt = promptOf(row);
  const sides = (
    [
      ['chosen', chosen, 1, 'score_chosen', 'chosen_score'],
      ['rejected', rejected, 0, 'score_rejected', 'rejected_score'],
    ] as const
  ).map(([name, answer, value, ...scores]): Side => ({
    name,
    messages: whole(prompt, answer),
    label: { name: 'preference', value },
    score: scores.map((key) => asNumber(get(row, key))).find((score) => score !== null) ?? null,
  }));
  return sides.every(({ messages }) => isList(messages)) ? sides : null;
}

function marked(row: unknown): Side[] | null {
  const label = get(row, 'label');
  const completion = get(row, 'completion');
  if (typeof label !== 'boolean' || completion === undefined) return null;
  const messages = whole(promptOf(row), completion);
  return isList(messages)
    ? [{ name: '', messages, label: { name: 'label', value: Number(label) }, score: null }]
    : null;
}

/** Alpaca: `instruction`, `input`, `output`; Dolly: `instruction`, `context`, `response`. */
function instructed(row: unknown): Side[] | null {
  const instruction = asText(get(row, 'instruction'));
  const [more, answer] = [
    get(row, 'input') ?? get(row, 'context'),
    get(row, 'output') ?? get(row, 'response'),
  ];
  if (
    instruction === null ||
    typeof answer !== 'string' ||
    (more !== undefined && more !== null && typeof more !== 'string')
  )
    return null;
  const system = asText(get(row, 'system'));
  const earlier = asArray(parseMaybe(get(row, 'history'))).flatMap((pair) =>
    asArray(pair).length === 2 ? [user(at(pair, 0)), assistant(at(pair, 1))] : [],
  );
  return [
    {
      name: '',
      messages: [
        ...(system === null ? [] : [{ role: 'system', content: system }]),
        ...earlier,
        user([instruction, more].filter(Boolean).join('\n\n')),
        assistant(answer),
      ],
      label: null,
      score: null,
    },
  ];
}

function sidesOf(row: unknown): Side[] | null {
  return preferred(row) ?? marked(row) ?? instructed(row);
}

class PairsReader implements FormatReader {
  private ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    this.ordinal = this.source.ordinalOf?.(place.line) ?? this.ordinal + 1;
    const sides = sidesOf(record);
    if (!sides) {
      this.emit.reject(
        place,
        'neither an instruction with its answer nor answers that were compared',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    for (const side of sides) this.side(side, record, place);
  }

  private side({ name, messages, label, score }: Side, record: unknown, place: Place): void {
    const sessionId = `${this.source.shortHash}:${this.ordinal}${name === '' ? '' : `:${name}`}`;
    const model = (name === '' ? null : asText(get(record, `${name}_model`))) ?? asText(get(record, 'model'));
    const read = chatSession(
      messages,
      { sessionId, model, feature: asText(get(record, 'category')) ?? asText(get(record, 'source')) },
      'human',
    );
    for (const { span } of read.spans) this.emit.span(span, place);
    for (const note of read.notes) this.emit.note(note);
    for (const { reason } of read.problems) this.emit.reject(place, reason);
    const labels = [...(label ? [label] : []), ...(score === null ? [] : [{ name: 'score', value: score }])];
    for (const one of labels)
      this.emit.label(
        {
          labelId: `${sessionId}:${one.name}`,
          sessionId,
          name: one.name,
          kind: one.name === 'score' ? 'score' : 'feedback',
          annotatorKind: 'unknown',
          value: one.value,
          text: name === '' ? null : name,
        },
        place,
      );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const compared = records.filter((row) => preferred(row) !== null || marked(row) !== null).length;
  if (compared > 0 && compared * 2 >= records.length)
    return {
      confidence: 0.93,
      reason: `${compared} of ${records.length} rows hold answers that were judged`,
    };
  const instructions = records.filter((row) => instructed(row) !== null).length;
  return instructions > 0 && instructions * 2 >= records.length
    ? {
        confidence: 0.85,
        reason: `${instructions} of ${records.length} rows hold an instruction and its answer`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Instructions and answers: `instruction`, `input`, `output` (Alpaca, also with `history` and `system`); `instruction`, `context`, `response` (Dolly).',
    'Preferences: `chosen` and `rejected` as lists of messages, transcripts (`Human: …`) or texts beside a prompt; `preferred_output` and `non_preferred_output` (OpenAI).',
    'Answers marked good or bad: `prompt`, `completion`, `label` (KTO).',
  ],
  spans: ['Each message of the user is a user message, each of the assistant a model call.'],
  turns: 'A row is a session; of a preference each side is one. Messages of the user open turns.',
  pillars: 'By kind.',
  labels:
    'Which side was preferred becomes feedback on its session (1 chosen, 0 rejected), the mark of an answer too; scores of the sides become scores. Who judged is not in such files.',
  leavesOut: ['Other columns stay in the file.'],
};

const trainingPairs: TraceFormat = {
  id: 'training-pairs',
  title: 'Instructions, answers and preferences',
  description: 'Rows of training data: instructions with answers, preferred and rejected answers.',
  documentation: 'https://huggingface.co/docs/trl/dataset_formats',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  canContinue: true,
  countsRecords: true,
  sniff,
  read: (emit, source) => new PairsReader(emit, source),
};

export default trainingPairs;
