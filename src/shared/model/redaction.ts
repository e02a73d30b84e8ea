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
