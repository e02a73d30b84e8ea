import { z } from 'zod';
import {
  codebookChangeSchema,
  codebookSchema,
  crosswalkLinkSchema,
  crosswalkRelationSchema,
  failureModeSchema,
  shareSchema,
} from '../model/codebook';
import { base, handleSchema } from './base';
import { redactField, redactionReportSchema } from './redaction';

/** What a codebook is written as: for programs and spreadsheets, and to read. */
export const codebookFormats = ['json', 'csv', 'markdown', 'html'] as const;
export type CodebookFormat = (typeof codebookFormats)[number];

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
        licence: z.string(),
        failureModes: z.array(failureModeSchema),
      }),
    ),
  ),
  /** Retires `fromIds` in a new version; what was sorted under them counts under `intoId` from then on. */
  merge: base
    .input(z.object({ fromIds: z.array(z.string()).min(1).max(100), intoId: z.string() }))
    .output(codebookSchema),
  /** Retires a failure mode in a new version and puts several in its place; what was sorted under it waits to be sorted again. */
  split: base
    .input(
      z.object({
        failureModeId: z.string(),
        names: z.array(z.string().trim().min(1).max(120)).min(2).max(20),
      }),
    )
    .output(codebookSchema),
  /** How often each failure mode occurs under a version, whatever version corrections were sorted under. */
  counts: base.input(z.object({ version: z.number().int().optional() })).output(
    z.object({
      version: z.number().int(),
      sorted: z.number().int().describe('sorted corrections'),
      unplaced: z
        .number()
        .int()
        .describe('sorted corrections none of whose failure modes stands for anything in this version'),
      modes: z.array(
        z.object({
          failureModeId: z.string(),
          name: z.string(),
          isRetired: z.boolean(),
          corrections: shareSchema,
          sessions: shareSchema,
        }),
      ),
    }),
  ),
  /** Reads the text of a JSON or CSV file; nothing is saved. BAD_INPUT names file, line and reason. */
  read: base
    .input(z.object({ name: z.string().max(200), text: z.string().max(5_000_000) }))
    .output(z.array(failureModeSchema)),
  /** Links between categories: the built-in ones with what the analyst changed. */
  crosswalk: base.output(
    z.array(
      crosswalkLinkSchema.extend({
        fromName: z.string(),
        toName: z.string(),
        fromSet: z.string().describe('title of the built-in set, or Codebook'),
        toSet: z.string(),
        isBuiltIn: z.boolean(),
        isChanged: z.boolean().describe('built in, with another relation than it came with'),
      }),
    ),
  ),
  /** Writes the crosswalk in force; the shell saves it. */
  exportCrosswalk: base
    .input(z.object({ format: z.enum(['json', 'csv', 'markdown']) }))
    .output(z.object({ handle: handleSchema, name: z.string(), bytes: z.number() })),
  /**
   * Takes in the text of a JSON or CSV file as one act: adds and changes links, takes none away. BAD_INPUT names file, line and
   * reason, and nothing is taken in.
   */
  importCrosswalk: base
    .input(z.object({ name: z.string().max(200), text: z.string().max(5_000_000) }))
    .output(
      z.object({
        added: z.number().int(),
        changed: z.number().int(),
        known: z.number().int().describe('were there as they are in the file'),
      }),
    ),
  /** Makes or changes a link; null takes it away. BAD_INPUT where an end is in no set. */
  link: base
    .input(crosswalkLinkSchema.extend({ relation: crosswalkRelationSchema.nullable() }))
    .output(z.null()),
  /** Writes the version; the shell saves it. */
  export: base
    .input(
      z.object({
        version: z.number().int().optional(),
        format: z.enum(codebookFormats),
        redact: redactField,
      }),
    )
    .output(
      z.object({
        handle: handleSchema,
        name: z.string(),
        bytes: z.number(),
        redaction: redactionReportSchema.nullable(),
      }),
    ),
};
