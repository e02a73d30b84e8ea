/** What redaction would do, on texts of the workspace itself: for looking before anything goes out. */
import type { Database } from '../../workspace/database';
import type { MaskKind } from '../../../shared/model/redaction';
import type { RedactionSettings } from './redact';
import { workspaceRedactor } from './workspace-names';

export interface RedactedText {
  sessionId: string;
  spanId: string;
  before: string;
  after: string;
  masked: { kind: MaskKind; start: number; length: number }[];
}

/** Texts that are looked at: an even sample over the whole workspace, the same at every look. */
const MAX_LOOKED = 4000;

/** A page of the texts in which something would be masked. */
export async function previewRedaction(
  db: Database,
  settings: RedactionSettings,
  page: { offset: number; limit: number },
): Promise<{ items: RedactedText[]; total: number; looked: number }> {
  const texts = await db.all<{ sessionId: string; spanId: string; text: string }>(
    `SELECT session_id AS "sessionId", span_id AS "spanId", text_head AS text FROM span
     WHERE text_length > 0 AND kind IN ('user', 'llm', 'tool') ORDER BY hash(session_id, span_id) LIMIT $1`,
    [MAX_LOOKED],
  );
  const redactor = await workspaceRedactor(db, settings);
  const found = texts.flatMap(({ sessionId, spanId, text }): RedactedText[] => {
    const { text: after, masked } = redactor.redact(text, { group: sessionId });
    if (masked.length === 0) return [];
    return [
      {
        sessionId,
        spanId,
        before: text,
        after,
        masked: masked.map(({ kind, start, length }) => ({ kind, start, length })),
      },
    ];
  });
  return {
    items: found.slice(page.offset, page.offset + page.limit),
    total: found.length,
    looked: texts.length,
  };
}
