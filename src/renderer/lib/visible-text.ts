/**
 * Makes hostile or broken text readable: what a screen would hide or obey (control, bidi and zero-width characters,
 * terminal codes, tag characters) becomes a badge with its name. Pure; the result is rendered as text nodes.
 * https://www.unicode.org/reports/tr36/ (visual spoofing), https://trojansource.codes
 */

export interface TextPiece {
  type: 'text' | 'badge';
  /** The text, or what the badge shows. */
  text: string;
  /** What the badge stands for, in words; empty for text. */
  meaning: string;
  /** Where the piece begins in the whole text, in UTF-16 units, and how many of them it stands for. */
  start: number;
  length: number;
}

/** Characters that are shown as badges; the first alternative takes a whole terminal code. */
const SPECIAL =
  /\u001b\[[0-9;:?]*[ -/]*[@-~]|\r\n|[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e01ef}\ud800-\udfff]/gu;

const NAMES: Record<number, [string, string]> = {
  0x00: ['NUL', 'null character'],
  0x07: ['BEL', 'bell'],
  0x08: ['BS', 'backspace: hides what stands before it in a terminal'],
  0x0d: ['CR', 'carriage return: overwrites the line in a terminal'],
  0x1b: ['ESC', 'escape'],
  0x7f: ['DEL', 'delete'],
  0xad: ['SHY', 'soft hyphen'],
  0x034f: ['CGJ', 'combining grapheme joiner'],
  0x061c: ['ALM', 'Arabic letter mark: changes the direction of text'],
  0x200b: ['ZWSP', 'zero-width space'],
  0x200c: ['ZWNJ', 'zero-width non-joiner'],
  0x200d: ['ZWJ', 'zero-width joiner'],
  0x200e: ['LRM', 'left-to-right mark'],
  0x200f: ['RLM', 'right-to-left mark'],
  0x2028: ['LS', 'line separator'],
  0x2029: ['PS', 'paragraph separator'],
  0x202a: ['LRE', 'left-to-right embedding'],
  0x202b: ['RLE', 'right-to-left embedding'],
  0x202c: ['PDF', 'end of embedding'],
  0x202d: ['LRO', 'left-to-right override: shows text in another order'],
  0x202e: ['RLO', 'right-to-left override: shows text in another order'],
  0x2060: ['WJ', 'word joiner'],
  0x2066: ['LRI', 'left-to-right isolate'],
  0x2067: ['RLI', 'right-to-left isolate'],
  0x2068: ['FSI', 'first strong isolate'],
  0x2069: ['PDI', 'end of isolate'],
  0xfeff: ['BOM', 'byte order mark, or zero-width no-break space'],
};

/** A joiner between pictographs makes one emoji of them; in Arabic and Indic scripts both joiners are spelling. */
const JOINS_BEFORE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}]$/u;
const SCRIPT =
  /\p{Script=Arabic}|\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Tamil}|\p{Script=Telugu}|\p{Script=Kannada}|\p{Script=Malayalam}|\p{Script=Sinhala}|\p{Script=Gujarati}|\p{Script=Gurmukhi}|\p{Script=Khmer}|\p{Script=Myanmar}/u;

function isSpelling(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 3), index);
  const after = text.slice(index + 1, index + 3);
  if (text[index] === '\u200d' && JOINS_BEFORE.test(before) && /^\p{Extended_Pictographic}/u.test(after))
    return true;
  return SCRIPT.test(before.slice(-1)) && SCRIPT.test(after.slice(0, 1));
}

function badgeOf(special: string): [string, string] {
  if (special.length > 1 && special.startsWith('\u001b')) return ['ESC', `terminal code ${special.slice(1)}`];
  const code = special.codePointAt(0) ?? 0;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const known = NAMES[code];
  if (known !== undefined) return [known[0], `${hex} ${known[1]}`];
  if (code >= 0xd800 && code <= 0xdfff)
    return ['\ufffd', `${hex} half of a character: the text is damaged here`];
  if (code >= 0xe0020 && code <= 0xe007e)
    return [`TAG ${String.fromCodePoint(code - 0xe0000)}`, `${hex} hidden tag character`];
  if (code >= 0xe0100 && code <= 0xe01ef) return ['VS', `${hex} hidden variation selector`];
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return [hex.slice(2), `${hex} control character`];
  return [hex, `${hex} invisible character`];
}

