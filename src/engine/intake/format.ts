/**
 * What a trace format is: how it recognises its own files and how it turns their records into canonical spans.
 * Owns the interface only. A format must not touch files, the database or another format; it gets parsed records
 * (bounded in length and depth) and says what they mean through `Emit`.
 */
import type { AttributeBag } from '../../shared/trace/attribute-bag';
import type { GenAiMessage } from '../../shared/trace/genai-message';
import type { SourceOf } from '../../shared/trace/span-shape';
import type { ToldSpan } from '../../shared/trace/told-span';
import type { MappingProfile } from '../../shared/model/source';

/**
 * `lines`: one JSON value per line. `document`: one JSON value, a top-level array gives one record per element.
 * `csv`: a table with a header, each row an object of texts (null where empty). `text`: plain text, whose one record is
 * `{text}` with all of it. `archive`: a ZIP whose JSON members
 * come as `{member, value}`.
 */
export type Container = 'lines' | 'document' | 'parquet' | 'csv' | 'text' | 'archive';

/** The first records of a file, for recognising it. */
export interface Sample {
  /** File name without folders; a tie-breaker only. */
  name: string;
  container: Container;
  /** At most 50 parsed records: lines, elements of the top-level array, Parquet rows, or the one document. */
  records: readonly unknown[];
  /** True when the document is an array (its elements are the records). */
  isArray: boolean;
  /** Column names and DuckDB types, for Parquet and tables. */
  columns: readonly { name: string; type: string }[];
}

export interface Sniffed {
  /** 0..1: 0.95 a marker only this format has, 0.7 a typical shape, 0.3 could be. */
  confidence: number;
  /** What gave it away, for the screen: 'line 1 has resourceSpans'. */
  reason: string;
}

/** Where a record stands in its source. */
export interface Place {
  /** 1-based line of the record's first character; the 1-based row for Parquet. */
  line: number;
}

/** A message of a model call's input or output, in one shape for all providers. */
export type Message = GenAiMessage;

/** A canonical span as a format knows it, with the messages of model calls. */
export interface SpanInput extends ToldSpan {
  /**
   * For model calls whose input repeats the whole conversation: intake derives the user messages (and the tool
   * calls that have no span of their own) from what is new against the earlier calls of the session.
   */
  history?: { input: readonly Message[]; output: readonly Message[] };
}

/** Feedback, score or label carried by the export. */
export interface LabelInput {
  labelId: string;
  sessionId?: string | null;
  traceId?: string | null;
  spanId?: string | null;
  name: string;
  kind: 'score' | 'feedback' | 'correction' | 'failure' | 'outcome';
  annotatorKind: 'human' | 'llm' | 'code' | 'unknown';
  annotator?: string | null;
  value?: number | null;
  text?: string | null;
  explanation?: string | null;
}

/** What a reader tells intake. Spans keep the order in which they are emitted. */
export interface Emit {
  span(span: SpanInput, place: Place): void;
  label(label: LabelInput, place: Place): void;
  /** Counts something that was kept raw, not understood or repaired, e.g. 'record type "mode" kept raw'. */
  note(what: string, count?: number): void;
  /** A record of this format that cannot be used, with a reason a person can act on. */
  reject(place: Place, reason: string, excerpt?: string): void;
}

export interface SourceContext {
  /** File name without folders. */
  name: string;
  /** Path as the person gave it. */
  path: string;
  /**
   * First 12 hex digits of the file's SHA-256: for ids that must not clash between files. While a further record of one
   * line is read (a document without line breaks), with its number on the line, so that ids made of it and the line differ.
   */
  shortHash: string;
  /** For the generic mapping only. */
  profile?: MappingProfile;
  /** Of a file that grew and is read from the middle: its first records, and those just before where reading begins. */
  resumed?: {
    head: readonly unknown[];
    lead: readonly unknown[];
    /** The last records before with the texts of `resumesWith`, in the order of the file. */
    standing: readonly unknown[];
  };
  /** The number of the record of a line, from 1, where only some of a file's records are read here; absent: as they come. */
  ordinalOf?(line: number): number;
  /** Line of a JSON pointer inside the current document (`/simulations/3`), the record's own line when unknown. */
  lineOf(pointer: string): number;
}

