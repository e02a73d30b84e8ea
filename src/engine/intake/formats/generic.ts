/**
 * Files of no known format, read by a mapping profile that says which field means what. A record is a span, or an
 * exchange of one input and one output, or a whole conversation. Owns how a profile is applied;
 * guesses nothing that the profile does not say, and reports each value it cannot read with the line it met it first.
 * Its profile is mappingProfileSchema in src/shared/model/source.ts; ../guess-mapping.ts proposes one.
 */
import { chatSpans } from '../../../shared/trace/chat-spans';
import { clientActionOf } from '../../../shared/trace/client-event';
import { valueAt } from '../../../shared/trace/field-path';
import { asObject, parseMaybe, toJsonText } from '../../../shared/trace/json';
import { annotatorKindOf, labelKindOf } from '../../../shared/trace/genai-label';
import { plainTextOf } from '../../../shared/trace/html-text';
import { messagesIn } from '../../../shared/trace/listed-turns';
import { chatMessages, Mapped, pointerOf, readable, recordsAt } from '../../../shared/trace/mapped-record';
import { countOf, decimalOf, dollarsOf, millisecondsOf } from '../../../shared/trace/mapped-amounts';
import {
  kindOfWord,
  mappedStatus,
  plainText,
  ratingOf,
  saidKind,
  UNNAMED,
  type Party,
} from '../../../shared/trace/mapped-values';
import { contentText } from '../../../shared/trace/messages';
import { FIRST_SPEAKER } from '../../../shared/trace/role-words.data';
import { timeOf } from '../../../shared/trace/time';
import { mappingProfileSchema, type MappingProfile } from '../../../shared/model/source';
import type { SpanKind } from '../../../shared/model/span';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  LabelInput,
  Place,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const AMOUNT_OF = {
  durationMs: millisecondsOf,
  inputTokens: countOf,
  outputTokens: countOf,
  costUsd: dollarsOf,
} as const;

/** A person, but where the name is that of a model, or says what it is. */
function raterKind(annotator: string): LabelInput['annotatorKind'] {
  const kind = annotatorKindOf(annotator);
  if (kind !== 'unknown') return kind;
  return /^(gpt|o\d|claude|gemini|llama|mistral|qwen|deepseek|llm)\b/i.test(annotator) ? 'llm' : 'human';
}

