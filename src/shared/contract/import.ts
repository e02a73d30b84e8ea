import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { spanRowSchema } from '../model/span';
import {
  detectionSchema,
  importProgressSchema,
  leftOutSchema,
  mappingProfileSchema,
  rejectSchema,
  shownImportSchema,
  sourceSchema,
} from '../model/source';
import { base, handleSchema, pageOf, pageSchema } from './base';

/** What is known of a file before it is imported. */
export const filePreviewSchema = z.object({
  handle: handleSchema,
  name: z.string(),
  path: z.string(),
  bytes: z.number(),
  compression: z.enum(['none', 'gzip', 'zstd']),
  container: z.enum(['lines', 'document', 'parquet', 'csv', 'text', 'archive', 'unknown']),
  detections: z.array(detectionSchema).describe('best first; empty when nothing is recognised'),
  alreadyImported: z.boolean(),
  problem: z.string().nullable(),
  proposal: mappingProfileSchema
    .optional()
    .describe('of a file of no known format: the mapping it is imported by unless another is given'),
});
export type FilePreview = z.infer<typeof filePreviewSchema>;

export const formatSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  containers: z.array(z.string()),
  documentation: z.string(),
});

/** A field found in a sample of an unknown file, with what its values look like. */
export const fieldGuessSchema = z.object({
  path: z.string(),
  types: z.array(z.string()),
  examples: z.array(z.string()),
  share: z.number().describe('share of sampled records that have it'),
  distinct: z.number().int(),
});

export type FieldGuess = z.infer<typeof fieldGuessSchema>;

/** A span as the preview of a mapping shows it. */
export const mappedRowSchema = spanRowSchema
  .pick({ kind: true, name: true, toolName: true, model: true, status: true, text: true, line: true })
  .extend({ sessionId: z.string(), startTime: z.string().nullable() });
export type MappedRow = z.infer<typeof mappedRowSchema>;

export const importEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: importProgressSchema }),
  z.object({ type: z.literal('done'), record: shownImportSchema }),
]);
export type ImportEvent = z.infer<typeof importEventSchema>;

/** Files of an import that are told with it; a screen fetches more as somebody looks at them. */
export const TOLD_FILES = 300;
/** Whether the record at the end tells all files, or {@link TOLD_FILES} of them. */
export const allFilesSchema = z.boolean().default(true);

export const imports = {
  formats: base.output(z.array(formatSchema)),
  /** Expands folders and looks at each file's content; reads at most the first 512 KB of each. */
  inspect: base
    .input(z.object({ handles: z.array(handleSchema).min(1) }))
    .output(z.object({ files: z.array(filePreviewSchema), leftOut: z.array(leftOutSchema) })),
  /** Imports files as one import. Cancelling the call leaves no trace behind. */
  start: base
    .input(
      z.object({
        files: z
          .array(
            z.object({
              handle: handleSchema,
              format: z.string().optional().describe('overrides detection'),
              profile: mappingProfileSchema.optional().describe('for the generic mapping'),
            }),
          )
          .min(1),
        withAllFiles: allFilesSchema,
      }),
    )
    .output(eventIterator(importEventSchema)),
  list: base.output(z.array(shownImportSchema)),
  /** Files of an import, those that want a look before the others. */
  sources: base.input(pageSchema.extend({ importId: z.string() })).output(pageOf(sourceSchema)),
  rejects: base
    .input(pageSchema.extend({ importId: z.string().optional(), sourceId: z.string().optional() }))
    .output(pageOf(rejectSchema)),
  remove: base.input(z.object({ importId: z.string() })).output(z.null()),
  guessMapping: base
    .input(z.object({ handle: handleSchema }))
    .output(z.object({ fields: z.array(fieldGuessSchema), profile: mappingProfileSchema })),
  previewMapping: base.input(z.object({ handle: handleSchema, profile: mappingProfileSchema })).output(
    z.object({
      rows: z.array(mappedRowSchema),
      problems: z.array(z.string()),
      labelCount: z.number().int().describe('labels that come of the first records'),
    }),
  ),
  profiles: base.output(z.array(mappingProfileSchema)),
  saveProfile: base.input(mappingProfileSchema).output(z.null()),
  /** Writes a profile as a JSON file, for colleagues and for `faultline import --profile`. */
  exportProfile: base
    .input(mappingProfileSchema)
    .output(z.object({ handle: handleSchema, name: z.string() })),
};
