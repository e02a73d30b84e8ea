import { z } from 'zod';

/** How sure a format is that a file is its own, and what gave it away. */
export const detectionSchema = z.object({
  format: z.string(),
  title: z.string(),
  confidence: z.number().min(0).max(1),
  reason: z.string(),
});
export type Detection = z.infer<typeof detectionSchema>;

export const sourceStateSchema = z.enum(['imported', 'duplicate', 'unrecognised', 'failed']);

/** One file of an import and what became of it. lines = records + rejected + blank holds for line-oriented files. */
export const sourceSchema = z.object({
  sourceId: z.string(),
  path: z.string(),
  name: z.string(),
  format: z.string().nullable(),
  confidence: z.number().nullable(),
  reason: z.string().describe('why this format, or why not imported'),
  state: sourceStateSchema,
  bytes: z.number(),
  sha256: z.string(),
  lines: z.number().int(),
  records: z.number().int(),
  rejected: z.number().int(),
  blank: z.number().int(),
  spans: z.number().int(),
  sessions: z.number().int(),
  notes: z
    .array(z.object({ what: z.string(), count: z.number().int() }))
    .describe('record kinds kept raw, unknown types, repairs: counted, never dropped silently'),
  otherLines: z
    .array(z.object({ format: z.string(), first: z.number().int(), last: z.number().int() }))
    .optional()
    .describe('runs of lines that are of another format than the file, and were read as such'),
});
export type Source = z.infer<typeof sourceSchema>;

export const rejectSchema = z.object({
  sourceId: z.string(),
  sourceName: z.string(),
  line: z.number().int(),
  byteOffset: z.number().nullable(),
  reason: z.string(),
  excerpt: z.string(),
});
export type Reject = z.infer<typeof rejectSchema>;

/** Files of a chosen folder that were not read since they are no traces, by the ending of their names. */
export const leftOutSchema = z.object({
  ending: z.string().describe('with its dot; empty for names without one'),
  count: z.number().int(),
  example: z.string().describe('name of one of them'),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

export const importRecordSchema = z.object({
  importId: z.string(),
  at: z.string(),
  sources: z.array(sourceSchema),
  spans: z.number().int(),
  sessions: z.number().int(),
  durationMs: z.number(),
  leftOut: z.array(leftOutSchema).optional().describe('only of the import just made'),
});
export type ImportRecord = z.infer<typeof importRecordSchema>;

/** All files of an import in figures, however few of them are told one by one. */
export const fileFiguresSchema = z.object({
  count: z.number().int(),
  imported: z.number().int(),
  duplicate: z.number().int(),
  unrecognised: z.number().int(),
  failed: z.number().int(),
  bytes: z.number(),
  rejected: z.number().int(),
});
export type FileFigures = z.infer<typeof fileFiguresSchema>;

export const shownImportSchema = importRecordSchema.extend({
  sources: z
    .array(sourceSchema)
    .describe('of many files the first, those that want a look before the others; imports.sources has all'),
  files: fileFiguresSchema,
});
export type ShownImport = z.infer<typeof shownImportSchema>;

export function fileFigures(sources: readonly Source[]): FileFigures {
  const figures = { count: 0, imported: 0, duplicate: 0, unrecognised: 0, failed: 0, bytes: 0, rejected: 0 };
  for (const { state, bytes, rejected } of sources) {
    figures.count += 1;
    figures[state] += 1;
    figures.bytes += bytes;
    figures.rejected += rejected;
  }
  return figures;
}

/** How much a file wants a look: 0 failed, 1 not read or read in part, 2 brought nothing new, 3 went well. */
export function urgencyOf({ state, rejected, spans, sessions }: Source): 0 | 1 | 2 | 3 {
  if (state === 'failed') return 0;
  if (state === 'unrecognised') return 1;
  if (state === 'duplicate') return 2;
  return rejected > 0 || spans === 0 ? 1 : sessions === 0 ? 2 : 3;
}

/** What intake reports while it works. Byte figures are of the files as stored (compressed where they are). */
export const importProgressSchema = z.object({
  phase: z.enum(['hashing', 'reading', 'deriving', 'writing', 'indexing', 'signals']),
  phaseShare: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('share of the phase that is done, where it is known'),
  phaseMs: z.number().default(0).describe('time the phase has taken so far'),
  fileIndex: z.number().int(),
  fileCount: z.number().int(),
  fileName: z.string(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
  records: z.number().int(),
  rejected: z.number().int(),
  recordsPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
});
export type ImportProgress = z.infer<typeof importProgressSchema>;

/**
 * The mapping of an unknown file: which field says what. A field is a path such as `message.content` or
 * `choices[0].text`; every path is optional but the text or the span name. Saved as JSON and reusable in the CLI.
 */
export const mappingProfileSchema = z.object({
  name: z.string().min(1).max(80),
  recordsPath: z
    .string()
    .optional()
    .describe(
      'where the list of records is inside a JSON document; absent: every line or element. `*` at its end: the values of an object, each with its `key`',
    ),
  messagesPath: z
    .string()
    .optional()
    .describe(
      'set when one record is a whole conversation: path of its list of messages, or of a text with all of them',
    ),
  openingPath: z
    .string()
    .optional()
    .describe('for conversations: path of a first message that stands outside the list'),
  fields: z
    .object({
      session: z.string(),
      trace: z.string(),
      span: z.string(),
      parent: z.string(),
      kind: z.string(),
      role: z.string(),
      name: z.string(),
      text: z.string(),
      input: z.string(),
      output: z.string(),
      start: z.string(),
      clock: z.string().describe('time of day, where start holds the day alone'),
      end: z.string(),
      durationMs: z.string(),
      status: z.string(),
      error: z.string(),
      model: z.string(),
      toolName: z.string(),
      inputTokens: z.string(),
      outputTokens: z.string(),
      costUsd: z.string(),
      rating: z.string(),
      comment: z.string(),
      annotator: z.string(),
      user: z.string(),
      feature: z.string(),
      cohort: z.string(),
      agentVersion: z.string(),
    })
    .partial(),
  timeUnit: z
    .enum(['auto', 'iso', 's', 'ms', 'us', 'ns', 'day-first', 'month-first', 'sheet-days'])
    .default('auto')
    .describe(
      'what numbers are; day-first and month-first: of dates such as 03/04/2026; sheet-days: days as spreadsheets count them',
    ),
  values: z
    .object({
      userRoles: z.array(z.string()).default(['user', 'human', 'customer']),
      assistantRoles: z.array(z.string()).default(['assistant', 'ai', 'bot', 'agent', 'model', 'gpt']),
      toolRoles: z.array(z.string()).default(['tool', 'function', 'observation', 'tool_result']),
      systemRoles: z.array(z.string()).default(['system', 'developer']),
      errorValues: z.array(z.string()).default(['error', 'failed', 'failure', 'exception', '2']),
    })
    .prefault({}),
});
export type MappingProfile = z.infer<typeof mappingProfileSchema>;
export type MappingProfileInput = z.input<typeof mappingProfileSchema>;