/** Reads one source. `record` is called once per record in file order, `end` after the last one. */
export interface FormatReader {
  record(record: unknown, place: Place): void;
  /**
   * Of a reader that began in the middle, asked before `end`: why what it read cannot be understood as it would be after
   * all that stands before; null where it can. The file is read from its first line then.
   */
  needsBeginning?(): string | null;
  /** Ids that such a reader met and that no record before may have given: where one stands there, the file is read from its first line. */
  idsGiven?(): readonly string[];
  end?(): void;
}

/** What a person should know of a format, for its page in docs/formats; sentences in Markdown. */
export interface FormatGuide {
  /** Files and shapes that are read. */
  reads: readonly string[];
  /** What becomes a span, and of which kind. */
  spans: readonly string[];
  /** What is a session, and what opens a turn. */
  turns: string;
  /** How spans find their pillar, where the format says more than the kind of a span. */
  pillars: string;
  /** Feedback, scores and labels; empty where such files carry none. */
  labels: string;
  /** What is not read, or only kept raw. */
  leavesOut: readonly string[];
  /** Why a file that grew is read whole again, where it is one of lines and may be. */
  readsWhole?: string;
  /** Further sections: a schema, an example. */
  more?: string;
}

/** The columns of a table that a twin reads. */
export interface TwinTable {
  /** Columns by their names, which a table may have or not. */
  cells: readonly string[];
  /** The beginning of the names of columns that are listed; none without it. */
  listed?: string;
  /** Columns with such names are beyond the twin where a row has a value in them. */
  unread: RegExp;
}

/**
 * The same reading in SQL, for files of lines or tables: what the spans of common traces are. The record function remains the truth,
 * and reads whatever this one does not take.
 */
export interface SqlTwin {
  container: 'lines' | 'parquet';
  /** Of a twin of tables: which of their columns it reads. */
  table?: TwinTable;
  /** Whether a file that begins with such records may hold what the script reads; it may where this is absent. */
  mayRead?(head: readonly unknown[]): boolean;
  /**
   * Statements, each ended by a semicolon at the end of a line. From temp view `line` (ord: place in the chunk from 1; json: an
   * object's text) or, of a table, `table_row` (ord; raw: the row as JSON.stringify writes it; is_same: no value may be written otherwise; cell: a
   * struct of the columns named, listed: a list of `{k, v}` of the columns listed, without what is before their own names; both as JSON texts; has_inner: some
   * of these have members or items) they make
   *   envelope (ord, ok)  one row per line; ok: nothing in it is beyond this reading but in its spans
   *   around (around, around_text)  one row per different JSON text of what spans share, such as their resource
   *   item  one row per span of those lines: n (from 1, in order), ord, idx (its place in the line), around, raw (as JSON.stringify writes the record),
   *         type, trace_id, span_id, parent_span_id, name, start_ns, end_ns, status, status_message, keys (of attributes, in order),
   *         lits (their values as JSON.stringify writes them), ok
   */
  script: string;
  /** Lines that a kernel knows, which scans what is common of them faster (twin/span-scanner.ts); the script reads the rest. */
  scan?: 'otlp' | 'flat';
  /** Of a format whose spans have fields beside attributes: the keys of an item are their names, and this reads a span with such values. */
  sourceOf?: SourceOf;
  /** What an `around_text` says of resource and scope. */
  around(value: unknown): { resource: AttributeBag; scope: string | null };
}

/** A list of messages in a row, which is a session. */
export interface ChatList {
  column: string;
  /** Column of the model that answers in it. */
  model: string;
  /** What stands behind the session's id. */
  suffix: string;
}

