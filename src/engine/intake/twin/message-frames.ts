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

/** What the kernel wrote last: values, and which rows have one. */
interface Written {
  written: (size: number) => Buffer;
  present: (rows: number) => Buffer;
}

const ALL_PRESENT = new Uint8Array();

/** Writes `<path>.words` and `<path>.places`; gives what is left to others. Throws as the file system does. */
export function writeMessageFrames(
  kernel: MessageKernel,
  path: string,
  { written, present }: Written,
): { unsure: number; untold: number; isDoubtful: boolean } {
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
  return {
    unsure: kernel.messageCount(2),
    untold: kernel.messageCount(3),
    isDoubtful: kernel.messageCount(4) > 0,
  };
}
