import { z } from 'zod';
import { codebookChangeSchema, codebookSchema, failureModeSchema } from '../model/codebook';
import { base, handleSchema } from './base';

export const codebook = {
  /** Without a version: the current one. */
  get: base.input(z.object({ version: z.number().int().optional() }).default({})).output(codebookSchema),
  versions: base.output(
    z.array(
      z.object({
        version: z.number().int(),
        at: z.string(),
        author: z.string(),
        note: z.string(),
        size: z.number().int(),
      }),
    ),
  ),
  /** Saves a new version. `basedOn` must be the current version, else BAD_INPUT says who changed it since. */
  save: base
    .input(
      z.object({
        basedOn: z.number().int(),
        note: z.string().max(500),
        failureModes: z.array(failureModeSchema).max(500),
      }),
    )
    .output(codebookSchema),
  /** Adds one failure mode to the current version and returns its id; for naming a cluster while sorting. */
  add: base
    .input(
      failureModeSchema
        .pick({ name: true })
        .extend(failureModeSchema.omit({ id: true, name: true }).partial().shape),
    )
    .output(z.object({ failureModeId: z.string(), version: z.number().int() })),
  diff: base
    .input(z.object({ from: z.number().int(), to: z.number().int() }))
    .output(z.array(codebookChangeSchema)),
  starters: base.output(
    z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        source: z.string(),
        failureModes: z.array(failureModeSchema),
      }),
    ),
  ),
  /** Writes the version as JSON or Markdown; the shell saves it. */
  export: base
    .input(z.object({ version: z.number().int().optional(), format: z.enum(['json', 'markdown']) }))
    .output(z.object({ handle: handleSchema, name: z.string(), bytes: z.number() })),
};