class GenericReader implements FormatReader {
  private readonly profile: MappingProfile;
  private readonly problems = new Map<string, { count: number; line: number }>();
  /** Who spoke first, by session. */
  private readonly openers = new Map<string, string>();
  private readonly isByOpener: boolean;
  private ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.profile = source.profile ?? mappingProfileSchema.parse({ name: 'no mapping', fields: {} });
    const { userRoles, assistantRoles } = this.profile.values;
    this.isByOpener = [...userRoles, ...assistantRoles].includes(FIRST_SPEAKER);
  }

  record(record: unknown, place: Place): void {
    const { recordsPath } = this.profile;
    if (recordsPath === undefined || recordsPath === '') {
      this.one(record, place, '');
      return;
    }
    const records = recordsAt(record, recordsPath);
    if (!records) {
      this.emit.reject(
        place,
        `there is no list of records at "${recordsPath}"`,
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const pointer = pointerOf(recordsPath.replace(/\.?\*$/, ''));
    records.forEach(({ key, record: each }) => {
      const inside = `${pointer}/${key}`;
      this.one(each, { line: Math.max(place.line, this.source.lineOf(inside)) }, inside);
    });
  }

  end(): void {
    for (const [what, { count, line }] of this.problems)
      this.emit.note(`${what}, first at line ${line}`, count);
  }

  private problem(what: string, place: Place): void {
    const known = this.problems.get(what);
    if (known) known.count += 1;
    else this.problems.set(what, { count: 1, line: place.line });
  }

  private one(record: unknown, place: Place, pointer: string): void {
    this.ordinal = this.source.ordinalOf?.(place.line) ?? this.ordinal + 1;
    if (!asObject(record) && !Array.isArray(record)) {
      this.emit.reject(place, 'a record must be a JSON object', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const mapped = new Mapped(this.profile.fields, record);
    const { messagesPath } = this.profile;
    if (messagesPath !== undefined) this.conversation(record, mapped, messagesPath, place, pointer);
    else if (!this.span(mapped, record, place)) {
      this.emit.reject(
        place,
        'none of the mapped fields has a value in this record',
        toJsonText(record)?.slice(0, 1000),
      );
    }
  }

  /** A span without content of its own is worth keeping only when it says what work it stands for. */
  private span(mapped: Mapped, record: unknown, place: Place): boolean {
    const { fields, values } = this.profile;
    const isExchange = [fields.kind, fields.role, fields.name, fields.parent].every(
      (path) => path === undefined,
    );
    if (
      isExchange &&
      !mapped.has('text') &&
      !mapped.has('toolName') &&
      (mapped.has('input') || mapped.has('output'))
    ) {
      this.exchange(mapped, record, place);
      return true;
    }
    const content = (
      ['text', 'input', 'output', 'name', 'toolName', 'error', 'kind', 'role'] as const
    ).filter((field) => mapped.has(field));
    if (content.length === 0) return this.judgement(mapped, place);
    const action = clientActionOf(mapped.get('kind') ?? (mapped.has('role') ? null : mapped.get('name')));
    const kind = action === null ? this.kindOrEvent(mapped, place) : 'event';
    const { status, statusMessage } = mappedStatus(mapped.get('status'), mapped.get('error'), values);
    const text = mapped.has('text')
      ? plainTextOf(contentText(parseMaybe(mapped.get('text'))))
      : readable(kind, mapped);
    this.tell(mapped, place, {
      spanId: mapped.text('span') ?? `r${this.ordinal}`,
      kind,
      origin: kind === 'user' ? 'human' : null,
      ...(action === null ? {} : { operation: `client.${action}` }),
      name:
        action === null
          ? (mapped.text('name') ?? mapped.text('toolName') ?? UNNAMED[kind] ?? kind)
          : `client ${action}`,
      toolName: kind === 'tool' ? (mapped.text('toolName') ?? mapped.text('name')) : mapped.text('toolName'),
      status,
      statusMessage,
      text,
      input: toJsonText(mapped.get('input')),
      output: toJsonText(mapped.get('output')),
      raw: record,
    });
    this.rate(mapped, mapped.text('session'), mapped.text('span') ?? `r${this.ordinal}`, place);
    return true;
  }

  /** A record of one input and one output with nothing else said of it: a person asked, a model answered. */
  private exchange(mapped: Mapped, record: unknown, place: Place): void {
    const id = mapped.text('span') ?? `r${this.ordinal}`;
    // Pairs of which nothing says that they belong together are no conversation.
    const isAlone = this.profile.fields.session === undefined && this.profile.fields.trace === undefined;
    const sessionId = isAlone ? `${this.source.shortHash}:${this.ordinal}` : mapped.text('session');
    const input = plainTextOf(contentText(parseMaybe(mapped.get('input'))));
    const { status, statusMessage } = mappedStatus(
      mapped.get('status'),
      mapped.get('error'),
      this.profile.values,
    );
    if (input !== '') {
      const startNs = this.time(mapped, 'start', place);
      const span: SpanInput = {
        spanId: `${id}.input`,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text: input,
        input,
        startNs,
        raw: record,
      };
      this.emit.span({ ...span, ...this.belonging(mapped), sessionId }, place);
    }
    const answer: SpanInput = {
      spanId: id,
      kind: 'llm',
      name: 'answer',
      status,
      statusMessage,
      text: plainTextOf(contentText(parseMaybe(mapped.get('output')))),
      output: toJsonText(mapped.get('output')),
      raw: record,
    };
    this.tell(mapped, place, answer, { sessionId, isPart: false });
    this.rate(mapped, sessionId, id, place);
  }

  private conversation(record: unknown, mapped: Mapped, path: string, place: Place, pointer: string): void {
    const kept = parseMaybe(path === '' ? record : valueAt(record, path));
    const listed = messagesIn(kept);
    if (!listed) {
      this.emit.reject(
        place,
        `there is no list of messages at "${path}"`,
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const { fields, values } = this.profile;
    const { openingPath } = this.profile;
    const opening = openingPath === undefined ? null : asObject(valueAt(record, openingPath));
    const messages = opening ? [opening, ...listed] : listed;
    const { chat, mapped: inside } = chatMessages(messages, mapped, values);
    const read = chatSpans(chat, { userOrigin: 'human' });
    const base = mapped.text('span') ?? `r${this.ordinal}`;
    const lineOf = (index: number): number =>
      Math.max(
        place.line,
        this.source.lineOf(
          opening && index === 0
            ? `${pointer}${pointerOf(openingPath ?? '')}`
            : `${pointer}${pointerOf(path)}/${opening ? index - 1 : index}`,
        ),
      );
    const own = fields.session === undefined ? `${this.source.shortHash}:${this.ordinal}` : null;
    read.spans.forEach(({ index, ...span }, i) => {
      const message = inside[index] ?? mapped;
      const isPart = span.spanId !== `m${index}`;
      const mark = mappedStatus(message.get('status'), message.get('error'), values);
      const told: SpanInput = {
        ...span,
        ...(isPart || mark.status === 'unset' ? {} : mark),
        spanId: `${base}.${span.spanId}`,
        parentSpanId: span.parentSpanId === null ? null : `${base}.${span.parentSpanId}`,
        toolName: span.toolName ?? (span.kind === 'tool' ? message.text('toolName') : null),
        startNs: i === 0 ? this.time(mapped, 'start', place) : null,
        raw: isPart ? span.raw : messages[index],
      };
      this.tell(message, { line: lineOf(index) }, told, {
        sessionId: message.text('session') ?? own,
        isPart,
      });
    });
    this.rate(mapped, mapped.text('session') ?? own, null, place);
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineOf(index) }, reason);
  }

  /** Who says nothing takes no turn: they came, left or typed. */
  private kindOrEvent(mapped: Mapped, place: Place): SpanKind {
    const kind = this.kindOf(mapped, place);
    const isSilent =
      kind === 'user' && !(['text', 'input', 'output', 'name'] as const).some((f) => mapped.has(f));
    if (isSilent && this.profile.fields.text !== undefined) return 'event';
    return kind === 'llm' && this.isSilentCall(mapped) ? 'tool' : kind;
  }

  /** An agent that says nothing and names a tool calls it, where no field of its own says what the record is. */
  private isSilentCall(mapped: Mapped): boolean {
    const { fields } = this.profile;
    const isSaid = fields.role === undefined || fields.text === undefined || mapped.has('text');
    return !isSaid && mapped.has('toolName') && kindOfWord(mapped.get('kind')) === null;
  }

  private kindOf(mapped: Mapped, place: Place): SpanKind {
    const said = saidKind(mapped.get('kind'), mapped.get('role'), this.profile.values, () =>
      this.partyOf(mapped),
    );
    if (said.problem !== null) this.problem(said.problem, place);
    if (said.kind !== null) return said.kind;
    if (mapped.has('toolName')) return 'tool';
    if (mapped.has('model')) return 'llm';
    return mapped.has('name') ? 'chain' : 'event';
  }

  private partyOf(mapped: Mapped): Party {
    const user = mapped.text('user');
    if (!this.isByOpener) return { user, first: null };
    const session = mapped.text('session') ?? mapped.text('trace') ?? '';
    const first = this.openers.get(session) ?? mapped.text('role');
    if (first !== null && !this.openers.has(session)) this.openers.set(session, first);
    return { user, first };
  }

  private time(mapped: Mapped, field: 'start' | 'end', place: Place): bigint | null {
    const value = mapped.get(field);
    if (value === undefined || value === '') return null;
    const ns = timeOf(value, this.profile.timeUnit);
    if (ns === null)
      this.problem(`${field}: a value of "${this.profile.fields[field] ?? ''}" is not a time`, place);
    return ns;
  }

  private number(mapped: Mapped, field: keyof typeof AMOUNT_OF, place: Place): number | null {
    const value = mapped.get(field);
    if (value === undefined || value === '') return null;
    const number = AMOUNT_OF[field](value);
    if (number === null)
      this.problem(`${field}: a value of "${this.profile.fields[field] ?? ''}" is not a number`, place);
    return number;
  }

  private belonging(mapped: Mapped): Partial<SpanInput> {
    return {
      sessionId: mapped.text('session'),
      traceId: mapped.text('trace'),
      agentVersion: mapped.text('agentVersion'),
      userId: mapped.text('user'),
      feature: mapped.text('feature'),
      cohort: mapped.text('cohort'),
    };
  }

  /** `isPart`: a tool call inside a message, which shares the message's start and nothing else of it. */
  private tell(
    mapped: Mapped,
    place: Place,
    span: SpanInput,
    { sessionId, isPart } = { sessionId: mapped.text('session'), isPart: false },
  ): void {
    const startNs = this.time(mapped, 'start', place) ?? span.startNs ?? null;
    this.emit.span(
      {
        ...span,
        ...this.belonging(mapped),
        sessionId,
        parentSpanId: span.parentSpanId ?? mapped.text('parent'),
        model: span.model ?? mapped.text('model'),
        startNs,
        ...(isPart ? {} : this.measured(mapped, startNs, place)),
      },
      place,
    );
  }

  /** A record without content that judges a session, trace or span of another record, or of another file. */
  private judgement(mapped: Mapped, place: Place): boolean {
    const [sessionId, traceId, spanId] = [mapped.text('session'), mapped.text('trace'), mapped.text('span')];
    if (sessionId === null && traceId === null && spanId === null) return false;
    const labelId = `${this.source.shortHash}:${this.ordinal}`;
    return this.rate(mapped, sessionId, spanId, place, { labelId, traceId });
  }

  /** What was thought of an answer, or of the whole session where no span is given. False where nothing is said. */
  private rate(
    mapped: Mapped,
    sessionId: string | null,
    spanId: string | null,
    place: Place,
    own: { labelId?: string; traceId?: string | null } = {},
  ): boolean {
    const [rating, comment] = [mapped.get('rating'), mapped.text('comment')];
    const value = ratingOf(rating);
    const isRated = rating !== undefined && rating !== '' && (value !== null || typeof rating === 'string');
    if (!isRated && (comment === null || comment === '')) return false;
    const path = this.profile.fields[isRated ? 'rating' : 'comment'] ?? '';
    const name = path.split('.').at(-1) ?? path;
    const annotator = mapped.text('annotator');
    const annotatorKind = annotator === null ? 'human' : raterKind(annotator);
    this.emit.label(
      {
        labelId: `${sessionId ?? this.source.shortHash}:${spanId ?? this.ordinal}:${path}`,
        ...own,
        sessionId,
        spanId,
        name,
        kind: annotator === null ? 'feedback' : labelKindOf(name, annotatorKind),
        annotatorKind,
        annotator,
        value,
        text: isRated && (value === null || decimalOf(rating) === null) ? plainText(rating) : null,
        explanation: comment,
      },
      place,
    );
    return true;
  }

  private measured(mapped: Mapped, startNs: bigint | null, place: Place): Partial<SpanInput> {
    const durationMs = this.number(mapped, 'durationMs', place);
    const ends =
      startNs !== null && durationMs !== null ? startNs + BigInt(Math.round(durationMs * 1e6)) : null;
    return {
      endNs: this.time(mapped, 'end', place) ?? ends,
      inputTokens: this.number(mapped, 'inputTokens', place),
      outputTokens: this.number(mapped, 'outputTokens', place),
      costUsd: this.number(mapped, 'costUsd', place),
    };
  }
}

const guide: FormatGuide = {
  reads: [
    'Any JSON, JSON lines, Parquet, CSV or TSV file, by a mapping profile that says which field means what. `inspect` and the import screen propose one from names, types and values.',
    'Without a profile: where the proposal makes conversations of the first records in which people and an agent speak, or spans of several kinds, the file is imported by it, and the import says which fields it took. Other files are left for a person to map.',
    'A folder partitioned as `key=value`: the keys are fields that can be mapped like columns.',
    'Records inside a list (`recordsPath`, with `*` at its end the values of an object) and conversations inside a record (`messagesPath`), with a first message outside of the list (`openingPath`).',
    'At `messagesPath` a list of objects; a text with the whole conversation (`User: …`, `[12:01] Kunde: …`, Markdown, HTML, chat templates); a list of texts by turns; pairs of question and answer, or of speaker and words; turns that hold question, answer and the tools used in between; objects or columns named after who speaks (`user_1`, `bot_1`, `Frage 2`, `Antwort 2`).',
  ],
  spans: [
    'A record becomes a span of the kind its field says, else of its role, else a tool call where a tool is named, a model call where a model is, a chain where a name is, and an event otherwise.',
    'A record of an agent, by its role, that names a tool and says nothing is a tool call.',
    'A record with nothing but input and output becomes a user message and an answer.',
    'A conversation is read as chat messages, tool calls included. Text written as HTML is read as its text.',
  ],
  turns:
    'Sessions come from the mapped session field; without one a conversation, or a question with its answer, is a session of its own, and other records belong together by trace or file. Where several such files, of one import or of several, number their sessions from 0 or 1 on, these are told apart by a mark behind their ids, unless their content or their times say that they are the same. User messages open turns.',
  pillars: 'By kind.',
  labels:
    'A mapped rating (a number, or a word or sign for good and bad) is feedback of the user on the record, or on the session of a conversation, with the comment beside it. A record of a rating and the id of a session, trace or span, with nothing said or done, becomes no span: it is a label on what it names, in this file or another. Where a column says who rated, that is its annotator: a person, or a model by its name.',
  leavesOut: [
    'What the profile does not map stays in the raw record. Values that are no time, number, role or kind are counted with the first line they were met in.',
    'Dates such as 03/04/2026 are read only where `timeUnit` says whether the day or the month comes first; a proposal tells it by the other dates or the language of the column.',
  ],
  more: '## The profile\n\nA JSON file: `name`, `fields` (role, text, session, start, … each with the path of a field; `rating` and `comment` for what was thought of it, `annotator` for who did, where it was not the user), `timeUnit`, `recordsPath`, `messagesPath`, `openingPath` and `values`, the words that mean a role or an error. Among the words for a role `*` stands for any other, `=user` for the value of the mapped user and `=first` for who speaks first in a session; words are also known with a number (`agent_12`). `faultline import FILE --profile profile.json` reads with it.',
};

const generic: TraceFormat = {
  id: 'generic',
  title: 'Mapped fields',
  description: 'Any JSON, JSON lines or Parquet file, read by a mapping that says which field means what.',
  documentation: 'https://www.rfc-editor.org/rfc/rfc8259',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'time',
  // Who is the user may hang on who spoke first in a session.
  canContinue: (_, profile) =>
    profile !== undefined &&
    (profile.recordsPath ?? '') === '' &&
    ![...profile.values.userRoles, ...profile.values.assistantRoles].includes(FIRST_SPEAKER),
  countsRecords: true,
  sniff: () => ({ confidence: 0.1, reason: 'no known format; map its fields' }),
  read: (emit, source) => new GenericReader(emit, source),
};

export default generic;
