import { z } from 'zod';
import { reportDocumentSchema, reportParts } from '../model/report';
import { incompleteField } from '../model/signal-coverage';
import { base, handleSchema } from './base';
import { redactField, redactionReportSchema } from './redaction';

export const exportKinds = ['corrections', 'annotations', 'findings', 'sessions'] as const;
export const exportFormats = ['jsonl', 'csv', 'parquet'] as const;

export const reportFormats = ['html', 'markdown', 'data'] as const;
export type ReportFormat = (typeof reportFormats)[number];

const partsSchema = z
  .array(z.enum(reportParts))
  .min(1)
  .default([...reportParts])
  .describe('in the order of the report');

export const report = {
  /** The report as a document, with what was masked in it; for a look before it goes out. */
  preview: base
    .input(z.object({ parts: partsSchema, title: z.string().max(200).default(''), redact: redactField }))
    .output(z.object({ document: reportDocumentSchema, redaction: redactionReportSchema.nullable() })),
  /**
   * Writes the report into the workspace's exports folder: one HTML or Markdown file, or a zip with its data (the document, all
   * figures, all rows of its evidence and the examples, each as JSON Lines, CSV and Parquet).
   */
  write: base
    .input(
      z.object({
        parts: partsSchema,
        title: z.string().max(200).default(''),
        format: z.enum(reportFormats),
        redact: redactField,
      }),
    )
    .output(
      z.object({
        handle: handleSchema,
        name: z.string(),
        bytes: z.number(),
        files: z
          .array(z.object({ handle: handleSchema, name: z.string(), bytes: z.number() }))
          .describe('what a zip holds, each as a file of its own; the one file otherwise'),
        figures: z.number().int().describe('numbers in it that carry a reference'),
        incomplete: incompleteField,
        redaction: redactionReportSchema.nullable(),
      }),
    ),
  /** Writes one export into the workspace's exports folder; the shell then saves it where the person says. */
  export: base
    .input(
      z.object({
        kind: z.enum(exportKinds),
        format: z.enum(exportFormats),
        redact: redactField.describe('mask people and secrets; such an export does not come back in'),
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
  /** Takes annotations, corrections or findings that were exported as JSONL back in; nothing is doubled. */
  importAnnotations: base.input(z.object({ handle: handleSchema })).output(
    z.object({
      read: z.number().int(),
      added: z.number().int(),
      known: z.number().int(),
      unmatched: z.number().int(),
    }),
  ),
};
