/**
 * result-without-call: a tool result stands in the record that nobody asked for: the call was lost, or the result was made up.
 * A source that never writes calls beside its results is no finding. After the pairing rule of the chat APIs: a result
 * answers a call by its id.
 */
import { z } from 'zod';
import { whiteSpaceRe2 } from '../../../shared/text/white-space';
import { defineDetector } from '../detector';

const parameters = z.object({
  maxShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'share of a session’s results without a call above which the export simply leaves the calls out (seen in few-shot exports of tau-bench: all)',
    ),
  quoteLength: z
    .number()
    .int()
    .min(20)
    .default(100)
    .describe('characters of the result quoted; a matter of reading, not of detection'),
});

export default defineDetector({
  id: 'result-without-call',
  title: 'Result without call',
  description: 'A tool result that no call asked for.',
  pillar: 'tools',
  version: '1.1',
  parameters,
  isHint: true,
  sql: `WITH result AS (
      SELECT session_id, span_id, text, tool_name IS NULL AND input IS NULL AND status <> 'rejected' AS is_orphan
      FROM spans
      WHERE kind = 'tool' AND NOT is_rewound
    ), orphan AS (
      SELECT *, trim(regexp_replace(left(text, $quoteLength), '${whiteSpaceRe2}', ' ', 'g')) AS said
      FROM (SELECT *, count(*) FILTER (is_orphan) OVER in_session / count(*) OVER in_session AS share
        FROM result WINDOW in_session AS (PARTITION BY session_id))
      WHERE is_orphan
    )
    SELECT session_id, span_id, 2 AS severity, []::VARCHAR[] AS evidence,
      'A tool result stands here that no call asked for: ' || CASE WHEN said = '' THEN 'an empty one' ELSE said END AS reason
    FROM orphan
    WHERE share <= $maxShare`,
});
