/**
 * A report as a document: what every way of writing it (page, Markdown, screen, data) has in common. Every figure carries
 * its n, its interval where it has one, and the id of its evidence; the evidence says by which query its rows are found and
 * where the first of them stand. Texts are plain: whoever shows them escapes them.
 */
import { z } from 'zod';
import { shareSchema } from './codebook';

export const reportParts = [
  'summary',
  'failure-modes',
  'signals',
  'reliability',
  'objectives',
  'agreement',
  'method',
  'limits',
] as const;
export type ReportPart = (typeof reportParts)[number];

export const reportPartTitles: Record<ReportPart, string> = {
  summary: 'Summary',
  'failure-modes': 'Failure modes',
  signals: 'Signals',
  reliability: 'Reliability',
  objectives: 'Objectives',
  agreement: 'Agreement',
  method: 'Method',
  limits: 'Limits',
};

/** Where one counted row stands. `line` is 1-based, or the row of a Parquet file; null where the source has none. */
export const reportPlaceSchema = z.object({
  sessionId: z.string(),
  turnNo: z.number().int().nullable(),
  spanId: z.string().nullable(),
  path: z.string().nullable().describe('source file: its name, or its path where another has that name'),
  line: z.number().int().nullable(),
});
export type ReportPlace = z.infer<typeof reportPlaceSchema>;

/** What a figure rests on. */
export const evidenceSchema = z.object({
  id: z.string().describe('R1, R2 … in the order of the report'),
  title: z.string().describe('what the rows are'),
  sql: z.string().describe('a SELECT over the documented views that gives exactly these rows'),
  rows: z.number().int(),
  sessions: z.number().int().describe('different sessions among the rows'),
  places: z.array(reportPlaceSchema).describe('of the first rows'),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** A number of the report. A share counts rows or sessions of its evidence; an estimate is computed from them. */
export const reportFigureSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('share'),
    share: shareSchema,
    counts: z.enum(['rows', 'sessions']),
    evidence: z.string(),
  }),
  z.object({
    kind: z.literal('count'),
    count: z.number().int(),
    counts: z.enum(['rows', 'sessions']),
    evidence: z.string(),
  }),
  z.object({
    kind: z.literal('estimate'),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.number(),
    scale: z.enum(['share', 'number']),
    evidence: z.string(),
  }),
]);
export type ReportFigure = z.infer<typeof reportFigureSchema>;

const cellSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ figure: reportFigureSchema }),
  z.object({ place: reportPlaceSchema }),
]);
export type ReportCell = z.infer<typeof cellSchema>;

export const reportBlockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('paragraph'), text: z.string() }),
  z.object({ type: z.literal('heading'), text: z.string() }),
  z.object({ type: z.literal('list'), items: z.array(z.string()) }),
  z.object({
    type: z.literal('figures'),
    items: z.array(z.object({ label: z.string(), figure: reportFigureSchema, note: z.string() })),
  }),
  z.object({
    type: z.literal('table'),
    title: z.string(),
    note: z.string(),
    columns: z.array(z.object({ title: z.string(), isNumber: z.boolean() })),
    rows: z.array(z.array(cellSchema)),
  }),
  z.object({
    type: z.literal('trend'),
    title: z.string(),
    note: z.string(),
    unit: z.enum(['day', 'week', 'month']),
    points: z.array(z.object({ label: z.string(), share: shareSchema })),
    evidence: z.string(),
  }),
  z.object({
    type: z.literal('examples'),
    title: z.string(),
    items: z.array(
      z.object({
        speeches: z
          .array(z.object({ who: z.string(), text: z.string() }))
          .describe('what was said, in order; cut where it is long'),
        place: reportPlaceSchema,
      }),
    ),
  }),
]);
export type ReportBlock = z.infer<typeof reportBlockSchema>;
export type ReportTable = Extract<ReportBlock, { type: 'table' }>;

export const reportSectionSchema = z.object({
  part: z.enum(reportParts),
  title: z.string(),
  blocks: z.array(reportBlockSchema),
});
export type ReportSection = z.infer<typeof reportSectionSchema>;

export const reportDocumentSchema = z.object({
  title: z.string(),
  workspace: z.string(),
  madeAt: z.string().describe('ISO 8601, UTC'),
  program: z.string(),
  isRedacted: z.boolean(),
  facts: z.array(z.string()).describe('what the report rests on, one line each, for the title page'),
  sections: z.array(reportSectionSchema),
  evidence: z.array(evidenceSchema),
});
export type ReportDocument = z.infer<typeof reportDocumentSchema>;
