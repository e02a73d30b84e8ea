/**
 * tool-error: a tool call that the source itself marks as failed.
 * Reads the status the format found (is_error, status code 2, level ERROR, a non-zero exit where the source says so);
 * must not guess from texts: that is silent-tool-failure's job.
 */
import { z } from 'zod';
import { defineDetector, type FindingInput } from '../detector';

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
  version: '1.0',
  parameters,
  isHint: false,
  inspect({ spans }, { longMessage }) {
    const findings: FindingInput[] = [];
    for (const span of spans) {
      if (span.kind !== 'tool' || span.status !== 'error' || span.isRewound) continue;
      const said = (span.statusMessage ?? span.text).replace(/\s+/g, ' ').trim();
      const quote = said.length > longMessage ? `${said.slice(0, longMessage)}…` : said;
      findings.push({
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason: `${span.toolName ?? span.name} failed${quote === '' ? ' without a message' : `: ${quote}`}`,
        severity: 2,
      });
    }
    return findings;
  },
});
