/** A session as plain text, as the judge reads it: who said and did what, in order, long texts cut. */
import type { EvaluationContext } from './evaluate';

/** Spans that are read, and characters kept of each: enough for a person to judge by. */
const MAX_SPANS = 400;
const MAX_SPAN_TEXT = 1500;

/** The session's messages and tool calls as lines; '' for one that does not exist. */
export async function sessionTranscript({ db }: EvaluationContext, sessionId: string): Promise<string> {
  const rows = await db.all<{
    kind: string;
    name: string;
    toolName: string | null;
    status: string;
    text: string;
    input: string | null;
  }>(
    `SELECT kind, name, tool_name AS "toolName", status, left(text_head, $2) AS text, input_head AS input
     FROM span WHERE session_id = $1 AND NOT is_rewound AND kind IN ('user', 'llm', 'tool', 'retrieval') AND (text_length > 0 OR kind = 'tool')
     ORDER BY position LIMIT $3`,
    [sessionId, MAX_SPAN_TEXT, MAX_SPANS],
  );
  return rows
    .map((row) => {
      if (row.kind === 'user') return `USER: ${row.text}`;
      if (row.kind === 'llm') return `AGENT: ${row.text}`;
      return `TOOL ${row.toolName ?? row.name} (${row.status}) ${row.input ?? ''}\n  -> ${row.text}`;
    })
    .join('\n');
}
