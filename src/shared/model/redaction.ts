import { z } from 'zod';

/** What redaction looks for, in the order in which kinds win where they overlap. */
export const maskKindSchema = z.enum([
  'custom',
  'credentials',
  'key',
  'email',
  'iban',
  'card',
  'ip',
  'path',
  'account',
  'phone',
  'address',
  'person',
]);
export type MaskKind = z.infer<typeof maskKindSchema>;

/** What is masked, as the analyst chose it. */
export const redactionChoiceSchema = z.object({
  kinds: z.array(maskKindSchema).describe('what is masked'),
  ownTerms: z
    .array(z.string().max(200))
    .max(500)
    .describe('the analyst’s own words, plain text regardless of case'),
  ownPatterns: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(30).describe('first part of the pseudonym'),
        pattern: z.string().min(1).max(500).describe('RE2 syntax, regardless of case; its time is linear'),
      }),
    )
    .max(100)
    .default([]),
});
export type RedactionChoice = z.infer<typeof redactionChoiceSchema>;
