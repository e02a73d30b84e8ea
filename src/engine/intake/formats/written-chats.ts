/**
 * Conversations written as plain text, one file each or several in one: chats exported from WhatsApp, Aider's history, transcripts
 * with speakers before colons. Owns how they become spans; how each is written is in src/shared/trace/written-chats.ts. Must not
 * take prose for a conversation. https://aider.chat/docs/config/options.html
 */
import { AgentLog } from '../../../shared/trace/agent-log';
import { asText, get } from '../../../shared/trace/json';
import {
  isAider,
  isWhatsApp,
  writtenChats,
  type WrittenChat,
  type WrittenPiece,
} from '../../../shared/trace/written-chats';
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

function addPiece(log: AgentLog, piece: WrittenPiece, model: string | null): void {
  const { who, text, line, startNs = null, speaker = null, inputTokens, outputTokens, costUsd } = piece;
  const told = { line, spanId: null, startNs, text, attributes: speaker === null ? null : { speaker } };
  if (who === 'user')
    log.add({
      ...told,
      kind: 'user',
      origin: /^\/\w/.test(text) ? 'command' : 'human',
      name: 'user message',
      input: text,
    });
  else if (who === 'agent')
    log.add({
      ...told,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model,
      output: text,
      inputTokens: inputTokens ?? null,
      outputTokens: outputTokens ?? null,
      costUsd: costUsd ?? null,
    });
  else log.add({ ...told, kind: 'event', name: who === 'harness' ? 'program output' : 'event' });
}

class WrittenChatsReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const chats = writtenChats(asText(get(record, 'text')) ?? '');
    if (chats.length === 0)
      this.emit.reject(place, 'no conversation: no line names who speaks', asText(get(record, 'text'))?.slice(0, 1000));
    this.rejectBefore(asText(get(record, 'text')) ?? '', chats[0]?.pieces[0]?.line ?? 1);
    chats.forEach((chat, i) => {
      this.chat(chat, i + 1);
    });
  } // prettier-ignore

  /** What stands above the first who speaks, such as a title, is no part of what was said. */
  private rejectBefore(text: string, first: number): void {
    const above = text.split(/\r\n|\r|\n/, first - 1);
    above.forEach((line, i) => {
      if (line.trim() !== '')
        this.emit.reject({ line: i + 1 }, 'stands before the first who speaks', line.slice(0, 1000));
    });
  }

  private chat({ agentName, model, pieces, notes }: WrittenChat, ordinal: number): void {
    const id = `${this.source.shortHash}:${String(ordinal)}`;
    const log = new AgentLog(id);
    for (const piece of pieces) addPiece(log, piece, model);
    log.tell(this.emit, { sessionId: id, agentName });
    for (const note of notes) this.emit.note(note);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const text = asText(get(records[0], 'text')) ?? '';
  if (isAider(text)) return { confidence: 0.95, reason: 'the text begins with "# aider chat started at"' };
  if (isWhatsApp(text))
    return { confidence: 0.9, reason: 'lines begin with a time and a name, as WhatsApp exports them' };
  return writtenChats(text).length > 0
    ? { confidence: 0.6, reason: 'lines begin with who speaks, a user and an assistant' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Chats exported from WhatsApp as text, of Android and of iOS, in the ways of writing times of several countries.',
    'The history that Aider keeps (`.aider.chat.history.md`), with all its chats.',
    'Transcripts as text or Markdown: `User: …`, `[12:01] Kunde: …`, headings or bold words that name who speaks.',
  ],
  spans: [
    'What the user says is a user message, what the agent says a model call; what goes on over several lines is one message. What the program printed (Aider), notices and media left out (WhatsApp) are events.',
    'In WhatsApp the agent is who is named as a program or a support; where nobody is, who speaks first is the user, and the import says so.',
    'Aider’s tokens and costs are those of the answer before them; its commands (`/run`) open no turn.',
  ],
  turns: 'A session is a file, in Aider’s history a chat. Each message of the user opens a turn.',
  pillars: 'By kind: such texts tell no tools apart.',
  labels: 'Such files carry none.',
  leavesOut: [
    'Times are read as UTC, since the texts name no zone. Where day and month are not told apart by any date of a chat, the month comes first.',
  ],
};

const format: TraceFormat = {
  id: 'written-chats',
  title: 'Conversations as text',
  description: 'Chats exported from WhatsApp, Aider’s history, and transcripts as text or Markdown.',
  documentation: 'https://aider.chat/docs/config/options.html',
  guide,
  containers: ['text'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new WrittenChatsReader(emit, source),
};

export default format;
