/**
 * Activities of the Microsoft Bot Framework: transcripts of the Emulator (a list of activities), stored transcripts a line,
 * and the conversation transcripts of Copilot Studio (a table whose `content` is JSON with `activities`, roles as numbers).
 * Owns what an activity means; traces and other activities without words are counted by type.
 * https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md
 */
import { TypeCount } from '../../../shared/trace/agent-log';
import { asArray, asObject, asText, at, get, parseMaybe, toJsonText } from '../../../shared/trace/json';
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

const SESSIONS = ['conversationtranscriptid', 'ConversationTranscriptId', 'Id', 'id', 'name', 'Name'];

/** An activity names its type, and who sent it in `from`. */
function isActivity(value: unknown): boolean {
  return asText(get(value, 'type')) !== null && asObject(get(value, 'from')) !== null;
}

/** The activities in a record: those of a transcript in its content, or the record itself. */
function activitiesOf(record: unknown): readonly unknown[] | null {
  if (isActivity(record)) return [record];
  const content = parseMaybe(get(record, 'content') ?? get(record, 'Content'));
  for (const list of [get(record, 'activities'), get(content, 'activities'), content, record])
    if (Array.isArray(list) && list.some(isActivity)) return list as unknown[];
  return null;
}

/** Who sent an activity: by its role, which Copilot Studio writes as 0 for the bot and 1 for the user, else by name. */
function senderOf(activity: unknown, bots: ReadonlySet<string>): 'user' | 'bot' | null {
  const role = get(activity, 'from') === undefined ? null : at(activity, 'from', 'role');
  if (role === 'user' || role === 1 || role === '1') return 'user';
  if (role === 'bot' || role === 'agent' || role === 'skill' || role === 0 || role === '0') return 'bot';
  const id = asText(at(activity, 'from', 'id')) ?? '';
  if (bots.has(id) || /bot|agent/i.test(asText(at(activity, 'from', 'name')) ?? id)) return 'bot';
  return id === '' ? null : 'user';
}

/** Words of an activity: its text, or what its cards say. */
function wordsOf(activity: unknown): string | null {
  const cards = asArray(get(activity, 'attachments')).flatMap((attachment) => {
    const content = get(attachment, 'content');
    return [asText(get(content, 'title')), asText(get(content, 'text'))].filter((text) => text !== null);
  });
  const said = [asText(get(activity, 'text')), ...cards].filter((text) => text !== null).join('\n');
  return asText(said);
}

class BotFrameworkReader implements FormatReader {
  private readonly types: TypeCount;
  /** Ids of accounts that some activity names as the bot. */
  private readonly bots = new Set<string>();
  private ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.types = new TypeCount((what) => emit.note(what));
  }

  record(record: unknown, place: Place): void {
    const activities = activitiesOf(record);
    if (!activities) {
      this.emit.reject(place, 'the record holds no activities', toJsonText(record)?.slice(0, 1000));
      return;
    }
    this.ordinal += 1;
    const named = SESSIONS.map((key) => asText(get(record, key))).find((id) => id !== null) ?? null;
    const isOne = activities.length === 1 && activities[0] === record;
    const own = isOne ? null : (named ?? `${this.source.shortHash}:${this.ordinal}`);
    activities.forEach((activity, i) => this.activity(activity, own, `${this.ordinal}.${i}`, place));
  }

  private activity(activity: unknown, own: string | null, ordinal: string, place: Place): void {
    const type = asText(get(activity, 'type')) ?? 'unnamed';
    if (asText(at(activity, 'recipient', 'role')) === 'bot')
      this.bots.add(asText(at(activity, 'recipient', 'id')) ?? '');
    const sender = senderOf(activity, this.bots);
    const text = wordsOf(activity);
    const sessionId = own ?? asText(at(activity, 'conversation', 'id')) ?? this.source.shortHash;
    const spanId = asText(get(activity, 'id')) ?? `${this.source.shortHash}:${ordinal}`;
    const told = {
      spanId: `${spanId}:${ordinal}`,
      sessionId,
      startNs: toNs(get(activity, 'timestamp')),
      raw: activity,
    };
    const feedback = at(activity, 'value', 'actionValue', 'reaction');
    if (type === 'invoke' && typeof feedback === 'string')
      this.emit.label(
        {
          labelId: told.spanId,
          sessionId,
          name: 'reaction',
          kind: 'feedback',
          annotatorKind: 'human',
          value: feedback === 'like' ? 1 : 0,
          text: feedback,
          explanation: toJsonText(at(activity, 'value', 'actionValue', 'feedback')),
        },
        place,
      );
    else if (type !== 'message' || text === null || sender === null) this.types.count(type);
    else if (sender === 'user')
      this.emit.span(
        {
          ...told,
          kind: 'user',
          origin: 'human',
          name: 'user message',
          text,
          input: text,
          userId: asText(at(activity, 'from', 'id')),
        },
        place,
      );
    else this.emit.span({ ...told, kind: 'llm', name: 'answer', status: 'ok', text, output: text }, place);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) =>
    (activitiesOf(record) ?? []).some(
      (activity) =>
        isActivity(activity) &&
        (get(activity, 'channelId') ?? get(activity, 'conversation') ?? at(activity, 'from', 'role')) !==
          undefined,
    ),
  ).length;
  return found * 2 > records.length
    ? { confidence: 0.9, reason: `${found} of ${records.length} records hold activities with type and from` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Lists of activities, as the Bot Framework Emulator saves a transcript, and an activity a line.',
    'Conversation transcripts of Copilot Studio: rows (CSV, JSON) whose `content` is JSON with `activities`.',
  ],
  spans: [
    'A message of the user is a user message, one of the bot an answer; cards give their title and text.',
  ],
  turns:
    'A session is the transcript, else `conversation.id`. The sender is told by `from.role` (in Copilot Studio 1 is the user, 0 the bot), else by who is known as the bot.',
  pillars: 'By kind.',
  labels: 'Reactions to an answer (`invoke` with a reaction) are feedback of the user.',
  leavesOut: ['Traces, events, typing and updates of the conversation are counted by type.'],
};

const format: TraceFormat = {
  id: 'bot-framework',
  title: 'Bot Framework activities',
  description: 'Transcripts of bots built with the Microsoft Bot Framework and Copilot Studio.',
  documentation:
    'https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md',
  guide,
  containers: ['lines', 'document', 'csv', 'parquet'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new BotFrameworkReader(emit, source),
};

export default format;
