import { z } from 'zod';
import { codeSchema, codeUseSchema } from '../model/code';
import { base } from './base';

/** Free codes: given to corrections while reading (open coding), put under failure modes later (axial coding). */
export const code = {
  /** The most used first. */
  list: base.output(z.array(codeUseSchema)),
  /** Puts a code on corrections or takes it off. A coded correction is confirmed; it comes under the code's failure mode, if it has one. */
  apply: base
    .input(
      z.object({
        correctionIds: z.array(z.string()).min(1).max(100_000),
        code: codeSchema,
        mode: z.enum(['add', 'remove']).default('add'),
      }),
    )
    .output(z.null()),
  /** Puts a code with all its corrections under a failure mode; null takes them out of it. */
  place: base.input(z.object({ code: codeSchema, failureModeId: z.string().nullable() })).output(z.null()),
  /** Makes a failure mode of a code, as one act: a new version of the codebook, the code and its corrections under it. */
  promote: base.input(z.object({ code: codeSchema })).output(z.object({ failureModeId: z.string() })),
  /** Renames a code; into one there is already, the two become one. */
  rename: base.input(z.object({ code: codeSchema, to: codeSchema })).output(z.null()),
};
