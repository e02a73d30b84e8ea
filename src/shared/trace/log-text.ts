/** The log of a multi-agent framework, a single text, cut into the pieces that one speaker or one log line wrote. */
import { timeOf } from './time';

export interface LogPiece {
  /** Who speaks, as the log has it; null where no line says so. */
  speaker: string | null;
  startNs: bigint | null;
  text: string;
  /** 0-based line of the text it starts at. */
  line: number;
}

/** `[2025-03-31 10:00:00 INFO] …` and the like. */
const STAMP =
  /^\[?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)\]?[\s:|-]*(?:\[?[A-Z]{4,8}\]?)?[\s:|\]-]*/;
/** `Name (to Other):`, `**Name**:`, `name -> other:` alone at the start of a line. */
const SPEAKER =
  /^(?:[#>*\s]{0,6})([A-Za-z][\w .&/-]{0,40}?)(?:\*{0,2})(?:\s?\((?:to|as) [^)\n]{1,60}\)|\s?->\s?[\w ]{1,40})?\s?:(?:\*{0,2})(?:\s|$)/;
const RULE = /^[-=*_#]{8,}\s*$/;
/** Words before a colon that head a part of a message and name nobody. */
const HEADINGS =
  /^(note|notes|example|examples|output|input|result|results|error|warning|info|question|answer|task|step \d+|http|https|file|code|args|arguments|returns?|raises|traceback|total|usage|todo|summary|plan|reason|thought|action|observation|explanation|solution|problem|code output|exitcode|response|url|title|description)$/i;

const MAX_PIECES = 20_000;

function speakerOf(line: string): string | null {
  const name = SPEAKER.exec(line.slice(0, 200))?.[1]?.trim() ?? null;
  return name === null || HEADINGS.test(name) || name.split(' ').length > 4 ? null : name;
}

/** The pieces of a log in order; a log without any mark is one piece. */
export function logPieces(text: string): LogPiece[] {
  const lines = text.split('\n');
  // A word before a colon is somebody's name where it comes again and again.
  const seen = new Map<string, number>();
  for (const line of lines) {
    const name = speakerOf(line.replace(STAMP, ''));
    if (name !== null) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const pieces: LogPiece[] = [];
  let current: { speaker: string | null; startNs: bigint | null; lines: string[]; line: number } | null =
    null;
  const close = (): void => {
    const body = current?.lines.join('\n').trim() ?? '';
    if (current && body !== '')
      pieces.push({ speaker: current.speaker, startNs: current.startNs, text: body, line: current.line });
    current = null;
  };
  for (const [i, line] of lines.entries()) {
    const stamp = STAMP.exec(line.slice(0, 120));
    const rest = stamp ? line.slice(stamp[0].length) : line;
    const name = speakerOf(rest);
    const isNamed = name !== null && (seen.get(name) ?? 0) > 1;
    const opens = stamp !== null || isNamed || RULE.test(line);
    if ((opens || current === null) && pieces.length < MAX_PIECES) {
      close();
      const kept = RULE.test(line) ? '' : isNamed ? rest.replace(SPEAKER, '') : rest;
      current = {
        speaker: isNamed ? name : null,
        startNs: stamp ? timeOf((stamp[1] ?? '').replace(',', '.')) : null,
        lines: [kept],
        line: i,
      };
    } else (current as { lines: string[] } | null)?.lines.push(line);
  }
  close();
  return pieces;
}
