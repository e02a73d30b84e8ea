/**
 * Conversations out of support tools, voice agents, messengers and bot platforms. Owns how what was said becomes spans; the field
 * names of each platform are in src/shared/trace/talks. Must not take a person of the staff for the agent.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
 */
import { AgentLog, markedEnd } from '../../../shared/trace/agent-log';
import { isObject, toJsonText } from '../../../shared/trace/json';
import { BOT_TALKS } from '../../../shared/trace/talks/bot-talks';
import { DESK_TALKS } from '../../../shared/trace/talks/desk-talks';
import { MESSENGER_TALKS } from '../../../shared/trace/talks/messenger-talks';
import type { Said, Talk, TalkSource } from '../../../shared/trace/talks/talk';
import { VOICE_TALKS } from '../../../shared/trace/talks/voice-talks';
import type { Emit, FormatGuide, FormatReader, Place, Sample, Sniffed, SourceContext, TraceFormat } from '../format'; // prettier-ignore

const SOURCES: readonly TalkSource[] = [...VOICE_TALKS, ...DESK_TALKS, ...MESSENGER_TALKS, ...BOT_TALKS];

function sourceOf(record: unknown): TalkSource | null {
  return isObject(record) ? (SOURCES.find((source) => source.knows(record)) ?? null) : null;
}

function addSaid(log: AgentLog, said: Said, line: number): void {
  const { text, raw, timeNs = null, userId = null, id = null, name = null, callId = null } = said;
  const told = { line, spanId: id, startNs: timeNs, raw };
  const end = markedEnd(said.isError === true, text);
  if (said.who === 'user')
    log.add({ ...told, kind: 'user', origin: 'human', name: 'user message', text, input: text, userId });
  else if (said.who === 'agent')
    log.add({ ...told, ...end, kind: 'llm', name: 'answer', text, output: text, model: said.model ?? null });
  else if (said.who === 'system')
    log.add({ ...told, kind: 'system', name: 'instructions', text, input: text });
  else if (said.who === 'call')
    log.call({ ...told, toolName: name ?? 'tool', toolCallId: callId, input: text });
  else if (said.who === 'result')
    log.result(callId, { line, text, raw, endNs: timeNs, toolName: name, ...end });
  else if (said.who === 'person') log.add({ ...told, kind: 'event', name: 'human agent message', text, output: text });
  else log.add({ ...told, status: said.isError === true ? 'error' : 'unset', kind: 'event', name: name ?? 'event', text });
} // prettier-ignore

class ConversationReader implements FormatReader {
  private ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const source = sourceOf(record);
    if (!source || !isObject(record)) {
      this.emit.reject(
        place,
        'no conversation of a platform that is known',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    for (const talk of source.read(record)) this.talk(talk, place);
  }

  private talk({ sessionId, agentName = null, said, ratings }: Talk, place: Place): void {
    this.ordinal += 1;
    const session = sessionId ?? `${this.source.shortHash}:${String(this.ordinal)}`;
    const log = new AgentLog(`${this.source.shortHash}:${String(this.ordinal)}`);
    for (const one of said) {
      const line = one.at === '' ? place.line : Math.max(place.line, this.source.lineOf(one.at));
      addSaid(log, one, line);
    }
    log.tell(this.emit, { sessionId: session, ...(agentName === null ? {} : { agentName }) });
    for (const { by, ...rating } of ratings)
      this.emit.label(
        { ...rating, labelId: `${session}:${rating.name}`, sessionId: session, annotatorKind: by },
        place,
      );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.map(sourceOf).filter((source) => source !== null);
  const [first] = found;
  return first && found.length * 2 > records.length
    ? {
        confidence: first.confidence,
        reason: `${String(found.length)} of ${String(records.length)} records have ${first.mark} (${first.name})`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Calls of voice agents: Vapi, Retell, ElevenLabs.',
    'Support tools: conversations of Intercom, tickets of Zendesk with their comments, pages of comments and of ticket events, chats of Zendesk Chat, messages of Zendesk messaging, transcripts of Amazon Connect Contact Lens.',
    'Messengers: messages of Microsoft Teams from the Graph API, channels of Discord as DiscordChatExporter writes them, chats exported from Telegram as JSON.',
    'Bot platforms: messages of Botpress, conversation logs of Amazon Lex v2, conversation history and logged interactions of Dialogflow CX, conversations of Mistral agents.',
  ],
  spans: [
    'What a customer says is a user message, what the bot or assistant says an answer. Tools, functions and webhooks are tool calls with their results and errors.',
    'People of the staff are not the agent: what they say is an event named "human agent message". In Intercom they are told by the type of the author, in Zendesk by the role, the requester (the author of the first comment, where no users come with a page) and the name (names such as "bot" or "assistant" are the agent’s), in Contact Lens by the role of the participant. In Teams an application is the agent and everybody else a user; in Discord accounts marked as bots are. In Telegram the other side of a chat with a bot is the agent, and accounts named as bots are.',
    'A transfer, an assignment or a hand-over that the source tells is an event named "escalation"; how a call ended is an event.',
  ],
  turns:
    'A session is the conversation, ticket, call or chat; in Teams channels a thread. Each message of a customer opens a turn.',
  pillars: 'By kind.',
  labels:
    'Ratings of customers (conversation rating, satisfaction) are feedback of people; whether a call succeeded, sentiments, criteria and resolutions that the platform decided are outcomes and scores of a model.',
  leavesOut: [
    'Internal notes, audio, and the words of a transcript by themselves. Redactions stay as they are.',
    'Zendesk tickets without their comments are not recognised.',
  ],
};

const format: TraceFormat = {
  id: 'conversation-platforms',
  title: 'Support tools, voice agents and bot platforms',
  description:
    'Conversations out of Intercom, Zendesk, Contact Lens, Teams, Discord, Telegram, Botpress, Vapi, Retell, ElevenLabs, Lex, Dialogflow CX and Mistral.',
  documentation: 'https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations',
  guide,
  containers: ['lines', 'document', 'csv', 'parquet'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new ConversationReader(emit, source),
};

export default format;
