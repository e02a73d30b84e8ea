/** One conversation as the spans of a session, with what the source says of the whole of it. For corpora of chats. */
import type { Origin } from '../model/span';
import { chatSpans, type ChatSpan } from './chat-spans';

/** What is the same for all spans of a conversation. */
export interface ChatSession {
  sessionId: string;
  userId?: string | null;
  model?: string | null;
  feature?: string | null;
  cohort?: string | null;
  /** Kept with the first span. */
  attributes?: Readonly<Record<string, unknown>>;
}

export type SessionSpan = Omit<ChatSpan, 'index' | 'origin'> &
  Pick<ChatSession, 'sessionId' | 'userId' | 'feature' | 'cohort'> & { origin: Origin | null };

/** The spans of a conversation with the index of the message each stands for, and what was odd. */
export function chatSession(
  messages: readonly unknown[],
  session: ChatSession,
  userOrigin: Origin,
  isToolError?: (text: string) => boolean,
): {
  spans: { span: SessionSpan; index: number }[];
  notes: string[];
  problems: { index: number; reason: string }[];
} {
  const read = chatSpans(messages, { userOrigin, ...(isToolError ? { isToolError } : {}) });
  const { sessionId, userId = null, feature = null, cohort = null, model = null } = session;
  const spans = read.spans.map(({ index, ...said }, i) => {
    const attributes = { ...said.attributes, ...(i === 0 ? session.attributes : {}) };
    const span: SessionSpan = {
      ...said,
      origin: said.origin ?? null,
      model: said.kind === 'llm' ? (said.model ?? model) : null,
      sessionId,
      userId,
      feature,
      cohort,
      attributes: Object.keys(attributes).length > 0 ? attributes : null,
    };
    return { span, index };
  });
  return { spans, notes: read.notes, problems: read.problems };
}
