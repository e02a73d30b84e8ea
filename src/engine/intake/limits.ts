/** Bounds that keep a hostile or broken file from taking the intake process down. Each is a parameter of a run. */
export interface IntakeLimits {
  /** Longest line or document element, in bytes. */
  maxRecordBytes: number;
  /** Deepest nesting of a record; DuckDB's own JSON functions die at 100,000 (a stack overflow), V8's stringify at 10,000. */
  maxDepth: number;
  /** A compressed file may not grow beyond this factor once it is larger than `minExpandedBytes`. */
  maxExpansion: number;
  minExpandedBytes: number;
  /** Rejected records kept with an excerpt per source; the rest are only counted. */
  maxRejectsKept: number;
  /** Characters of a rejected record that are kept. */
  excerptLength: number;
  /** Longest text, input, output, attributes or raw record of a span, in characters; what is longer is cut and counted. */
  maxCellCharacters: number;
  /** Bytes before the known end of a file that grew that are read once more, for the traces cut off there. */
  continueOverlap: number;
  /** Files of lines from this size on are read in SQL where their format can; smaller ones are read before SQL has begun. */
  twinFromBytes: number;
  /** Bytes of lines that SQL reads at a time. */
  twinChunkBytes: number;
  /** The same of lines that statements take apart, none of which a kernel scans: what they make of a chunk takes more memory. */
  unscannedChunkBytes: number;
  /** Bytes of files that a thread reads at a time, in jobs of many files; a larger file is read alone. */
  batchBytes: number;
  /** Files larger than this are read one after another: what threads made of them would wait on the disk for its turn. */
  asideMostBytes: number;
  /** Memory DuckDB may use, as it writes sizes; what is beyond it is spilled below the staging folder. */
  databaseMemory: string;
  /** Bytes of files from which garbage is collected before the database begins: smaller ones leave too little to be worth it. */
  collectFromBytes: number;
  /** Bytes of rows held, of all tables together, before they are handed over to the database. */
  heldBytes: number;
  /** Bytes of spans that are sorted at a time; larger imports are sorted in pieces. */
  sortBytes: number;
  /** Pieces that are sorted and written at the same time, each on a connection of its own. */
  sortAtOnce: number;
  /** Files that number their sessions alike and are compared with one another; of more, each has sessions of its own. */
  apartFiles: number;
  /** Sessions by which two such files are compared, from the first. */
  apartSessions: number;
  /** A conversation that goes on in another file does so before this many milliseconds have passed. */
  apartGapMs: number;
}

export const defaultLimits: IntakeLimits = {
  maxRecordBytes: 256 * 1024 * 1024,
  maxDepth: 256,
  // Real traces compress 10 to 40 times; the bombs of the security notes 450 times and more.
  maxExpansion: 200,
  minExpandedBytes: 1024 * 1024 * 1024,
  maxRejectsKept: 100_000,
  excerptLength: 240,
  // Several of them are held at a time, by an appender, a sort and a row group, within the database's share of memory.
  maxCellCharacters: 16 * 1024 * 1024,
  continueOverlap: 4 * 1024 * 1024,
  twinFromBytes: 2 * 1024 * 1024,
  twinChunkBytes: 16 * 1024 * 1024,
  // Larger ones let intake grow beyond a gigabyte (docs/benchmarks/ingest.md).
  unscannedChunkBytes: 8 * 1024 * 1024,
  batchBytes: 2 * 1024 * 1024,
  asideMostBytes: 256 * 1024 * 1024,
  databaseMemory: '512MB',
  // A collection takes 10 to 40 ms; what a megabyte expands to at worst (`maxExpansion`) is below the database's share.
  collectFromBytes: 1024 * 1024,
  heldBytes: 16_000_000,
  sortBytes: 48_000_000,
  sortAtOnce: 2,
  // Pairs of them are compared: 64 files are 2,016 pairs.
  apartFiles: 64,
  // Most answers must be the same: of 20 sessions with an answer each, so many are by chance only where answers are.
  apartSessions: 20,
  // The rule of thumb of about an hour without activity of Halfaker et al., of several domains (WWW 2015, https://arxiv.org/abs/1411.2878).
  // In 512 sessions of real agents with times, 18 of 9,982 pauses were longer than an hour, and none of these shorter than two.
  apartGapMs: 3_600_000,
};

/**
 * Limits of the safe path, on which a file is read again that ended a process: a record that needs more memory than
 * there is costs itself there, and not the file. Its limit is that of DuckDB's own reader
 * for one JSON value, 16 MB (https://duckdb.org/docs/stable/data/json/loading_json).
 */
export const safeLimits: IntakeLimits = {
  ...defaultLimits,
  maxRecordBytes: 16 * 1024 * 1024,
  maxDepth: 128,
};
