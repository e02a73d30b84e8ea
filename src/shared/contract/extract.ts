import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { allFilesSchema, importEventSchema } from './import';
import { base, handleSchema } from './base';

export const extractEngines = ['duckdb', 'spark', 'trino', 'clickhouse'] as const;
export const tableLayouts = ['otel-collector', 'otlp-flat'] as const;

/** What an extract is cut from, and how far down. */
export const extractOptionsSchema = z.object({
  engine: z.enum(extractEngines),
  table: z
    .string()
    .min(1)
    .max(500)
    .describe('name in that engine; for DuckDB also a pattern of Parquet files'),
  layout: z
    .enum(tableLayouts)
    .describe(
      'otel-collector: columns of the collector’s ClickHouse exporter; otlp-flat: OTLP in snake case',
    ),
  attributes: z.enum(['map', 'json']).default('map').describe('how the table holds attributes'),
  out: z.string().min(1).max(1000).describe('folder or bucket that the datasets are written below'),
  prefix: z
    .string()
    .max(200)
    .default('faultline_')
    .describe('begins the names of tables that Spark and Trino make'),
  from: z.string().optional().describe('ISO 8601; spans that start from then on'),
  to: z.string().optional().describe('ISO 8601; spans that start before'),
  services: z.array(z.string()).default([]),
  only: z.enum(['all', 'errors']).default('all').describe('errors: sessions in which some span failed'),
  sample: z.number().gt(0).max(1).default(1).describe('share of sessions, chosen by a hash of their id'),
  spans: z
    .enum(['genai', 'all'])
    .default('genai')
    .describe('all: also spans that say nothing of GenAI, in traces that hold some that do'),
});
export type ExtractOptions = z.infer<typeof extractOptionsSchema>;

export const extractStatementSchema = z.object({
  dataset: z.string().nullable().describe('the dataset it writes; null for a setting'),
  sql: z.string().describe('without a closing semicolon'),
});
export type ExtractStatement = z.infer<typeof extractStatementSchema>;

/** What a folder holds, before it is opened in place. */
export const extractLookSchema = z.object({
  path: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  spans: z.number().int(),
  partitions: z.array(
    z.object({ date: z.string(), source: z.string(), files: z.number().int(), spans: z.number().int() }),
  ),
});
export type ExtractLook = z.infer<typeof extractLookSchema>;

/** Which partitions of an extract are opened; all without. */
const partitionChoice = {
  from: z.string().optional().describe('YYYY-MM-DD; partitions of this day and later'),
  to: z.string().optional().describe('YYYY-MM-DD; partitions of this day and earlier'),
  sources: z.array(z.string()).optional().describe('partitions of these sources'),
};

export const extract = {
  /** The statements that cut a lake down to canonical Parquet, for the engine that holds it. Nothing is run. */
  sql: base.input(extractOptionsSchema).output(z.array(extractStatementSchema)),
  /** Null when the folder is no extract in the canonical layout. Reads the footers of its files alone. */
  look: base.input(z.object({ handle: handleSchema })).output(extractLookSchema.nullable()),
  /** Opens an extract where it lies, as one import: its Parquet files are read in place and never copied. */
  open: base
    .input(z.object({ handle: handleSchema, ...partitionChoice, withAllFiles: allFilesSchema }))
    .output(eventIterator(importEventSchema)),
};
