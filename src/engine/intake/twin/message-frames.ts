/**
 * Writes what the kernel found of messages in a chunk into two Parquet files: the different messages with what they say, and where
 * they stand. Owns their columns; what they mean is assembly/span-lines/messages.as and words.as.
 */
import { levelsOf, PHYSICAL, type ColumnType } from '../parquet-column';
import { ParquetFrame } from '../parquet-frame';

/** What the kernel tells of messages once a chunk is scanned. */
export interface MessageKernel {
  presentCount(): number;
  messageCount(what: number): number;
  wordGroup(from: number): number;
  wordColumn(what: number, from: number, to: number): number;
  placeColumn(what: number): number;
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

/** In the kernel's order: one row per different message. */
const WORD_COLUMNS = (
  [
    ['word_no', 'INTEGER'],
    ['said_no', 'INTEGER'],
    ['role', 'VARCHAR'],
    ['text', 'VARCHAR'],
    ['id', 'VARCHAR'],
    ['call_name', 'VARCHAR'],
    ['arguments', 'VARCHAR'],
    ['elem', 'VARCHAR'],
    ['text_hash', 'VARCHAR'],
  ] as const
).map(framed);

/** One row per message of a span. */
const PLACE_COLUMNS = (
  [
    ['n', 'INTEGER'],
    ['ordinal', 'INTEGER'],
    ['size', 'INTEGER'],
    ['input_size', 'INTEGER'],
    ['is_call', 'INTEGER'],
    ['word_no', 'INTEGER'],
    ['said_no', 'INTEGER'],
    ['occurrence', 'INTEGER'],
    ['has_calls', 'INTEGER'],
    ['role', 'VARCHAR'],
  ] as const
).map(framed);

/** One row per message of a model call that may be the first of its words for its agent, and all that models said. */
const FIRST_COLUMNS = (
  [
    ['n', 'INTEGER'],
    ['ord', 'INTEGER'],
    ['ordinal', 'INTEGER'],
    ['size', 'INTEGER'],
    ['occurrence', 'INTEGER'],
    ['is_output', 'INTEGER'],
    ['role', 'VARCHAR'],
    ['text_hash', 'VARCHAR'],
    ['tool_call_id', 'VARCHAR'],
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
  ] as const
).map(framed);

/** Places up to which the kernel has room to mark rows. */
const MOST_PLACES = 262_144;

/** What the kernel wrote last: values, and which rows have one. */
interface Written {
  written: (size: number) => Buffer;
  present: (rows: number) => Buffer;
}

const ALL_PRESENT = new Uint8Array();

/**
 * Writes `<path>.firsts` and `<path>.texts` where all messages are told for sure, `<path>.words` and `<path>.places` where others are to
 * tell; says what is left to those. Throws as the file system does.
 */
export function writeMessageFrames(
  kernel: MessageKernel,
  path: string,
  out: Written,
): { unsure: number; untold: number; isDoubtful: boolean; isTold: boolean } {
  const unsure = kernel.messageCount(2);
  const untold = kernel.messageCount(3);
  const isDoubtful = kernel.messageCount(4) > 0;
  const isTold = unsure + untold === 0 && !isDoubtful && kernel.messageCount(1) <= MOST_PLACES;
  if (isTold) {
    writeFirsts(kernel, path, out);
    writeTexts(kernel, path, out);
  } else {
    writeWords(kernel, path, out);
    writePlaces(kernel, path, out);
  }
  return { unsure, untold, isDoubtful, isTold };
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

function writeTexts(kernel: MessageKernel, path: string, { written }: Written): void {
  const count = kernel.newTextCount();
  const texts = new ParquetFrame(`${path}.texts`, TEXT_COLUMNS);
  try {
    for (let from = 0; from < count;) {
      const to = kernel.textGroup(from);
      for (let what = 0; what < TEXT_COLUMNS.length; what++) {
        const rows = to - from;
        texts.addPage(rows, levelsOf(rows, rows, ALL_PRESENT), written(kernel.textColumn(what, from, to)));
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

function writeWords(kernel: MessageKernel, path: string, { written, present }: Written): void {
  const count = kernel.messageCount(0);
  const words = new ParquetFrame(`${path}.words`, WORD_COLUMNS);
  try {
    for (let from = 0; from < count;) {
      const to = kernel.wordGroup(from);
      for (let what = 0; what < WORD_COLUMNS.length; what++) {
        const values = written(kernel.wordColumn(what, from, to));
        words.addPage(to - from, levelsOf(to - from, kernel.presentCount(), present(to - from)), values);
        // The next column is laid over this one.
        words.flush();
      }
      words.endGroup(to - from);
      from = to;
    }
    words.end();
  } finally {
    words.close();
  }
}

function writePlaces(kernel: MessageKernel, path: string, { written }: Written): void {
  const rows = kernel.messageCount(1);
  const places = new ParquetFrame(`${path}.places`, PLACE_COLUMNS);
  try {
    if (rows > 0) {
      for (let what = 0; what < PLACE_COLUMNS.length; what++) {
        places.addPage(rows, levelsOf(rows, rows, ALL_PRESENT), written(kernel.placeColumn(what)));
        places.flush();
      }
      places.endGroup(rows);
    }
    places.end();
  } finally {
    places.close();
  }
}
