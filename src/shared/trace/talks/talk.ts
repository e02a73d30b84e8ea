/** A conversation as platforms export it: who said what, which tools ran, how it was rated. Owns the one shape all are read into. */
import { asText, type JsonObject } from '../json';

export interface Said {
  /** `person`: somebody of the staff who is not the agent. `call` and `result` are those of a tool. */
  who: 'user' | 'agent' | 'person' | 'system' | 'call' | 'result' | 'event';
  text: string;
  id?: string | null;
  name?: string | null;
  callId?: string | null;
  timeNs?: bigint | null;
  userId?: string | null;
  model?: string | null;
  isError?: boolean;
  /** JSON pointer inside the record. */
  at: string;
  raw: unknown;
}

export interface Rating {
  name: string;
  kind: 'score' | 'feedback' | 'outcome';
  by: 'human' | 'llm';
  value?: number | null;
  text?: string | null;
  explanation?: string | null;
}

export interface Talk {
  /** As the source names the conversation; null where it names none. */
  sessionId: string | null;
  agentName?: string | null;
  said: Said[];
  ratings: Rating[];
}

/** One platform's way to write conversations. */
export interface TalkSource {
  name: string;
  /** What gives its records away. */
  mark: string;
  confidence: number;
  knows(record: JsonObject): boolean;
  read(record: JsonObject): Talk[];
}

/** An id as text, which some platforms write as a number; null where there is none. */
export function idText(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : asText(value);
}

const BOT_NAME = /\b(?:bot|assistant|ai agent|chatbot|copilot)\b|bot$/i;

/** Whether a name is that of a program: "Answer Bot", "acme_bot". */
export function isBotName(name: string): boolean {
  return BOT_NAME.test(name);
}

/** What was said by its time, for pages that begin with the latest; as it stands where a time is missing. */
export function inTimeOrder(said: readonly Said[]): Said[] {
  const isTimed = said.every(({ timeNs }) => timeNs !== null && timeNs !== undefined);
  return isTimed ? said.toSorted((a, b) => Number((a.timeNs ?? 0n) - (b.timeNs ?? 0n))) : [...said];
}
