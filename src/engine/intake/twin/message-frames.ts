/**
 * Writes what the kernel found of messages in a chunk into two Parquet files: which may be the first of their words, and the texts that
 * are new. Owns their columns; what they mean is assembly/span-lines/messages.as and words.as.
 */
import { levelsOf, PHYSICAL, type ColumnType } from '../parquet-column';
import { ParquetFrame } from '../parquet-frame';

/** What the kernel tells of messages once a chunk is scanned. */
export interface MessageKernel {
  presentCount(): number;
  findFirsts(): number;
  firstColumn(what: number): number;
  newTextCount(): number;
  textGroup(from: number): number;
  textColumn(what: number, from: number, to: number): number;
}

const framed = ([name, type]: readonly [string, ColumnType]) => ({
  name,
  type,
  physicalType: PHYSICAL[type],
});

/** One row per message of a model call that may be the first of its words for its agent, and all that models said; one more, of no role, per further call in it. */
const FIRST_COLUMNS = (
  [
    ['n', 'INTEGER'],
    ['ord', 'INTEGER'],
    ['ordinal', 'INTEGER'],
    ['size', 'INTEGER'],
    ['occurrence', 'INTEGER'],
    ['is_output', 'INTEGER'],
    ['failed', 'INTEGER'],
    ['role', 'VARCHAR'],
    ['text_hash', 'VARCHAR'],
    ['tool_call_id', 'VARCHAR'],
    ['origin', 'VARCHAR'],
    ['tool_name', 'VARCHAR'],
    ['call_id', 'VARCHAR'],
    ['call_name', 'VARCHAR'],
    ['arguments', 'VARCHAR'],
    ['call_hash', 'VARCHAR'],
  ] as const
).map(framed);

/** One row per text of those that was not among the ones of chunks before, with the first span of the chunk that has it. */
const TEXT_COLUMNS = (
  [
    ['n', 'INTEGER'],
    ['text_hash', 'VARCHAR'],
    ['text', 'VARCHAR'],
    ['reasoning', 'VARCHAR'],
  ] as const
).map(framed);

/** What the kernel wrote last: values, and which rows have one. */
interface Written {
  written: (size: number) => Buffer;
  present: (rows: number) => Buffer;
}

/** Writes `<path>.firsts` and `<path>.texts`. Throws as the file system does. */
export function writeMessageFrames(kernel: MessageKernel, path: string, out: Written): void {
  writeFirsts(kernel, path, out);
  writeTexts(kernel, path, out);
}

function writeFirsts(kernel: MessageKernel, path: string, { written, present }: Written): void {
  const rows = kernel.findFirsts();
  const firsts = new ParquetFrame(`${path}.firsts`, FIRST_COLUMNS);
  try {
    if (rows > 0) {
      for (let what = 0; what < FIRST_COLUMNS.length; what++) {
        const values = written(kernel.firstColumn(what));
        firsts.addPage(rows, levelsOf(rows, kernel.presentCount(), present(rows)), values);
        firsts.flush();
      }
      firsts.endGroup(rows);
    }
    firsts.end();
  } finally {
    firsts.close();
  }
}

function writeTexts(kernel: MessageKernel, path: string, { written, present }: Written): void {
  const count = kernel.newTextCount();
  const texts = new ParquetFrame(`${path}.texts`, TEXT_COLUMNS);
  try {
    for (let from = 0; from < count;) {
      const to = kernel.textGroup(from);
      for (let what = 0; what < TEXT_COLUMNS.length; what++) {
        const rows = to - from;
        const values = written(kernel.textColumn(what, from, to));
        texts.addPage(rows, levelsOf(rows, kernel.presentCount(), present(rows)), values);
        texts.flush();
      }
      texts.endGroup(to - from);
      from = to;
    }
    texts.end();
  } finally {
    texts.close();
  }
}
