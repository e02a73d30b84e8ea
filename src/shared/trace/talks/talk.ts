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
