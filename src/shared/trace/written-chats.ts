/**
 * Files that hold conversations as plain text: chats exported from WhatsApp, the history of Aider, transcripts with speakers
 * before colons. Owns how each is written; a text is taken for one only where its own marks say so.
 * https://faq.whatsapp.com/1180414079177245 and https://aider.chat/docs/config/options.html#--chat-history-file-chat_history_file
 */
import { dateOrder } from './field-values';
import { isAgentName } from './mapped-values';
import { timeOf } from './time';
import { writtenTurns } from './transcript-text';

/** A piece of a conversation; `line` is counted from 1 in the text. */
export interface WrittenPiece {
  who: 'user' | 'agent' | 'event' | 'harness';
  text: string;
  line: number;
  /** Who speaks, as the text has it. */
  speaker?: string;
  startNs?: bigint | null;
  inputTokens?: number;
  outputTokens?: number;
  costUsd?: number;
}

export interface WrittenChat {
  /** What tells it from the others of the text; null for the only one. */
  title: string | null;
  agentName: string | null;
  model: string | null;
  pieces: WrittenPiece[];
  notes: string[];
}

/** Marks of the direction of writing, which WhatsApp puts before what is no text of a person. */
const DIRECTION = /[\u200e\u200f\u202a-\u202e]/g;
const STAMPED =
  /^\[?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?\s?m\.?)?)(?:\]|\s+[-–])\s+(.*)$/iu;
const NAMED = /^([^:]{1,60}?):(?:\s(.*))?$/s;

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
}

