/**
 * docs/canonical-schema.md says what extracts hold and which tables they are cut from; its tables of columns are made from
 * the layout that the program writes. This fails where the page is not what they are; `npm run docs:schema` writes it anew.
 */
import { join } from 'node:path';
import { format as prettify } from 'prettier';
import { expect, test } from 'vitest';
import { canonicalDatasets, partitionColumns } from '../../src/engine/lake/canonical-layout.data';
import { tableColumns } from '../../src/engine/lake/extract-sql';

const page = join(import.meta.dirname, '../../docs/canonical-schema.md');
const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

test('docs/canonical-schema.md says what the canonical layout is', async () => {
  const layouts = Object.entries(tableColumns);
  const parts = [
    '# The canonical layout',
    '<!-- Made by `npm run docs:schema` from src/engine/lake. -->',
    'Every trace format becomes the same four things: spans, turns, sessions and findings. This is how they lie in Parquet, so that another engine can write them and Faultline can open them where they lie.',
    [
      '```',
      'extract/',
      '  span/date=2026-03-01/source=checkout/*.parquet',
      '  turn/date=2026-03-01/source=checkout/*.parquet',
      '  session/date=2026-03-01/source=checkout/*.parquet',
      '  finding/date=2026-03-01/source=checkout/*.parquet',
      '```',
    ].join('\n'),
    'Folders are Hive partitions. A session lies in one partition as a whole, also where it goes on past midnight, so that reading it opens the files of one folder.',
    table(
      ['partition', 'meaning'],
      partitionColumns.map(([name, , meaning]) => [`\`${name}\``, meaning]),
    ),
    'The workbench needs `span` alone, and of its columns `session_id`, `span_id` and `kind`; what else is missing is null, or what the table says. It derives turns, sessions and findings itself, with its own detectors. The findings of an extract are shown as labels that came with it. Files that any other program wrote in this layout are as good.',
    ...canonicalDatasets.flatMap(({ name, grain, columns }) => [
      `## ${name}`,
      `${grain.charAt(0).toUpperCase()}${grain.slice(1)}.`,
      table(
        ['column', 'type', 'meaning'],
        columns.map(([column, type, meaning]) => [`\`${column}\``, type, meaning]),
      ),
    ]),
    '## Opening an extract in place',
    'On the import screen, choose the folder and “Open in place”; or `faultline import extract -w audit.faultline --in-place`. Days and sources choose partitions; those left out are not opened. Every chosen file is read once, in a process of its own, to see that it can be read and to take its SHA-256; none is copied. The index holds the narrow columns. Texts, inputs, outputs and attributes are read from the files when a session is shown, only those columns and only the files that hold the session. The folder must stay where it is. A workspace that names a folder which this user has not opened is not read from there: open the folder once.',
    '## Tables that can be cut down',
    '[`faultline extract`](cli.md#extract) writes the SQL. It reads one row per span, of a table with these columns; others are left alone. `otel-collector` is what the OpenTelemetry collector’s [ClickHouse exporter](https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/clickhouseexporter) makes. `otlp-flat` is OTLP with its own field names in snake case, as loaders write it to Parquet, Iceberg or Delta.',
    table(
      ['', ...layouts.map(([name]) => `\`${name}\``)],
      Object.keys(layouts[0]?.[1] ?? {}).map((what) => [
        what,
        ...layouts.map(([, columns]) => (columns as Record<string, string>)[what] ?? ''),
      ]),
    ),
    'Attributes are a map of texts, or JSON text with `--attributes json`. They are read by the [GenAI semantic conventions](https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/), and by OpenInference’s and OpenLLMetry’s names where those are plain values. Then:',
    [
      '- A session is `gen_ai.conversation.id` or `session.id`, of the span or of its trace; else the trace itself.',
      '- The kind of a span is its `gen_ai.operation.name`, else `openinference.span.kind` or `traceloop.span.kind`. Spans that say nothing of GenAI are left out, or kept as `environment` with `--all-spans`.',
      '- What users said comes from `gen_ai.input.messages`: each message of a session once, however often later histories repeat it. A trace without messages gives the input of its root span.',
      '- A span of another agent than the session’s first is a sub-agent’s, where `gen_ai.agent.name` says so.',
      '- Messages spread over numbered attributes (`llm.input_messages.0.…`, `gen_ai.prompt.0.…`) and messages in span events are not read. Import such exports as files.',
    ].join('\n'),
    'The statements run one after the other; the last three read what the first wrote. ClickHouse writes below its `user_files` folder, or to a bucket where `--out` is a URL; DuckDB to a folder; Spark and Trino make tables at the place that `--out` names.',
  ];
  const text = await prettify(parts.join('\n\n'), {
    parser: 'markdown',
    printWidth: 110,
    proseWrap: 'preserve',
  });
  await expect(text).toMatchFileSnapshot(page);
});
