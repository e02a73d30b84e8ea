/**
 * call-without-result: a tool was called and nothing ever came back, so what follows rests on nothing.
 * Sources that record no results at all, calls still running at the end of the record, and tools that end the session by
 * their nature are no findings. Called after the pairing rule of the chat APIs: every tool call is answered by one result.
 */
import { z } from 'zod';
import { endingTools } from '../../../shared/failures/tools.data';
import { defineDetector } from '../detector';

const parameters = z.object({
  endingTools: z
    .array(z.string())
    .default([...endingTools])
    .describe(
      'tools (lower case) that end the work and are answered by nobody, as agent frameworks name them',
    ),
  minAnsweredShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of a session’s calls that must have a result; below it the export leaves results out (seen in logs of single model calls)',
    ),
});

export default defineDetector({
  id: 'call-without-result',
  title: 'Call without result',
  description: 'A tool was called and nothing ever came back.',
  pillar: 'tools',
  version: '1.1',
  parameters,
  isHint: true,
  // Calls made side by side at the very end were cut off with the record: the first span after them that is none of them counts.
  // Texts are read of calls that have not ended alone, and sessions without an unanswered one are not counted.
  sql: `WITH open AS (
      SELECT session_id, span_id, position, agent_id, coalesce(tool_name, name) AS tool
      FROM spans
      WHERE kind = 'tool' AND call_hash IS NOT NULL AND NOT is_rewound AND status = 'unset' AND end_ms IS NULL AND text = ''
    ), calls AS (
      SELECT session_id, count(*) AS calls
      FROM spans
      WHERE kind = 'tool' AND call_hash IS NOT NULL AND NOT is_rewound AND session_id IN (SELECT session_id FROM open)
      GROUP BY session_id
    ), unanswered AS (
      SELECT o.*, o.position - row_number() OVER (PARTITION BY o.session_id ORDER BY o.position) AS run,
        1 - count(*) OVER (PARTITION BY o.session_id) / c.calls AS answered_share
      FROM open AS o
      JOIN calls AS c ON c.session_id = o.session_id
    ), last_of AS (
      SELECT session_id, coalesce(agent_id, '') AS agent, max(position) AS position
      FROM spans
      WHERE NOT is_rewound AND session_id IN (SELECT session_id FROM unanswered)
      GROUP BY ALL
    ), told AS (
      SELECT u.*, max(u.position) OVER (PARTITION BY u.session_id, u.run) + 1 > coalesce(l.position, -1) AS is_last
      FROM unanswered AS u
      LEFT JOIN last_of AS l ON l.session_id = u.session_id AND l.agent = coalesce(u.agent_id, '')
    )
    SELECT session_id, span_id, CASE WHEN is_last THEN 1 ELSE 3 END AS severity, []::VARCHAR[] AS evidence,
      CASE WHEN is_last THEN tool || ' was called and the record ends without its result.'
        ELSE tool || ' was called and never answered, and the agent went on.' END AS reason
    FROM told
    WHERE answered_share >= $minAnsweredShare AND NOT list_contains($endingTools::VARCHAR[], lower(tool))`,
});
