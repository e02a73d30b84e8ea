/**
 * Files that are no traces, told by their first bytes, and what a person can do instead. Owns the words only; nothing
 * here reads further than what it is given. Signatures: https://en.wikipedia.org/wiki/List_of_file_signatures
 */

import { isFramedProtobuf } from './framed-pieces';

interface Kind {
  /** Bytes at `at` (0 unless said), one character a byte. */
  mark: string;
  at?: number;
  /** What the file is, with its article. */
  what: string;
  /** What to do, as a sentence. */
  advice: string;
}

const PICTURE = 'Pictures hold no traces: leave it out.';
const UNPACK = 'Unpack it and import what is in it.';

const KINDS: readonly Kind[] = [
  {
    mark: '%PDF',
    what: 'a PDF document',
    advice: 'Export the traces themselves, as JSON lines, CSV or Parquet.',
  },
  { mark: '\x89PNG', what: 'a PNG picture', advice: PICTURE },
  { mark: '\xff\xd8\xff', what: 'a JPEG picture', advice: PICTURE },
  { mark: 'GIF8', what: 'a GIF picture', advice: PICTURE },
  {
    mark: 'SQLite format 3\0',
    what: 'an SQLite database',
    advice:
      'Export the table with the traces, as with sqlite3 FILE ".mode json" "SELECT * FROM …" > traces.json.',
  },
  {
    mark: 'DUCK',
    at: 8,
    what: 'a DuckDB database',
    advice: "Export the table with the traces: COPY … TO 'traces.parquet'.",
  },
  { mark: '7z\xbc\xaf\x27\x1c', what: 'a 7-Zip archive', advice: UNPACK },
  { mark: 'Rar!\x1a\x07', what: 'a RAR archive', advice: UNPACK },
  { mark: 'BZh', what: 'packed with bzip2', advice: 'Unpack it with bunzip2 and import what comes out.' },
  { mark: '\xfd7zXZ\0', what: 'packed with xz', advice: 'Unpack it with unxz and import what comes out.' },
  { mark: 'Obj\x01', what: 'an Avro file', advice: 'Convert it to Parquet or JSON lines.' },
  { mark: 'ORC', what: 'an ORC file', advice: 'Convert it to Parquet.' },
  { mark: 'ARROW1', what: 'an Arrow file', advice: 'Write it as Parquet, as with pandas: to_parquet().' },
  { mark: 'FEA1', what: 'a Feather file', advice: 'Write it as Parquet, as with pandas: to_parquet().' },
  {
    mark: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    what: 'an old Office document',
    advice: 'Save the sheet as CSV and import that.',
  },
  { mark: '\x80\x04\x95', what: 'a Python pickle', advice: 'Write the data as JSON lines or Parquet.' },
  { mark: '\x80\x05\x95', what: 'a Python pickle', advice: 'Write the data as JSON lines or Parquet.' },
  {
    mark: '\x7fELF',
    what: 'a program',
    advice: 'Programs hold no traces: leave it out.',
  },
  { mark: 'MZ', what: 'a program', advice: 'Programs hold no traces: leave it out.' },
];

/** Bytes that texts do not have: a table may well begin with the letters of a signature. */
const NO_TEXT = /[\x00-\x08\x0e-\x1a\x1c-\x1f]|[\x80-\xff]PNG/;

const PAGE = /^\s*<(?:!doctype\s+html|html|\?xml)/i;

/** What a file is that holds no traces, and what to do, in sentences; null where its first bytes (64 or more) do not tell. */
export function notATrace(head: Buffer): string | null {
  const start = head.toString('latin1', 0, 64);
  const isText = !NO_TEXT.test(head.toString('latin1', 0, 512));
  const kind = KINDS.find(({ mark, at = 0 }) => start.startsWith(mark, at) && (!isText || mark === '%PDF'));
  if (kind) return `This is ${kind.what}. ${kind.advice}`;
  if (isFramedProtobuf(head))
    return 'This is telemetry in protobuf, as the OpenTelemetry Collector’s file exporter writes it with "format: proto". Set "format: json" there and export the traces again.';
  if (PAGE.test(head.toString('utf8', 0, 200).replace(/^\ufeff/, '')))
    return 'This is a web page or XML: a download may have brought a page for signing in instead of the export. Fetch the export again, as JSON lines, CSV or Parquet.';
  return null;
}

/** What a ZIP is that holds no traces, told by the names of its members; null where they do not tell. */
export function officeKind(names: readonly string[]): string | null {
  if (!names.includes('[Content_Types].xml')) return null;
  return names.some((name) => name.startsWith('xl/'))
    ? 'This is an Excel workbook. Save the sheet with the traces as CSV and import that.'
    : 'This is an Office document. Export the traces themselves, as JSON lines, CSV or Parquet.';
}

const TRACE_ENDING =
  /\.(jsonl|ndjson|jsonlines|json|parquet|csv|tsv|eval|traj|log|txt|zip|tgz|tar)(\.(gz|zst|zstd))?$|^\.aider\.chat\.history\.md$/i;

/** Endings of files that people keep beside traces and that hold none. */
const OTHER_ENDINGS = new Set(
  (
    'pdf png jpg jpeg gif webp svg ico bmp tif tiff heic mp3 mp4 m4a wav mov avi webm ogg woff woff2 ttf otf eot ' +
    'doc docx xls xlsx ppt pptx odt ods odp rtf md mdx rst tex html htm xml css scss less js jsx ts tsx mjs cjs map py pyc pyi ' +
    'ipynb rb go rs java class jar c h cc cpp hpp cs swift kt php pl r lua sh bash zsh fish ps1 bat sql toml yaml yml ini cfg ' +
    'conf lock exe dll so dylib o a wasm db sqlite sqlite3 duckdb wal 7z rar xz bz2 iso dmg pkg whl pem key crt safetensors ' +
    'pt pth onnx gguf npy npz pkl pickle env gitignore'
  ).split(' '),
);

/** The ending of a name in small letters with its dot; empty where it has none. */
export function endingOf(name: string): string {
  return /\.[^./\\]{1,16}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Whether a file may hold traces by its name: it is called like one, it may be one under another name, or it is none. */
export function likelihood(name: string): 'trace' | 'maybe' | 'none' {
  if (TRACE_ENDING.test(name)) return 'trace';
  return name.startsWith('.') || OTHER_ENDINGS.has(endingOf(name).slice(1)) ? 'none' : 'maybe';
}
