/**
 * The messages that an element of a list stands for, read by the message functions, and laid down for the kernel
 * (assembly/span-lines/words.as). Owns which of them may be taken one by one: those that mean the same whatever list they are in.
 */
import { readConversation, readMessages, type Speaker } from '../../../shared/trace/genai-conversation';
import { roleOf, type GenAiMessage } from '../../../shared/trace/genai-message';
import { get } from '../../../shared/trace/json';

/** In the kernel's order. */
const ROLES: readonly GenAiMessage['role'][] = ['user', 'assistant', 'system', 'tool'];
/** Names that a call must not have: whoever speaks by that name would be taken for the tool. */
const ROLE_NAMES: ReadonlySet<string> = new Set(ROLES);

/** The one message a value stands for that is no list, in the mouth of a speaker; null where it is none, several, or lacks ids. */
export function messageOfValue(text: string, speaker: Speaker): GenAiMessage[] | null {
  const messages = readMessages(text, speaker);
  return messages.length === 1 && messages.every(isComplete) ? messages : null;
}

/** The messages a list's element stands for, whoever is said to speak, none where it vanishes; null where the list may decide, or ids are missing. */
export function messagesOfElement(elem: string): GenAiMessage[] | null {
  const list = `[${elem}]`;
  const messages = readConversation(list, 'user') ?? [];
  if (JSON.stringify(messages) !== JSON.stringify(readConversation(list, 'assistant') ?? [])) return null;
  // Another role may be the name of a tool that was called before.
  if (roleOf(get(parseMaybeObject(elem), 'role')) === null) return null;
  // Answers beside calls may be to calls of messages before.
  if (messages.length > 1 && messages.some(({ toolCalls }) => toolCalls)) return null;
  return messages.every(isComplete) ? messages : null;
}

function isComplete({ role, toolCalls = [], toolCallId }: GenAiMessage): boolean {
  const areTold = toolCalls.every(({ id, name }) => id !== null && id !== name && !ROLE_NAMES.has(name));
  return areTold && (role !== 'tool' || toolCallId != null);
}

function parseMaybeObject(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const NUMBER = 4;
/** Behind every text is written over when it is hashed. */
const BEHIND = 16;

/**
 * Lays messages down at a place of the kernel's memory as far as there is room, `bytes` giving a stretch of it: how many they are, of each
 * numbers and where its texts begin and how long they are (0 for one that is not there), then the texts. Gives how many bytes that is; 0
 * for no messages, or too little room.
 */
export function layMessages(
  messages: readonly GenAiMessage[] | null,
  at: number,
  room: number,
  bytes: (from: number, size: number) => Buffer,
): number {
  if (!messages) return 0;
  const fields = messages.map(fieldsOf);
  const tableSize = NUMBER * (1 + sum(fields.flat().map((field) => (typeof field === 'number' ? 1 : 2))));
  // A character is three bytes at most.
  const most = sum(fields.flat().map((field) => (typeof field === 'string' ? field.length * 3 + BEHIND : 0)));
  if (tableSize + most > room) return 0;
  const table = bytes(at, tableSize);
  let place = table.writeUInt32LE(messages.length);
  let from = at + tableSize;
  for (const field of fields.flat()) {
    if (typeof field === 'number') {
      place = table.writeUInt32LE(field, place);
      continue;
    }
    const size = field === null ? 0 : bytes(from, field.length * 3).write(field);
    place = table.writeUInt32LE(field === null ? 0 : from, place);
    place = table.writeUInt32LE(size, place);
    if (field !== null) from += size + BEHIND;
  }
  return from - at;
}

/** What is laid down of a message, in the kernel's order: numbers and texts. */
function fieldsOf(message: GenAiMessage): (number | string | null)[] {
  const { role, text, toolCalls = [], toolCallId, reasoning, origin, toolName, isError } = message;
  return [
    ROLES.indexOf(role),
    text,
    toolCallId ?? null,
    toolCalls.length,
    reasoning ?? null,
    origin ?? null,
    toolName ?? null,
    isError === true ? 1 : 0,
    ...toolCalls.flatMap((call) => [call.id, call.name, call.arguments]),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
