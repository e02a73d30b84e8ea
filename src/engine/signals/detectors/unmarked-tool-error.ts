/**
 * unmarked-tool-error: a tool call brought back an error in words or in a field, and the source says of no call whether it failed.
 * What the source marks is tool-error; what it marks as a success is silent-tool-failure's job, and so is an
 * error on which the next answer builds unaware. Reads how the result begins: an error is said first, and a page or a file that talks about errors is none.
 */
import { z } from 'zod';
import { failureLineOf } from '../../../shared/failures/failure-line';
import { payloadFault } from '../../../shared/failures/payload-fault';
import { refusedEdit } from '../../../shared/failures/shell-failures.data';
import { quote, toolOf } from '../../../shared/failures/step';
import { unseenFailure } from '../../../shared/failures/unseen-failure';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which an error text must start; errors are said first'),
  maxShell: z
    .number()
    .int()
    .min(0)
    .default(600)
    .describe(
      'characters of what a shell or a file shows that can be the error itself; longer output may hold an error that was looked for',
    ),
});

function errorOf(span: DetectorSpan, headLength: number, maxShell: number): string | null {
  // An editing tool quotes the file behind its refusal, so its length says nothing.
  if (refusedEdit.test(span.text.slice(0, headLength)))
    return `“${quote(span.text.trimStart().split('\n', 1)[0] ?? '', 90)}”`;
  if (span.pillar !== 'environment' || span.textLength <= maxShell) {
    const fault = payloadFault(span, headLength);
    if (fault?.isError === true) return fault.what;
  }
  const line = failureLineOf(span);
  return line === null ? null : `“${quote(line, 90)}”`;
}

/** silent-tool-failure tells of it. */
function isBuiltOn(spans: readonly DetectorSpan[], at: number, headLength: number): boolean {
  if (spans[at]?.pillar === 'environment') return false;
  const unseen = unseenFailure(spans, at, headLength);
  return unseen !== null && unseen.fault.isError && !unseen.isOwned;
}

export default defineDetector({
  id: 'unmarked-tool-error',
  title: 'Unmarked tool error',
  description: 'A tool call brought back an error in words, and its source marks no calls as failed.',
  pillar: 'tools',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { headLength, maxShell }) {
    const findings: FindingInput[] = [];
    spans.forEach((span, at) => {
      const isCall = span.kind === 'tool' || span.kind === 'retrieval';
      if (!isCall || span.isRewound || span.status !== 'unset') return;
      const error = errorOf(span, headLength, maxShell);
      if (error === null || isBuiltOn(spans, at, headLength)) return;
      findings.push({
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason: `${toolOf(span)} brought back ${error}.`,
        severity: 2,
      });
    });
    return findings;
  },
});
