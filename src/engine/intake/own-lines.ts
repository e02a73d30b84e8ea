/** What lines of a file hold for intake: themselves, the data of an event stream, or the record behind the prefix of a log. */
import { decodeText } from './text-encoding';
import { eventData } from './event-stream';
import type { IntakeLimits } from './limits';
import { BlockLines, type BlockLine } from './log-blocks';
import { CutLines, isCutRecord, recordIn, type LogLine } from './log-line';
import { excerptOf } from './parse-record';
import type { Line } from './split-lines';

/** What the lines of a file are, where they are not the records themselves. */
export interface LineKind {
  /** The lines are fields of server-sent events, of which the data is read. */
  isEventStream?: boolean;
  /** The lines are those of a log, of which the records they hold are read. */
  isLog?: boolean;
  /** The records are no JSON, but what Python or JavaScript printed, over several lines each. */
  isPrinted?: boolean;
}

export type OwnLine = Line & {
  /** Of a log: what the line holds, and why it is blank where it holds nothing. */
  found?: NonNullable<LogLine>;
  blank?: 'no record' | 'part of a line' | 'part of a record';
};

const NOTHING = Buffer.alloc(0);

function ofLog(line: Line & { bytes: Buffer }, bytes: Buffer | null, limits: IntakeLimits): OwnLine {
  if (bytes === null) return { ...line, bytes: NOTHING, blank: 'part of a line' };
  const { text } = decodeText(bytes);
  if (text.trim() === '') return { ...line, bytes: NOTHING };
  const found = recordIn(text, limits);
  return found ? { ...line, bytes, found } : { ...line, bytes: NOTHING, blank: 'no record' };
}

function ofBlock({ isPart, isCutOff, ...own }: BlockLine, limits: IntakeLimits): OwnLine {
  if (isPart) return { ...own, bytes: NOTHING, blank: 'part of a record' };
  if (!isCutOff) return ofLog(own, own.bytes, limits);
  const excerpt = excerptOf(own.bytes.toString('utf8', 0, limits.excerptLength * 4), limits.excerptLength);
  const reason = 'the record, printed over several lines, is cut off';
  return { ...own, found: { ok: false, reason, excerpt } };
}

/** The lines with what is theirs; lines that a container runtime cut in parts come whole, at the last of them. */
export async function* ownLines(
  lines: AsyncIterable<Line>,
  { isEventStream, isLog }: LineKind,
  limits: IntakeLimits,
): AsyncGenerator<OwnLine> {
  const cut = new CutLines();
  const blocks = new BlockLines(limits.maxRecordBytes, (lines) => isCutRecord(lines, limits));
  let last = { line: 1, byteOffset: 0 };
  for await (const line of lines) {
    if ('tooLong' in line) {
      for (const held of blocks.rest()) yield ofBlock(held, limits);
      yield line;
    } else if (isEventStream === true) yield { ...line, bytes: eventData(line.bytes) };
    else {
      // Docker's own log is JSON a line, and is cut in parts all the same.
      const bytes = cut.take(line.bytes);
      last = line;
      if (isLog === true && bytes !== null) {
        for (const one of blocks.take({ ...line, bytes })) yield ofBlock(one, limits);
      } else if (isLog === true) yield ofLog(line, bytes, limits);
      else if (bytes === null) yield { ...line, bytes: NOTHING, blank: 'part of a line' };
      else yield bytes === line.bytes ? line : { ...line, bytes };
    }
  }
  for (const held of blocks.rest()) yield ofBlock(held, limits);
  for (const bytes of cut.rest()) {
    const line = { line: last.line, byteOffset: last.byteOffset, bytes };
    yield isLog === true ? ofLog(line, bytes, limits) : line;
  }
}
