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
  // Texts are read of orphans alone, and sessions without one are not counted.
  sql: `WITH orphan AS (
      SELECT session_id, span_id, trim(regexp_replace(left(text, $quoteLength), '${whiteSpaceRe2}', ' ', 'g')) AS said
      FROM spans
      WHERE kind = 'tool' AND NOT is_rewound AND tool_name IS NULL AND input IS NULL AND status <> 'rejected'
    ), counted AS (
      SELECT session_id, count(*) AS orphans FROM orphan GROUP BY session_id
    ), results AS (
      SELECT session_id, count(*) AS results
      FROM spans
      WHERE kind = 'tool' AND NOT is_rewound AND session_id IN (SELECT session_id FROM counted)
      GROUP BY session_id
    )
    SELECT o.session_id, o.span_id, 2 AS severity, []::VARCHAR[] AS evidence,
      'A tool result stands here that no call asked for: ' || CASE WHEN o.said = '' THEN 'an empty one' ELSE o.said END AS reason
    FROM orphan AS o
    JOIN counted AS c ON c.session_id = o.session_id
    JOIN results AS r ON r.session_id = o.session_id
    WHERE c.orphans / r.results <= $maxShare`,
});
