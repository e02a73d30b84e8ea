/**
 * tool-error: a tool call that the source itself marks as failed.
 * Reads the status the format found (is_error, status code 2, level ERROR, a non-zero exit where the source says so);
 * must not guess from texts: that is silent-tool-failure's job.
 */
import { z } from 'zod';
import { whiteSpaceRe2 } from '../../../shared/text/white-space';
import { defineDetector } from '../detector';

const parameters = z.object({
  longMessage: z
    .number()
    .int()
    .min(20)
    .default(140)
    .describe('characters of the error message quoted; a matter of reading, not of detection'),
});

export default defineDetector({
  id: 'tool-error',
  title: 'Tool error',
  description: 'A tool call failed and its source says so.',
  pillar: 'tools',
  version: '1.1',
  parameters,
  isHint: false,
  sql: `SELECT session_id, span_id, 2 AS severity, []::VARCHAR[] AS evidence,
      coalesce(tool_name, name) || ' failed' || CASE
        WHEN said = '' THEN ' without a message'
        WHEN length(said) > $longMessage THEN ': ' || left(said, $longMessage) || '…'
        ELSE ': ' || said
      END AS reason
    FROM (
      SELECT session_id, span_id, tool_name, name,
        trim(regexp_replace(coalesce(status_message, text), '${whiteSpaceRe2}', ' ', 'g')) AS said
      FROM spans
      WHERE kind = 'tool' AND status = 'error' AND NOT is_rewound
    )`,
});