/**
 * The same reading in SQL, for tables and lines each of which is a conversation, a list of messages: what is common of such. The
 * record function remains the truth, and reads every row that holds more.
 */
export interface ChatRows {
  /** Lists of messages; those of the first of these sets whose columns a table has are read. */
  lists: readonly (readonly ChatList[])[];
  /** Member of a message that says who speaks, and what the words mean, in lower case. */
  speaker: string;
  roles: Readonly<Record<string, 'user' | 'assistant' | 'system'>>;
  /** Members that hold what is said, of which the first that has a value counts. */
  said: readonly string[];
  /** Texts in what is said that mean more than they say. */
  marks: readonly string[];
  /** Members beside which a message with a value in them is more than its text. */
  more: readonly string[];
  /** Members with which a list is written in another way. */
  foreign: readonly string[];
  /** Members that hold the time of a message. */
  messageTimes: readonly string[];
  /** Columns of the id, of which the first that has a value counts, and whether the file's hash stands behind it. */
  ids: readonly string[];
  isIdOfFile: boolean;
  /** Columns of the time of the whole and of who asks, the first that has a value; of the latter also a member of the first message. */
  times: readonly string[];
  users: readonly string[];
  firstUser: string | null;
  /** Columns that are attributes of the first span. */
  attributes: readonly string[];
  /** Column with what a moderation said of each message: `flagged`, and `categories` by name. */
  moderation: string | null;
  /** Column of a person's vote, of who that is, and what its words are worth to each list of the set. */
  vote: {
    column: string;
    annotator: string;
    values: Readonly<Record<string, readonly number[]>>;
  } | null;
}

export interface TraceFormat {
  /** kebab-case, the same as the file name. */
  id: string;
  title: string;
  /** One sentence: what writes such files. */
  description: string;
  /** Public address of the format's specification. */
  documentation: string;
  /** What the page of the format in docs/formats is made from. */
  guide: FormatGuide;
  containers: readonly Container[];
  /**
   * `time`: order on disk means nothing, spans are ordered by start time.
   * `stream`: order on disk is the order of events; times merge several streams, a clock running backwards does not.
   */
  ordering: 'time' | 'stream';
  /**
   * True when the lines of a file that grew can be read without those before them, but for some that are close: what a
   * record means must not depend on records far above it. A function is given the first records of the file, and the profile
   * it is mapped by, where that hangs on what the file holds.
   */
  canContinue?: boolean | ((head: readonly unknown[], profile?: MappingProfile) => boolean);
  /** Ids are made of the number of a record in its file (`SourceContext.ordinalOf`): where not each line before was one, they are counted. */
  countsRecords?: boolean;
  /**
   * True when a record may go on with any before it: of a file of lines that grew they are gone through once more to remind the
   * reader, and only what is new is kept (read-recalled.ts). A reader must tell in `record` what no later record changes, but for
   * the result of a call, and the rest in `end`. A function is given the first records.
   */
  recalls?: boolean;
  /**
   * The id of a record at which reading a file of lines that grew may begin, such as the start of a turn, '' where it has none; null for
   * others. The reader gets `resumed` then, and says in `needsBeginning` whether that was enough. A file that names the id
   * before is read whole.
   */
  resumesAt?(record: unknown): string | null;
  /** Texts by which records are known that say what holds until another says otherwise, such as which model is in use. */
  resumesWith?: readonly string[];
  sniff(sample: Sample): Sniffed | null;
  /**
   * The columns of Parquet files that records are read for, with the members of their items where not all of these are: for formats that
   * keep no row whole. What else a file has is not read, and named in a note.
   */
  columns?: Readonly<Record<string, 'all' | readonly string[]>>;
  /** One for each container that is read in SQL. */
  twins?: readonly SqlTwin[];
  chats?: ChatRows;
  read(emit: Emit, source: SourceContext): FormatReader;
}
