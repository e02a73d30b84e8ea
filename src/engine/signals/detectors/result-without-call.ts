/**
 * result-without-call: a tool result stands in the record that nobody asked for: the call was lost, or the result was made up.
 * A source that never writes calls beside its results is no finding. After the pairing rule of the chat APIs: a result
 * answers a call by its id.
 */
import { z } from 'zod';
import { isToolCall } from '../../../shared/failures/step';
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
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { maxShare, quoteLength }) {
    const results = spans.filter(isToolCall);
    const orphans = results.filter(
      (span) => span.toolName === null && span.input === null && span.status !== 'rejected',
    );
    if (orphans.length === 0 || orphans.length / results.length > maxShare) return [];
    return orphans.map((span) => ({
      evidence: [span.spanId],
      turnNo: span.turnNo,
      reason: `A tool result stands here that no call asked for: ${span.text.slice(0, quoteLength).replace(/\s+/g, ' ').trim() || 'an empty one'}`,
      severity: 2,
    }));
  },
});
