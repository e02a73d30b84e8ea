import { z } from 'zod';
import { maskKindSchema, redactionChoiceSchema } from '../model/redaction';
import { base, pageOf, pageSchema } from './base';

export const maskedPlaceSchema = z.object({
  kind: maskKindSchema,
  pseudonym: z.string(),
  row: z.number().int().describe('1-based row of the export; of a report, place of the text in it'),
  column: z.string(),
  start: z.number().int(),
  length: z.number().int(),
});
export type MaskedPlace = z.infer<typeof maskedPlaceSchema>;

/** Of every call that writes something for others. */
export const redactField = z
  .boolean()
  .default(false)
  .describe('mask people and secrets, as the workspace’s choice says');

/** What was masked and where; the values are in it nowhere. Finding nothing is no proof that nothing is there. */
export const redactionReportSchema = z.object({
  counts: z.array(z.object({ kind: maskKindSchema, count: z.number().int() })),
  places: z.array(maskedPlaceSchema).describe('at most 5,000'),
  leaks: z
    .array(z.object({ kind: maskKindSchema, row: z.number().int(), column: z.string() }))
    .describe('what a second look at the finished file still found: row, or line of a text, and column'),
});
export type RedactionReport = z.infer<typeof redactionReportSchema>;

export const redaction = {
  /** What is masked in this workspace's exports. */
  get: base.output(redactionChoiceSchema),
  set: base.input(redactionChoiceSchema).output(z.null()),
  /** Texts of the workspace in which something would be masked, as they are and as they would be. */
  preview: base.input(pageSchema.extend({ choice: redactionChoiceSchema.optional() })).output(
    pageOf(
      z.object({
        sessionId: z.string(),
        spanId: z.string(),
        before: z.string(),
        after: z.string(),
        masked: z.array(
          z.object({ kind: maskKindSchema, start: z.number().int(), length: z.number().int() }),
        ),
      }),
    ).extend({ looked: z.number().int().describe('texts that were looked at') }),
  ),
};
