/** How far sessions were looked at for signals, and what is said wherever findings go out before that is done. */
import { z } from 'zod';

export const signalCoverageSchema = z.object({
  sessions: z.number().int(),
  looked: z.number().int().describe('of them looked at by all detectors, their user turns classed'),
});
export type SignalCoverage = z.infer<typeof signalCoverageSchema>;

/** For answers that count findings or list them. */
export const incompleteField = z
  .string()
  .nullable()
  .describe('that not all sessions were looked at for signals, in a sentence; null once they were');

const count = (value: number): string => value.toLocaleString('en-US');

/** A sentence where not all sessions have been looked at; null where they have. */
export function incompleteSignals({ sessions, looked }: SignalCoverage): string | null {
  if (looked >= sessions) return null;
  return `Signals are incomplete: ${count(looked)} of ${count(sessions)} sessions have been looked at by all detectors.`;
}
