/** `faultline extract`: the SQL that cuts a table of OTLP spans down to canonical Parquet, for the engine that holds it. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { extractEngines, tableLayouts, type ExtractOptions } from '../../shared/contract/extract';
import type { Command } from '../command';
import { UsageError } from '../failure';

/** What tables are called where people keep them as the collector or a loader made them. */
const USUAL: Readonly<
  Record<ExtractOptions['engine'], Pick<ExtractOptions, 'table' | 'layout' | 'attributes'>>
> = {
  duckdb: { table: 'spans', layout: 'otlp-flat', attributes: 'map' },
  spark: { table: 'spans', layout: 'otlp-flat', attributes: 'map' },
  trino: { table: 'spans', layout: 'otlp-flat', attributes: 'map' },
  clickhouse: { table: 'otel_traces', layout: 'otel-collector', attributes: 'map' },
};

export const extract: Command = {
  name: 'extract',
  summary: 'write the SQL that cuts a lake of spans down to an extract',
  operands: '',
  options: {
    engine: {
      type: 'string',
      value: extractEngines.join('|'),
      help: 'The engine that holds the spans.',
    },
    table: {
      type: 'string',
      value: 'T',
      help: 'The table (otel_traces for clickhouse, else spans); for duckdb also Parquet files.',
    },
    layout: {
      type: 'string',
      value: tableLayouts.join('|'),
      help: 'How its columns are called (otel-collector for clickhouse, else otlp-flat).',
    },
    attributes: {
      type: 'string',
      value: 'map|json',
      help: 'Whether attributes are a map or JSON text (map).',
    },
    out: { type: 'string', value: 'DIR', help: 'Folder or bucket that the extract goes to (./extract).' },
    prefix: {
      type: 'string',
      value: 'P',
      help: 'Begins the names of tables that spark and trino make (faultline_).',
    },
    from: { type: 'string', value: 'TIME', help: 'Spans that start from then on; a day or ISO 8601.' },
    to: { type: 'string', value: 'TIME', help: 'Spans that start before.' },
    service: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'Spans of this service; may be given several times.',
    },
    errors: { type: 'boolean', help: 'Sessions in which some span failed, and no others.' },
    sample: {
      type: 'string',
      value: 'SHARE',
      help: 'This share of sessions, drawn by a hash of their id (1).',
    },
    'all-spans': {
      type: 'boolean',
      help: 'Also spans that say nothing of GenAI, in traces that hold some that do.',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'Write the SQL there.' },
  },
  examples: [
    'faultline extract --engine clickhouse --from 2026-03-01 --errors -o extract.sql',
    'faultline extract --engine spark --table lake.otel.spans --out s3://lake/extract --service checkout',
    "faultline extract --engine duckdb --table 'spans/*.parquet' --out extract | duckdb",
  ],
  run: async ({ options, operands, engine, print, note, cwd, signal, isJson }) => {
    if (operands.length > 0) throw new UsageError('Give the table as --table T.');
    const name = options.oneOf('engine', extractEngines);
    if (name === null) throw new UsageError(`Say which engine: --engine ${extractEngines.join('|')}.`);
    const usual = USUAL[name];
    const { client } = await engine();
    const statements = await client.extract.sql(
      {
        engine: name,
        table: options.text('table') ?? usual.table,
        layout: options.oneOf('layout', tableLayouts) ?? usual.layout,
        attributes: options.oneOf('attributes', ['map', 'json'] as const) ?? usual.attributes,
        out: options.text('out') ?? './extract',
        prefix: options.text('prefix') ?? 'faultline_',
        from: options.text('from') ?? undefined,
        to: options.text('to') ?? undefined,
        services: options.list('service'),
        only: options.isSet('errors') ? 'errors' : 'all',
        sample: shareOf(options.text('sample')),
        spans: options.isSet('all-spans') ? 'all' : 'genai',
      },
      { signal },
    );
    const text = statements
      .map(({ dataset, sql }) => `${dataset === null ? '' : `-- ${dataset}\n`}${sql};`)
      .join('\n\n');
    const file = options.text('output');
    if (file === null) print({ engine: name, statements }, () => text);
    else {
      await writeFile(resolve(cwd, file), `${text}\n`);
      if (isJson) print({ engine: name, statements, file: resolve(cwd, file) }, () => '');
      else note(`Wrote ${file}. Run it, then: faultline import --in-place DIR -w W.faultline`);
    }
    return 0;
  },
};

function shareOf(text: string | null): number {
  if (text === null) return 1;
  const share = Number(text);
  if (text.trim() === '' || !(share > 0 && share <= 1))
    throw new UsageError(`--sample wants a share above 0 and up to 1, not ${JSON.stringify(text)}.`);
  return share;
}