/** What programs log behind a time and a name: a level for a name, a record for what was said. */
const LOGGED =
  /^(?:[^:]*\b(?:trace|debug|info|notice|warn|warning|error|fatal|critical)\b[^:]*:|[^:]{1,60}:\s*[{[])/i;

/** Whether a text is a chat exported from WhatsApp: it begins with a message, and most of its first lines do or go on. */
export function isWhatsApp(text: string): boolean {
  const lines = linesOf(text.slice(0, 20_000)).map((line) => line.replace(DIRECTION, ''));
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (!STAMPED.test(first)) return false;
  const bodies = lines.flatMap((line) => STAMPED.exec(line)?.[2] ?? []);
  const named = bodies.filter((body) => NAMED.test(body));
  const logged = named.filter((body) => LOGGED.test(body));
  return named.length >= 2 && logged.length * 4 < named.length;
}

/** A stamp as times are read elsewhere: years in four digits, halves of the day in two letters. */
function plainStamp(stamp: string): string {
  return stamp
    .replace(/\s?([ap])\.?\s?m\.?$/i, ' $1m')
    .replace(/,?\s+(\d{1,2})\.(\d{2})(?:\.(\d{2}))?/, ' $1:$2:$3')
    .replace(/:$/, '')
    .replace(/^(\d{1,2}\.\d{1,2}\.)(\d{2})(?=[,\s])/, '$120$2');
}

/** What WhatsApp writes in place of what it leaves out of an export, in the languages of the lexicon. */
const LEFT_OUT =
  /^(?:<[^<>]{3,60}>|(?:image|video|audio|sticker|document|GIF|Contact card) omitted|(?:Bild|Video|Audio|Sticker|Dokument) weggelassen|(?:image|vidéo|audio) absente?|(?:imagen|video|audio|sticker) omitid[oa]|This message was deleted\.?|You deleted this message\.?|Diese Nachricht wurde gelöscht\.?|null)$/i;

interface Message {
  stamp: string;
  line: number;
  speaker: string | null;
  text: string;
  isMarked: boolean;
}

function messagesOf(text: string): Message[] {
  const messages: Message[] = [];
  linesOf(text).forEach((raw, i) => {
    const line = raw.replace(DIRECTION, '');
    const [, stamp, body] = STAMPED.exec(line) ?? [];
    if (stamp === undefined || body === undefined) {
      const last = messages.at(-1);
      if (last) last.text += `\n${line}`;
      return;
    }
    const [, speaker, said] = NAMED.exec(body) ?? [];
    const isMarked = /:\s[\u200e\u200f]/.test(raw);
    messages.push({ stamp, line: i + 1, speaker: speaker ?? null, text: said ?? (speaker === undefined ? body : ''), isMarked });
  });
  return messages;
} // prettier-ignore

/** Who of the speakers is the agent: by name, else everybody but who speaks first. */
function agentsOf(speakers: readonly string[]): { agents: Set<string>; isTold: boolean } {
  const named = speakers.filter((name) => isAgentName(name));
  const isTold = named.length > 0 && named.length < speakers.length;
  return { agents: new Set(isTold ? named : speakers.slice(1)), isTold };
}

/** A chat exported from WhatsApp. */
function whatsAppChat(text: string): WrittenChat {
  const messages = messagesOf(text);
  const order = dateOrder(messages.map(({ stamp }) => plainStamp(stamp)), '') ?? 'month-first';
  const isNotice = ({ text: said, isMarked }: Message): boolean => LEFT_OUT.test(said.trim()) || (isMarked && /[.]$/.test(said));
  const speakers = [...new Set(messages.filter((one) => !isNotice(one)).flatMap(({ speaker }) => speaker ?? []))];
  const { agents, isTold } = agentsOf(speakers);
  const pieces = messages.map((message): WrittenPiece => {
    const { speaker, text: said, line, stamp } = message;
    const isEvent = speaker === null || isNotice(message) || said.trim() === '';
    return {
      who: isEvent ? 'event' : agents.has(speaker) ? 'agent' : 'user',
      text: said.trimEnd(),
      line,
      ...(speaker === null ? {} : { speaker }),
      startNs: timeOf(plainStamp(stamp), order),
    };
  });
  const note = `no name is that of a program: "${speakers[0] ?? ''}", who speaks first, is taken for the user`;
  return { title: null, agentName: [...agents][0] ?? null, model: null, pieces, notes: isTold ? [] : [note] };
} // prettier-ignore

const AIDER_START = /^# aider chat started at (.+)$/;
const AIDER_MODEL = /^> (?:Main model|Model): (\S+)/;
const AIDER_TOKENS =
  /^> Tokens: ([\d.,]+[kM]?) sent,(?:.*?,)? ([\d.,]+[kM]?) received\.(?: Cost: \$([\d.]+) message)?/;

/** Whether a text is a history of Aider. */
export function isAider(text: string): boolean {
  return /^\s*# aider chat started at /.test(text.replace(/^\ufeff/, ''));
}

/** `2.3k` and `1,204` as numbers. */
function count(text: string): number {
  const factor = text.endsWith('k') ? 1e3 : text.endsWith('M') ? 1e6 : 1;
  return Math.round(Number(text.replace(/[kM]$/, '').replaceAll(',', '')) * factor);
}

class AiderHistory {
  readonly chats: WrittenChat[] = [];
  private isFenced = false;

  take(line: string, number: number): void {
    const start = this.isFenced ? undefined : AIDER_START.exec(line)?.[1];
    if (start !== undefined) {
      const startNs = timeOf(start.trim());
      const pieces: WrittenPiece[] = [{ who: 'event', text: 'chat started', line: number, startNs }];
      this.chats.push({ title: start.trim(), agentName: 'aider', model: null, pieces, notes: [] });
      return;
    }
    const chat = this.chats.at(-1);
    if (!chat) return;
    if (line.startsWith('#### ') && !this.isFenced) this.say(chat, 'user', line.slice(5).trimEnd(), number);
    else if (line.startsWith('> ') && !this.isFenced) this.harness(chat, line, number);
    else {
      if (/^\s*(?:```|~~~)/.test(line)) this.isFenced = !this.isFenced;
      this.say(chat, 'agent', line, number);
    }
  }

  private harness(chat: WrittenChat, line: string, number: number): void {
    const [, sent, received, cost] = AIDER_TOKENS.exec(line) ?? [];
    const answer = chat.pieces.findLast(({ who }) => who === 'agent' || who === 'user');
    if (sent !== undefined && received !== undefined && answer?.who === 'agent') {
      answer.inputTokens = (answer.inputTokens ?? 0) + count(sent);
      answer.outputTokens = (answer.outputTokens ?? 0) + count(received);
      if (cost !== undefined) answer.costUsd = (answer.costUsd ?? 0) + Number(cost);
    } else this.say(chat, 'harness', line.slice(2).trimEnd(), number);
    chat.model ??= AIDER_MODEL.exec(line)?.[1] ?? null;
  }

  /** What one side says goes on until the other speaks; empty lines between belong to nobody. */
  private say(chat: WrittenChat, who: WrittenPiece['who'], text: string, line: number): void {
    const last = chat.pieces.at(-1);
    if (last?.who === who && last.text !== 'chat started') last.text += `\n${text}`;
    else if (text.trim() !== '') chat.pieces.push({ who, text, line });
  }
}

/** The chats of a history of Aider. */
function aiderChats(text: string): WrittenChat[] {
  const history = new AiderHistory();
  linesOf(text).forEach((line, i) => {
    history.take(line, i + 1);
  });
  for (const { pieces } of history.chats) for (const piece of pieces) piece.text = piece.text.trimEnd();
  return history.chats;
}

const SIDES = { user: 'user', assistant: 'agent', tool: 'event', system: 'event' } as const;

/** A transcript with speakers before colons or as headings; null for other texts. */
export function transcriptChat(text: string): WrittenChat | null {
  // A heading may hold the word for a speaker and nothing said.
  const turns = writtenTurns(text)?.filter((turn) => turn.text !== '');
  if (!turns || new Set(turns.map(({ role }) => role)).size < 2) return null;
  let from = 0;
  const pieces = turns.map(({ role, speaker, text: said, time }): WrittenPiece => {
    const found = text.indexOf(said.split('\n', 1)[0] ?? '', from);
    if (found >= 0) from = found;
    const line = text.slice(0, from).split(/\r\n|\r|\n/).length;
    return { who: SIDES[role], speaker, text: said, line, startNs: timeOf(time) };
  });
  return { title: null, agentName: null, model: null, pieces, notes: [] };
}

/** The conversations in a text; none where it is no text of these kinds. */
export function writtenChats(text: string): WrittenChat[] {
  if (isAider(text)) return aiderChats(text);
  if (isWhatsApp(text)) return [whatsAppChat(text)];
  const chat = transcriptChat(text);
  return chat ? [chat] : [];
}
