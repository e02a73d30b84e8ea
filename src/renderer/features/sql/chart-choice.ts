/** Which chart a result can be drawn as, by the types of its columns, and its points. Pure. */
import type { SqlColumn, SqlResult } from '../../../shared/contract/sql';

export type ColumnKind = 'number' | 'time' | 'word' | 'other';
export const chartKinds = ['bar', 'line', 'scatter'] as const;
export type ChartKind = (typeof chartKinds)[number];

export interface ChartChoice {
  kind: ChartKind;
  /** Indexes of columns. */
  x: number;
  y: number;
}

export interface ChartPoint {
  /** Row of the result. */
  row: number;
  x: number | string;
  y: number;
}

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)$/u;
const TIME = /^(?:DATE|TIMESTAMP.*)$/u;
const WORD = /^(?:VARCHAR|BOOLEAN|ENUM.*|UUID|TIME)$/u;

/** What kind of values a column has, by its DuckDB type. */
export function columnKind({ type }: SqlColumn): ColumnKind {
  if (NUMBER.test(type)) return 'number';
  if (TIME.test(type)) return 'time';
  return WORD.test(type) ? 'word' : 'other';
}

/** Columns that name things; as figures they say nothing. */
const isName = ({ name }: SqlColumn) => /(?:^|_)(?:id|no|position|line)$/u.test(name);

/** Kinds of charts that a column on the horizontal axis allows. */
export function kindsFor(column: SqlColumn): readonly ChartKind[] {
  switch (columnKind(column)) {
    case 'time':
      return ['line', 'scatter', 'bar'];
    case 'number':
      return ['scatter', 'line', 'bar'];
    case 'word':
      return ['bar'];
    case 'other':
      return [];
  }
}

/**
 * The chart that a result suggests: over time a line, by words bars, a figure against another a scatter. Null where no
 * column holds figures, or nothing to set them against.
 */
export function chooseChart(columns: readonly SqlColumn[]): ChartChoice | null {
  const found = (kind: ColumnKind, but = -1) => {
    const places = columns.flatMap((column, index) =>
      columnKind(column) === kind && index !== but ? [index] : [],
    );
    return places.find((index) => !isName(columns[index] ?? { name: '', type: '' })) ?? places[0];
  };
  const time = found('time');
  const word = found('word');
  const number = found('number');
  if (number === undefined) return null;
  if (time !== undefined) return { kind: 'line', x: time, y: number };
  const second = found('number', number);
  if (word !== undefined && (second === undefined || word < number))
    return { kind: 'bar', x: word, y: number };
  if (second !== undefined) return { kind: 'scatter', x: number, y: second };
  return null;
}

/** A value as it is shown: what is nested came as JSON already. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as a figure; null for what is none. BIGINT beyond what JavaScript holds exactly comes as digits. */
export function figureOf(value: unknown, kind: ColumnKind): number | null {
  if (value === null) return null;
  const figure =
    kind === 'time'
      ? Date.parse(utc(valueText(value)))
      : typeof value === 'boolean'
        ? Number.NaN
        : Number(value);
  return Number.isFinite(figure) ? figure : null;
}

/** DuckDB writes times without a zone, and they are UTC. */
function utc(text: string): string {
  const iso = text.replace(' ', 'T');
  if (/T.*(?:Z|[+-]\d\d(?::?\d\d)?)$/u.test(iso)) return iso.replace(/([+-]\d\d)$/u, '$1:00');
  return iso.includes('T') ? `${iso}Z` : iso;
}

/** A chart shows at most so many marks; beyond it cannot be told apart, and the page grows slow. */
const MOST: Record<ChartKind, number> = { bar: 60, line: 2000, scatter: 2000 };

/** The points of a chart in the order of the rows (a line in the order of its axis), and how many rows it leaves out and why. */
export function pointsOf(
  { columns, rows }: Pick<SqlResult, 'columns' | 'rows'>,
  choice: ChartChoice,
): { points: ChartPoint[]; withoutFigure: number; beyond: number } {
  const [x, y] = [columns[choice.x], columns[choice.y]];
  if (x === undefined || y === undefined) return { points: [], withoutFigure: 0, beyond: 0 };
  const xKind = columnKind(x);
  const yKind = columnKind(y);
  const all: ChartPoint[] = [];
  for (const [row, values] of rows.entries()) {
    const figure = figureOf(values[choice.y], yKind);
    const place =
      choice.kind === 'bar' ? valueText(values[choice.x] ?? null) : figureOf(values[choice.x], xKind);
    if (figure !== null && place !== null) all.push({ row, x: place, y: figure });
  }
  if (choice.kind === 'line') all.sort((a, b) => Number(a.x) - Number(b.x));
  return {
    points: all.slice(0, MOST[choice.kind]),
    withoutFigure: rows.length - all.length,
    beyond: Math.max(all.length - MOST[choice.kind], 0),
  };
}

const UNITS: Readonly<Record<string, string>> = {
  ms: 'milliseconds',
  usd: 'US dollars',
  percent: 'per cent',
  bytes: 'bytes',
  seconds: 'seconds',
};

/** What an axis says: the column, and its unit where the name ends in one. */
export function axisTitle({ name, type }: SqlColumn): string {
  const unit =
    columnKind({ name, type }) === 'time' ? 'UTC' : UNITS[/(?:^|_)([a-z]+)$/u.exec(name)?.[1] ?? ''];
  return unit === undefined ? name : `${name} (${unit})`;
}
