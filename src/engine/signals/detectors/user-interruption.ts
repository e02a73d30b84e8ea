/**
 * user-interruption: the person stopped the agent, or refused a tool call it wanted to make.
 * Reads what the format marked as interrupted or rejected; a rejection right before an interruption is one act.
 */
import { z } from 'zod';
import { defineDetector } from '../detector';

const parameters = z.object({
  sameActSpans: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe(
      'spans between a refused call and the interruption it caused: coding agents write both for one key press (seen in Claude Code transcripts)',
    ),
});

export default defineDetector({
  id: 'user-interruption',
  title: 'User interruption',
  description: 'The user stopped the agent or refused a tool call.',
  pillar: 'user',
  version: '1.1',
  parameters,
  isHint: false,
  sql: `SELECT session_id, span_id, 3 AS severity, []::VARCHAR[] AS evidence,
      CASE
        WHEN status = 'rejected' THEN
          'The user refused the call of ' || tool || CASE WHEN status_message IS NULL THEN '.' ELSE ': ' || left(status_message, 200) END
        WHEN kind = 'tool' THEN 'The user stopped the agent while ' || tool || ' ran.'
        ELSE 'The user stopped the agent in the middle of its work.'
      END AS reason
    FROM (
      SELECT session_id, span_id, position, kind, status, status_message, coalesce(tool_name, name) AS tool,
        max(CASE WHEN status = 'rejected' THEN position END) OVER (PARTITION BY session_id ORDER BY position) AS refused_at
      FROM spans
      WHERE status IN ('rejected', 'interrupted') AND NOT is_rewound
    )
    WHERE status = 'rejected' OR refused_at IS NULL OR position - refused_at > $sameActSpans`,
});
