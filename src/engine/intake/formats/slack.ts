/**
 * Messages of a Slack export (a folder a channel, a JSON list a day) and of the `conversations.history` and
 * `conversations.replies` calls. A thread is a session; messages outside of threads are one a channel and day. What a bot
 * posts is an answer, what a person posts a user message. Must not guess which people are staff.
 * https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports
 */
import { asArray, asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

/** `1790000000.000100`: seconds, and which message of that second. */
const STAMP = /^\d{9,11}\.\d{4,6}$/;
/** Kinds of messages in which somebody says something. */
const SPOKEN = new Set(['', 'bot_message', 'thread_broadcast', 'file_share', 'me_message']);

function isMessage(value: unknown): boolean {
  return get(value, 'type') === 'message' && STAMP.test(asText(get(value, 'ts')) ?? '');
}

function isUser(value: unknown): boolean {
  return (
    asText(get(value, 'team_id')) !== null &&
    typeof get(value, 'deleted') === 'boolean' &&
    typeof get(value, 'profile') === 'object'
  );
}

/** Text with mentions and links as they are read. */
function plain(text: string): string {
  return text
    .replace(/<(https?:[^|>]+|mailto:[^|>]+)\|([^>]*)>/g, '$2')
    .replace(/<(https?:[^>]+)>/g, '$1')
    .replace(/<[@#!]([^|>]*)(?:\|([^>]*))?>/g, (_, id: string, name?: string) => `@${name ?? id}`)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

class SlackReader implements FormatReader {
  /** The channel, by the folder the day's file is in. */
  private readonly channel: string;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.channel = source.path.split(/[/\\]/).at(-2) ?? '';
  }

  record(record: unknown, place: Place): void {
    const page = asArray(get(record, 'messages'));
    if (page.length > 0)
      // Pages of the API begin with the latest message.
      [...page]
        .map((message, i) => ({ message, line: Math.max(place.line, this.source.lineOf(`/messages/${i}`)) }))
        .sort((a, b) => Number(get(a.message, 'ts')) - Number(get(b.message, 'ts')))
        .forEach(({ message, line }) => this.message(message, { line }));
    else if (isUser(record)) this.emit.note('member of the workspace, no message');
    else if (isMessage(record)) this.message(record, place);
    else this.emit.reject(place, 'the record is no message with a "ts"', toJsonText(record)?.slice(0, 1000));
  }

  private message(message: unknown, place: Place): void {
    const subtype = asText(get(message, 'subtype')) ?? '';
    const ts = asText(get(message, 'ts')) ?? '';
    if (!SPOKEN.has(subtype)) {
      this.emit.note(`message of subtype "${subtype.slice(0, 60)}" counted only`);
      return;
    }
    const text = plain(asText(get(message, 'text')) ?? asText(at(message, 'attachments', 0, 'text')) ?? '');
    const day = Math.floor((asNumber(ts) ?? 0) / 86_400);
    const thread = asText(get(message, 'thread_ts'));
    const sessionId = `${this.channel}:${thread ?? `day ${new Date(day * 86_400_000).toISOString().slice(0, 10)}`}`;
    const isBot = subtype === 'bot_message' || asText(get(message, 'bot_id')) !== null;
    const told = {
      spanId: ts,
      sessionId,
      startNs: toNs(ts, 's'),
      text,
      feature: asText(this.channel),
      raw: message,
    };
    const author = asText(get(message, 'user')) ?? asText(get(message, 'username'));
    if (isBot)
      this.emit.span(
        {
          ...told,
          kind: 'llm',
          name: 'answer',
          status: 'ok',
          output: text,
          agentName: asText(get(message, 'username')) ?? asText(at(message, 'bot_profile', 'name')),
        },
        place,
      );
    else
      this.emit.span(
        { ...told, kind: 'user', origin: 'human', name: 'user message', input: text, userId: author },
        place,
      );
    this.reactions(message, told, place);
  }

  private reactions(
    message: unknown,
    { spanId, sessionId }: { spanId: string; sessionId: string },
    place: Place,
  ): void {
    for (const reaction of asArray(get(message, 'reactions'))) {
      const name = asText(get(reaction, 'name'));
      if (name !== null)
        this.emit.label(
          {
            labelId: `${sessionId}:${spanId}:${name}`,
            sessionId,
            spanId,
            name: 'reaction',
            kind: 'feedback',
            annotatorKind: 'human',
            text: name,
            value: asNumber(get(reaction, 'count')),
          },
          place,
        );
    }
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const all = records.flatMap((record) => {
    const page = asArray(get(record, 'messages'));
    return page.length > 0 ? page : [record];
  });
  const messages = all.filter(isMessage).length;
  if (messages * 2 > all.length)
    return { confidence: 0.9, reason: `${messages} of ${all.length} records are messages with a Slack "ts"` };
  const users = all.filter(isUser).length;
  return users * 2 > all.length
    ? { confidence: 0.8, reason: `${users} of ${all.length} records are members of a Slack workspace` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Exports of a workspace: `<channel>/<day>.json`. `users.json` is recognised and counted.',
    'Answers of `conversations.history` and `conversations.replies`.',
  ],
  spans: [
    'A message of a bot is an answer, one of a person a user message. Mentions and links are read as text.',
  ],
  turns:
    'A thread is a session, named after the channel and its first message; messages outside of threads are one session a channel and day. Each message of a person opens a turn.',
  pillars: 'By kind.',
  labels: 'Reactions to a message are feedback, with how many gave them.',
  leavesOut: [
    'Joins, topics and other messages of the program are counted by subtype. Which people are staff is not known.',
  ],
};

const format: TraceFormat = {
  id: 'slack',
  title: 'Slack export',
  description: 'Messages of Slack channels in which a bot answers.',
  documentation: 'https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports',
  guide,
  containers: ['document', 'lines'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new SlackReader(emit, source),
};

export default format;
