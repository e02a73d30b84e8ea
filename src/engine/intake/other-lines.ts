/**
 * Records of another format in a file of lines or a list, as when two exports were put into one file: what the format of the file rejects is read by
 * the format that a record is of. Owns which records these are; what nobody knows stays rejected with the reason of the first.
 */
import { NoticedLines } from '../../shared/trace/noticed-lines';
import type { Source } from '../../shared/model/source';
import type { Emit, Place } from './format';
import { readSource, type ReadTask } from './read-source';
import { detect, formats } from './registry';

/** A typical shape is worth this (format.ts); what the format of the file rejects is of no better. */
const TYPICAL = 0.7;
/** So many rejected lines are looked at again; a file with more is of no format that we know. */
const MOST_LINES = 20_000;

const nothing = (): void => undefined;
const silent: Emit = { span: nothing, label: nothing, note: nothing, reject: nothing };

/** Keeps what a format rejects until the file is read. */
export class HeldRejects {
  readonly #held: [place: Place, reason: string, excerpt: string | undefined][] = [];

  constructor(private readonly emit: Emit) {}

  /** For the format of the file. */
  get holding(): Emit {
    return {
      ...this.emit,
      reject: (place, reason, excerpt) => {
        if (this.#held.length < MOST_LINES) this.#held.push([place, reason, excerpt]);
        else this.emit.reject(place, reason, excerpt);
      },
    };
  }

  get lines(): ReadonlySet<number> {
    return new Set(this.#held.map(([place]) => place.line));
  }

  /** Rejects what was held, but for the records that another format has read: where a line holds several, one reject stands for each. */
  release(read: ReadonlyMap<number, readonly (string | null)[]>): void {
    const nth = new Map<number, number>();
    const counts = new Map<number, number>();
    for (const [{ line }] of this.#held) counts.set(line, (counts.get(line) ?? 0) + 1);
    for (const [place, reason, excerpt] of this.#held) {
      const formats = read.get(place.line) ?? [];
      const at = nth.get(place.line) ?? 0;
      nth.set(place.line, at + 1);
      const isEach = formats.length === counts.get(place.line);
      const isRead = isEach ? formats[at] !== null : formats.length > 0 && !formats.includes(null);
      if (!isRead) this.emit.reject(place, reason, excerpt);
    }
    this.#held.length = 0;
  }
}

/** The format that a record is of: the file's own, another, or none (null). */
function formatOf(value: unknown, own: string): string | null {
  const sample = { name: '', container: 'lines' as const, records: [value], isArray: false, columns: [] };
  const detections = detect(sample);
  if (detections.some(({ format }) => format === own)) return own;
  const [best] = detections;
  return best && best.confidence >= TYPICAL ? best.format : null;
}

/** The formats of the records on each of the lines, in order. */
async function formatsOfLines(
  task: ReadTask,
  lines: ReadonlySet<number>,
): Promise<ReadonlyMap<number, (string | null)[]>> {
  const found = new Map<number, (string | null)[]>();
  await readSource({
    ...task,
    only: lines,
    emit: silent,
    reject: nothing,
    noticed: new NoticedLines(),
    format: {
      ...task.format,
      read: () => ({
        record: (value, { line }) => {
          found.set(line, [...(found.get(line) ?? []), formatOf(value, task.format.id)]);
        },
      }),
    },
  });
  return found;
}

/** The runs of lines that follow one another, of lines in order. */
function runsOf(lines: readonly number[], format: string): NonNullable<Source['otherLines']> {
  const runs: NonNullable<Source['otherLines']> = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run?.last === line - 1) run.last = line;
    else runs.push({ format, first: line, last: line });
  }
  return runs;
}

/**
 * Reads the records on those of the lines that are of another format by that one. Gives the formats of the records on each line that
 * are not of the file's own, null for those of none, and which format lines are of that hold nothing of the file's own.
 */
export async function readOtherLines(
  task: ReadTask,
  lines: ReadonlySet<number>,
  emit: Emit,
): Promise<{
  read: ReadonlyMap<number, readonly (string | null)[]>;
  otherLines: NonNullable<Source['otherLines']>;
}> {
  if (lines.size === 0) return { read: new Map(), otherLines: [] };
  const again = { ...task, onBytes: nothing, onRecord: nothing };
  const found = await formatsOfLines(again, lines);
  const otherLines: NonNullable<Source['otherLines']> = [];
  for (const [id, format] of formats) {
    const own = [...found].flatMap(([line, of]) => (id !== task.format.id && of.includes(id) ? [line] : []));
    if (own.length === 0) continue;
    const seen = new Map<number, number>();
    await readSource({
      ...again,
      only: new Set(own),
      // Ids made of the number of a record would be others once the file has grown.
      ordinalOf: (line) => line,
      emit,
      format: {
        ...format,
        read: (to, source) => {
          const reader = format.read(to, source);
          const record = (value: unknown, place: Place): void => {
            const nth = seen.get(place.line) ?? 0;
            seen.set(place.line, nth + 1);
            if (found.get(place.line)?.[nth] === id) reader.record(value, place);
          };
          return { record, end: () => reader.end?.() };
        },
      },
    });
    emit.note(`lines of ${format.title}, read as such`, own.length);
    otherLines.push(
      ...runsOf(
        own.filter((line) => found.get(line)?.every((of) => of === id)),
        id,
      ),
    );
  }
  const read = new Map([...found].map(([line, of]) => [line, of.filter((id) => id !== task.format.id)]));
  return { read, otherLines };
}
