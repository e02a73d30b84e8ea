/**
 * What goes to the terminal: aligned tables, figures, one JSON value, and progress on stderr. Text out of traces is shown
 * with its control characters made visible, so that no trace can move the cursor or set the title.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ImportProgress } from '../shared/model/source';

export interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

export interface Column {
  title: string;
  align?: 'right';
  /** Cut to this many characters. */
  width?: number;
}

/** C0, DEL, C1, the bidirectional controls and what is not seen at all, which could make a line read as another. */
const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Safe text that keeps its line ends: sentences that name files, ids or words of a person's. */
export function safeLines(text: string): string {
  return text
    .replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .toWellFormed();
}

/** One line of safe text. */
export function safe(text: string): string {
  return safeLines(text.replace(/\s+/gu, ' '));
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1)).toWellFormed()}…`;
}

/** Rows under their titles, two spaces between columns; no lines, no colours. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell, index) => cut(safe(cell), columns[index]?.width ?? Infinity)),
  );
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...cells].map((row) => (row[index] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align))
      .join('  ')
      .trimEnd();
  return [titles, ...cells].map(line).join('\n');
}

function pad(cell: string, width: number, align: Column['align']): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}

/** Names on the left, figures on the right. */
export function figures(pairs: readonly (readonly [string, string])[]): string {
  const [left, right] = [0, 1].map((side) => Math.max(0, ...pairs.map((pair) => (pair[side] ?? '').length)));
  return pairs
    .map(([name, figure]) => `${name.padEnd(left ?? 0)}  ${figure.padStart(right ?? 0)}`)
    .join('\n');
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? String(value) : scaled.toFixed(1)} ${units[power] ?? 'B'}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** One value in one line, or spread out for reading where it goes to a terminal. */
export function json(value: unknown, stream: NodeJS.WriteStream): string {
  // JSON escapes C0 by itself; the rest of what a terminal obeys may stand in it as it is.
  return JSON.stringify(value, null, stream.isTTY ? 2 : 0).replace(UNSAFE, (character) =>
    [...character.matchAll(/[^]/g)]
      .map(([unit]) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A file's content on stdout: byte for byte where a program reads it, as safe text where it goes to a terminal. */
export async function printFile(path: string, stdout: NodeJS.WriteStream): Promise<void> {
  if (stdout.isTTY) {
    const text = createReadStream(path, 'utf8');
    await pipeline(
      text,
      async function* (pieces: AsyncIterable<string>) {
        for await (const piece of pieces) yield safeLines(piece);
      },
      stdout,
      { end: false },
    );
  } else await pipeline(createReadStream(path), stdout, { end: false });
}

/** A line on stderr that is written over; silent where stderr is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #lastMs = 0;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#lastMs < 100) return;
    this.#lastMs = now;
    this.#isShown = true;
    this.#stream.write(`\r\u001b[2K${cut(safe(text), this.#stream.columns - 1)}`);
  }

  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[2K');
    this.#isShown = false;
  }
}

export function importProgressLine(progress: ImportProgress): string {
  const {
    phase,
    phaseShare,
    phaseMs,
    fileIndex,
    fileCount,
    fileName,
    bytesDone,
    bytesTotal,
    records,
    rejected,
  } = progress;
  if (phase !== 'hashing' && phase !== 'reading')
    return [
      phase,
      phaseShare === null ? '' : `${Math.floor(100 * phaseShare)} %`,
      `${count(records)} records`,
      duration(phaseMs),
    ]
      .filter((part) => part !== '')
      .join('  ');
  const share = bytesTotal === 0 ? '' : `${Math.floor((100 * bytesDone) / bytesTotal)} %`;
  const left = progress.secondsLeft === null ? '' : `${duration(progress.secondsLeft * 1000)} left`;
  const rate = progress.recordsPerSecond > 0 ? `${count(Math.round(progress.recordsPerSecond))}/s` : '';
  return [
    `${phase} ${Math.min(fileIndex + 1, fileCount)}/${fileCount} ${fileName}`,
    share,
    `${count(records)} records`,
    rejected > 0 ? `${count(rejected)} rejected` : '',
    rate,
    left,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