/** Cuts a text into plain pieces and badges. A text without anything special is one piece. */
export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  const plain = (to: number, shown: string) => {
    if (shown !== '') pieces.push({ type: 'text', text: shown, meaning: '', start: from, length: to - from });
  };
  for (const match of text.matchAll(SPECIAL)) {
    const special = match[0];
    const at = match.index;
    if ((special === '\u200c' || special === '\u200d') && isSpelling(text, at)) continue;
    plain(at, text.slice(from, at));
    if (special === '\r\n') pieces.push({ type: 'text', text: '\n', meaning: '', start: at, length: 2 });
    else {
      const [shown, meaning] = badgeOf(special);
      pieces.push({ type: 'badge', text: shown, meaning, start: at, length: special.length });
    }
    from = at + special.length;
  }
  plain(text.length, text.slice(from));
  return pieces;
}

/** A stretch of a text that is to stand out: the cue of a correction, a match of the search. */
export interface TextMark {
  start: number;
  end: number;
  kind: 'cue' | 'match' | 'current';
}

export interface MarkedPiece extends TextPiece {
  mark: TextMark['kind'] | null;
}

/** Lays marks over pieces, cutting text pieces at their borders. Marks may overlap; the later one wins. */
export function markPieces(pieces: readonly TextPiece[], marks: readonly TextMark[]): MarkedPiece[] {
  if (marks.length === 0) return pieces.map((piece) => ({ ...piece, mark: null }));
  const result: MarkedPiece[] = [];
  for (const piece of pieces) {
    const end = piece.start + piece.length;
    const inside = marks.filter((mark) => mark.start < end && mark.end > piece.start);
    // Only a text piece that stands for itself can be cut; a badge or a folded line end is marked whole.
    const cuts =
      piece.type === 'text' && piece.text.length === piece.length
        ? inside.flatMap((mark) => [mark.start, mark.end]).filter((cut) => cut > piece.start && cut < end)
        : [];
    const borders = [...new Set([piece.start, ...cuts, end])].sort((a, b) => a - b);
    for (const [index, start] of borders.slice(0, -1).entries()) {
      const stop = borders[index + 1] ?? end;
      const mark = inside.findLast((candidate) => candidate.start < stop && candidate.end > start);
      const text = cuts.length === 0 ? piece.text : piece.text.slice(start - piece.start, stop - piece.start);
      result.push({ ...piece, text, start, length: stop - start, mark: mark?.kind ?? null });
    }
  }
  return result;
}

/** All places where `query` occurs, ignoring case, at most `limit` of them. */
export function findMarks(text: string, query: string, limit = 500): TextMark[] {
  if (query === '') return [];
  const marks: TextMark[] = [];
  const needle = query.toLowerCase();
  const hay = text.toLowerCase();
  // Lower-casing changes the length of a few characters; then places would be off, so case counts.
  const isSafe = hay.length === text.length;
  const inside = isSafe ? hay : text;
  const wanted = isSafe ? needle : query;
  let at = inside.indexOf(wanted);
  while (at !== -1 && marks.length < limit) {
    marks.push({ start: at, end: at + wanted.length, kind: 'match' });
    at = inside.indexOf(wanted, at + wanted.length);
  }
  return marks;
}

/**
 * The same as plain text, cut to `most` characters, for where there can be no badge (titles, labels, messages): what would
 * be hidden or obeyed stands there by its name, `⟨RLO⟩`.
 */
export function visible(text: string, most = 300): string {
  return visiblePieces(text.slice(0, most))
    .map((piece) => (piece.type === 'badge' ? `⟨${piece.text}⟩` : piece.text))
    .join('');
}
