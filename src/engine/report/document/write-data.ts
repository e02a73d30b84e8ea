/**
 * The data of a report: all its figures, the queries behind them, every row they were counted from with file and line, and the
 * examples, each as JSON Lines, CSV and Parquet; and the document itself as JSON. Written by DuckDB, masked table by table.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedactionReport } from '../../../shared/contract/redaction';
import type { ReportBlock, ReportDocument, ReportFigure } from '../../../shared/model/report';
import { sqlText } from '../../trajectory/index-imports';
import type { Database } from '../../workspace/database';
import type { Queries } from '../../workspace/queries';
import { writeOutgoing } from '../export';
import { redactOutgoing } from '../redaction/redact-table';
import type { Masking } from '../redaction/redact-value';
import { lookAtTable, lookAtText } from '../redaction/second-look';
import { withPlaces, type Grain } from './evidence';

/** One number of the report with what it is the number of. */
export interface ToldFigure {
  part: string;
  where: string;
  label: string;
  figure: ReportFigure;
}

/** All numbers that carry a reference, in the order of the report. */
export function figuresOf(document: ReportDocument): ToldFigure[] {
  return document.sections.flatMap(({ part, blocks }) => blocks.flatMap((block) => figuresIn(part, block)));
}

function figuresIn(part: string, block: ReportBlock): ToldFigure[] {
  switch (block.type) {
    case 'figures':
      return block.items.map(({ label, figure }) => ({ part, where: '', label, figure }));
    case 'table':
      return block.rows.flatMap((row) =>
        row.flatMap((one, i) => {
          if (!('figure' in one)) return [];
          const texts = row.slice(0, i).flatMap((before) => ('text' in before ? [before.text] : []));
          const label = `${texts[0] ?? ''}: ${block.columns[i]?.title ?? ''}`;
          return [{ part, where: block.title, label, figure: one.figure }];
        }),
      );
    case 'trend':
      return block.points.map(({ label, share }) => ({
        part,
        where: block.title,
        label,
        figure: { kind: 'share', share, counts: 'rows', evidence: block.evidence },
      }));
    case 'paragraph':
    case 'heading':
    case 'list':
    case 'examples':
      return [];
  }
}

type Table = { name: string; columns: readonly string[]; rows: unknown[][] } | { name: string; sql: string };

function figureTable(document: ReportDocument): Table {
  return {
    name: 'figures',
    columns: [
      'part VARCHAR',
      '"table" VARCHAR',
      'label VARCHAR',
      'kind VARCHAR',
      'value DOUBLE',
      'low DOUBLE',
      'high DOUBLE',
      'numerator DOUBLE',
      'n DOUBLE',
      'counts VARCHAR',
      'reference VARCHAR',
    ],
    rows: figuresOf(document).map(({ part, where, label, figure }) => [
      part,
      where,
      label,
      figure.kind,
      ...numbersOf(figure),
      figure.evidence,
    ]),
  };
}

function numbersOf(figure: ReportFigure): unknown[] {
  switch (figure.kind) {
    case 'count':
      return [figure.count, null, null, figure.count, null, figure.counts];
    case 'share': {
      const { share, low, high, count, n } = figure.share;
      return [share, low, high, count, n, figure.counts];
    }
    case 'estimate':
      return [figure.value, figure.low, figure.high, null, figure.n, null];
  }
}

/** Places of evidence are of the unmasked document, for its queries are run here. */
function rowsTable(plain: ReportDocument, grains: ReadonlyMap<string, Grain>): Table {
  const selects = plain.evidence.map(
    ({ id, sql }) =>
      `SELECT ${sqlText(id)} AS reference, * FROM (${withPlaces(sql, grains.get(id) ?? 'session')})`,
  );
  return { name: 'rows', sql: selects.join('\nUNION ALL BY NAME ') };
}

function otherTables(document: ReportDocument): Table[] {
  const examples = document.sections.flatMap(({ part, blocks }) =>
    blocks.flatMap((block) =>
      block.type !== 'examples'
        ? []
        : block.items.flatMap(({ speeches, place }) =>
            speeches.map(({ who, text }) => [
              part,
              block.title,
              who,
              text,
              place.sessionId,
              place.turnNo,
              place.spanId,
              place.path,
              place.line,
            ]),
          ),
    ),
  );
  return [
    {
      name: 'evidence',
      columns: ['reference VARCHAR', 'title VARCHAR', '"sql" VARCHAR', '"rows" INTEGER', 'sessions INTEGER'],
      rows: document.evidence.map(({ id, title, sql, rows, sessions }) => [id, title, sql, rows, sessions]),
    },
    {
      name: 'examples',
      columns: [
        'part VARCHAR',
        'of VARCHAR',
        'who VARCHAR',
        '"text" VARCHAR',
        'session_id VARCHAR',
        'turn_no INTEGER',
        'span_id VARCHAR',
        'source_path VARCHAR',
        'line BIGINT',
      ],
      rows: examples,
    },
  ];
}

export interface DataRequest {
  db: Database;
  /** As it was built; its queries give the rows. */
  plain: ReportDocument;
  /** As it goes out. */
  document: ReportDocument;
  grains: ReadonlyMap<string, Grain>;
  /** Folder the database may write; made anew. */
  folder: string;
  masking: Masking | null;
}

export interface WrittenFile {
  path: string;
  name: string;
  bytes: number;
}

/** Writes everything into `folder`; says what a second look at the files still found. */
export async function writeData(
  request: DataRequest,
): Promise<{ files: WrittenFile[]; leaks: RedactionReport['leaks'] }> {
  const { db, plain, document, grains, folder, masking } = request;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const written = ['report.json'];
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(document, null, 1)}\n`);
  const leaks = masking ? await lookAtText(join(folder, 'report.json'), masking.redactor) : [];
  // Masked already, but for the rows, which come from the database as they are.
  const tables = [
    figureTable(document),
    ...otherTables(document),
    ...(plain.evidence.length > 0 ? [rowsTable(plain, grains)] : []),
  ];
  await db.transaction(async (tx) => {
    for (const table of tables) {
      await fill(tx, table);
      if (masking && 'sql' in table) await redactOutgoing(tx, masking.redactor, masking.list);
      for (const format of ['jsonl', 'csv', 'parquet'] as const) {
        const name = `${table.name}.${format}`;
        await writeOutgoing(tx, join(folder, name), format);
        if (masking) leaks.push(...(await lookAtTable(tx, join(folder, name), format, masking.redactor)));
        written.push(name);
      }
    }
  });
  const files = await Promise.all(
    written.map(async (name) => {
      const path = join(folder, name);
      return { path, name, bytes: (await stat(path)).size };
    }),
  );
  return { files, leaks };
}

async function fill(tx: Queries, table: Table): Promise<void> {
  if ('sql' in table) {
    await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing AS ${table.sql}`);
    return;
  }
  await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing (${table.columns.join(', ')})`);
  const names = table.columns.map((one) => (one.split(' ')[0] ?? '').replaceAll('"', ''));
  await tx.appendRows('outgoing', names, table.rows);
}
