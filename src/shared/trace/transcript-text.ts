/**
 * A conversation written as one text: `User: …` and `[12:01] Kunde: …` a line, the same as HTML or Markdown, or with the
 * marks of chat templates. Takes a text for a conversation only where its lines name speakers whose role is known.
 */
import { plainTextOf } from './html-text';
import { isAgentName, kindOfRole } from './mapped-values';
import { ROLE_WORDS } from './role-words.data';
import { timeOf } from './time';

/** A turn of a conversation that was written as text. */
export interface WrittenTurn {
  role: 'user' | 'assistant' | 'tool' | 'system';
  /** The speaker as the text names them. */
  speaker: string;
  text: string;
  /** As the text has it; only where it is a whole date and time. */
  time?: string;
}

interface RawTurn {
  speaker: string;
  lines: string[];
  time?: string;
}

const MAX_SPEAKERS = 8;
/** Longer texts are documents, not conversations of people. */
const MAX_LENGTH = 4_000_000;

const CHAT_MARK =
  /<\|(?:im_start|start_header_id|start)\|>\s*([\w-]{1,20})\s*(?:<\|end_header_id\|>|<\|message\|>)?|<\|(user|assistant|system|human|tool)\|>/g;
const CHAT_END = /<\|(?:im_end|eot_id|end|end_of_text|endoftext|begin_of_text)\|>|<\/s>|<s>/g;
const STAMP = String.raw`(?:[\[(]?((?:\d{1,4}[-./]\d{1,2}[-./]\d{2,4}[,T ]*)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?[AP]M)?(?:Z| UTC| Uhr)?)[\])]?)`;
const NAME = String.raw`([\p{L}\p{N}][\p{L}\p{N} ._'@#-]{0,39}?)`;
const LINE = new RegExp(
  String.raw`^[\s>*•-]*(?:${STAMP}\s*[-–|]?\s*)?(?:\*\*|__|<)?(?:${STAMP}\s*)?\[?${NAME}\]?(?:\s*${STAMP})?\s*(?:\*\*|__|>)?\s*[:：>]\s*(?:\*\*|__)?\s*(.*)$`,
  'iu',
);
/** The second part: when, or by which model, in brackets behind a name in bold type, as SpecStory writes. */
const HEADING =
  /^\s*(?:#{1,6}\s*|\*\*|__|_\*\*)\s*([\p{L}][\p{L}\p{N} _-]{0,39}?)\s*(?:\(([^()\n]{1,120})\)(?=\*\*_))?\s*[:：]?\s*(?:\*\*_|\*\*|__)?\s*$/u;

function known(speaker: string): WrittenTurn['role'] | null {
  const kind = kindOfRole(speaker, ROLE_WORDS) ?? (isAgentName(speaker) ? 'llm' : null);
  return kind === 'llm' ? 'assistant' : kind === 'user' || kind === 'tool' || kind === 'system' ? kind : null;
}

/** Turns between the marks of a chat template. */
function byMarks(text: string): RawTurn[] {
  const marks = [...text.matchAll(CHAT_MARK)];
  return marks.map((mark, i) => ({
    speaker: mark[1] ?? mark[2] ?? '',
    lines: [
      text
        .slice(mark.index + mark[0].length, marks[i + 1]?.index)
        .replace(CHAT_END, '')
        .trim(),
    ],
  }));
}

/** Lines that begin with a speaker, or stand below one; what comes before the first speaker is left out. */
function byLines(lines: readonly string[], isSpeaker: (name: string) => boolean): RawTurn[] {
  const turns: RawTurn[] = [];
  for (const line of lines) {
    const said = LINE.exec(line);
    const [, name, aside] = HEADING.exec(line) ?? [];
    const heading = name?.trim();
    if (said && isSpeaker((said[3] ?? '').trim())) {
      const time = said[1] ?? said[2] ?? said[4];
      turns.push({
        speaker: (said[3] ?? '').trim(),
        lines: [said[5] ?? ''],
        ...(time === undefined ? {} : { time }),
      });
    } else if (heading !== undefined && isSpeaker(heading))
      turns.push({ speaker: heading, lines: [], ...(aside === undefined ? {} : { time: aside }) });
    else turns.at(-1)?.lines.push(line);
  }
  return turns;
}

/** The names that stand before a colon, with how often they do. */
function namesIn(lines: readonly string[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const line of lines) {
    const name = (LINE.exec(line)?.[3] ?? HEADING.exec(line)?.[1])?.trim();
    if (name !== undefined && name !== '' && !/^\d+$/.test(name)) names.set(name, (names.get(name) ?? 0) + 1);
  }
  return names;
}

/** A text without line breaks between its turns gets them before each word that is known to be a speaker. */
function brokenUp(text: string): string {
  const words = [...ROLE_WORDS.userRoles, ...ROLE_WORDS.assistantRoles].filter((word) => word.length > 1);
  return text.replace(new RegExp(String.raw`\s+(?=(?:${words.join('|')})\s?[:：]\s)`, 'giu'), '\n');
}

/** The role of each speaker: as its word says; a further one speaks for the side that nobody else does. */
function rolesOf(speakers: readonly string[]): Map<string, WrittenTurn['role']> | null {
  const roles = new Map<string, WrittenTurn['role']>();
  for (const speaker of speakers) {
    const role = known(speaker);
    if (role) roles.set(speaker, role);
  }
  const sides = new Set(roles.values());
  const others = speakers.filter((speaker) => !roles.has(speaker));
  if (others.length > 0 && sides.has('user') === sides.has('assistant')) return null;
  for (const speaker of others) roles.set(speaker, sides.has('user') ? 'assistant' : 'user');
  return new Set(roles.values()).size >= 2 ? roles : null;
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

function turnsOf(text: string): RawTurn[] {
  const marked = byMarks(text);
  if (marked.length > 0) return marked;
  const plain = plainTextOf(text).trim();
  const lines = linesOf(/[\r\n]/.test(plain) ? plain : brokenUp(plain));
  const names = namesIn(lines);
  const sure = [...names.keys()].filter((name) => known(name) !== null);
  // A colon is in many sentences: a name nobody knows is a speaker where it comes back.
  const others = [...names.keys()].filter((name) => !sure.includes(name) && (names.get(name) ?? 0) >= 2);
  const sides = new Set(sure.map(known));
  const isComplete = sides.has('user') && sides.has('assistant');
  const speakers = new Set(isComplete ? sure : [...sure, ...others]);
  return byLines(lines, (name) => speakers.has(name));
}

/**
 * The turns of a conversation written as text; null where the text is none: fewer than two turns, or speakers of whom
 * none is known as user or assistant.
 */
export function writtenTurns(text: string): WrittenTurn[] | null {
  if (text.length > MAX_LENGTH || !/[:：>]|<\||^\s*(?:#|_?\*\*)/m.test(text)) return null;
  const turns = turnsOf(text);
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  if (turns.length < 2 || speakers.length > MAX_SPEAKERS) return null;
  const roles = rolesOf(speakers);
  if (!roles) return null;
  return turns.map(({ speaker, lines, time }) => ({
    role: roles.get(speaker) ?? 'user',
    speaker,
    // A rule stands between the turns, and is none of what was said.
    text: lines
      .join('\n')
      .trim()
      .replace(/(?:^|\n)\s*(?:-{3,}|\*{3,}|_{3,})$/, '')
      .trimEnd(),
    ...(time !== undefined && timeOf(time) !== null ? { time } : {}),
  }));
}

/** A prompt that was written as a transcript (`Human: …`), as chat messages without the empty ones; null for other texts. */
export function transcriptMessages(text: string): { role: string; content: string }[] | null {
  if (!/^\s*(Human|User):/.test(text)) return null;
  const said = writtenTurns(text)?.map((turn) => ({ role: turn.role, content: turn.text.trim() })) ?? [];
  const messages = said.filter(({ content }) => content !== '');
  return messages.length > 0 ? messages : null;
}
