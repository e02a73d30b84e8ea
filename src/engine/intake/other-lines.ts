/**
 * Lines of another format in a file of lines, as when two exports were put into one file: what the format of the file rejects is read by
 * the format that a line is surely of. Owns which lines these are; what nobody knows stays rejected with the reason of the first.
 */
import { NoticedLines } from '../../shared/trace/noticed-lines';
import type { Emit, Place } from './format';
import { readSource, type ReadTask } from './read-source';
import { detect, formats } from './registry';

/** Markers that only one format has are worth more than this (format.ts). */
const SURE = 0.85;
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

  /** Rejects what was held, but for the lines that another format has read. */
  release(read: ReadonlySet<number>): void {
    for (const [place, reason, excerpt] of this.#held)
      if (!read.has(place.line)) this.emit.reject(place, reason, excerpt);
    this.#held.length = 0;
  }
}

/** The format a record is surely of, where the file's own does not know it. */
function formatOf(value: unknown, own: string): string | null {
  const sample = { name: '', container: 'lines' as const, records: [value], isArray: false, columns: [] };
  const [best, ...others] = detect(sample);
  const isKnown = best?.format === own || others.some(({ format }) => format === own);
  if (!best || isKnown || best.confidence < SURE) return null;
  // Ids made of the number of a record would be others once the file has grown.
  return formats.get(best.format)?.countsRecords === true ? null : best.format;
}

/** Reads those of the lines that are surely of another format by that one; gives the lines it has read. */
export async function readOtherLines(
  task: ReadTask,
  lines: ReadonlySet<number>,
  emit: Emit,
): Promise<ReadonlySet<number>> {
  const read = new Set<number>();
  if (lines.size === 0) return read;
  const formatOfLine = new Map<number, string | null>();
  const again = { ...task, onBytes: nothing, onRecord: nothing };
  await readSource({
    ...again,
    only: lines,
    emit: silent,
    reject: nothing,
    noticed: new NoticedLines(),
    format: {
      ...task.format,
      read: () => ({
        record: (value, { line }) => {
          const found = formatOf(value, task.format.id);
          const isOne = !formatOfLine.has(line) || formatOfLine.get(line) === found;
          formatOfLine.set(line, isOne ? found : null);
        },
      }),
    },
  });
  for (const [id, format] of formats) {
    const own = new Set([...formatOfLine].flatMap(([line, of]) => (of === id ? [line] : [])));
    if (own.size === 0) continue;
    await readSource({ ...again, only: own, emit, format });
    emit.note(`lines of ${format.title}, read as such`, own.size);
    for (const line of own) read.add(line);
  }
  return read;
}
