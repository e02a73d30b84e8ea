import { z } from 'zod';
import { incompleteField } from '../model/signal-coverage';
import { base, handleSchema } from './base';
import { redactField, redactionReportSchema } from './redaction';

export const sqlColumnSchema = z.object({ name: z.string(), type: z.string() });
export type SqlColumn = z.infer<typeof sqlColumnSchema>;

export const sqlResultSchema = z.object({
  columns: z.array(sqlColumnSchema),
  rows: z.array(z.array(z.unknown())).describe('values in the order of the columns'),
  isCut: z.boolean().describe('there are more rows than were asked for, or than can be held'),
  cutValues: z.number().int().describe('texts cut after 100,000 characters'),
  durationMs: z.number(),
  incomplete: incompleteField,
});
export type SqlResult = z.infer<typeof sqlResultSchema>;

const savedQuerySchema = z.object({ name: z.string().trim().min(1).max(80), query: z.string().max(20_000) });

export const sql = {
  /** The documented views with their columns, types and meanings. */
  views: base.output(
    z.array(
      z.object({
        name: z.string(),
        grain: z.string(),
        columns: z.array(z.object({ name: z.string(), type: z.string(), meaning: z.string() })),
      }),
    ),
  ),
  /** Runs one SELECT over the documented views. A problem comes back with its place in the text. */
  run: base
    .input(
      z.object({
        query: z.string().max(100_000),
        limit: z.number().int().min(1).max(10_000).default(1000),
        timeoutSeconds: z.number().min(1).max(600).default(30),
      }),
    )
    .output(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('result'), result: sqlResultSchema }),
        z.object({ kind: z.literal('problem'), message: z.string(), position: z.number().int().nullable() }),
      ]),
    ),
  /** Writes the whole result of a query into the workspace's exports folder. */
  export: base
    .input(
      z.object({
        query: z.string().max(100_000),
        format: z.enum(['jsonl', 'csv', 'parquet']),
        redact: redactField,
      }),
    )
    .output(
      z.object({
        handle: handleSchema,
        name: z.string(),
        rows: z.number().int(),
        bytes: z.number(),
        incomplete: incompleteField,
        redaction: redactionReportSchema.nullable(),
      }),
    ),
  saved: base.output(z.array(savedQuerySchema)),
  save: base.input(savedQuerySchema).output(z.null()),
  remove: base.input(z.object({ name: z.string() })).output(z.null()),
};
