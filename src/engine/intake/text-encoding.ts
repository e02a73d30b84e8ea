/**
 * Bytes as text: UTF-8, and what is found in its place in files of older programs and in damaged ones. A record decides
 * for itself, since files put together of others hold both. Never throws: what cannot be read is shown as U+FFFD.
 */
import { isUtf8 } from 'node:buffer';

/**
 * How a record was read that is no JSON in UTF-8: as Windows-1252 (of which Latin-1 is a part), with U+FFFD where it is damaged, or
 * as what Python or JavaScript printed in place of JSON.
 */
export type Repair = 'windows-1252' | 'replaced' | 'printed';

interface DecodedText {
  text: string;
  /** Null for plain UTF-8. */
  repair: Repair | null;
}

/** Characters of 0x80 to 0x9f; the empty ones are no characters. https://encoding.spec.whatwg.org/index-windows-1252.txt */
const WINDOWS_1252 = [
  '€',
  '',
  '‚',
  'ƒ',
  '„',
  '…',
  '†',
  '‡',
  'ˆ',
  '‰',
  'Š',
  '‹',
  'Œ',
  '',
  'Ž',
  '',
  '',
  '‘',
  '’',
  '“',
  '”',
  '•',
  '–',
  '—',
  '˜',
  '™',
  'š',
  '›',
  'œ',
  '',
  'ž',
  'Ÿ',
];

const NO_WINDOWS_1252 = /[\u0081\u008d\u008f\u0090\u009d]/;
/** A character beyond ASCII that UTF-8 told, and not a replacement for bytes it could not. */
const BEYOND_ASCII = /[\u0080-\ufffc\ufffe\uffff]/;

/**
 * The text of some bytes. Bytes that are no UTF-8 are taken for Windows-1252 where no character beyond ASCII among them is
 * UTF-8 and all of them are characters there; otherwise they are damaged UTF-8.
 */
export function decodeText(bytes: Buffer): DecodedText {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { text, repair: null };
  const latin = bytes.toString('latin1');
  if (BEYOND_ASCII.test(text) || NO_WINDOWS_1252.test(latin)) return { text, repair: 'replaced' };
  return {
    text: latin.replace(/[\u0080-\u009f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80] ?? c),
    repair: 'windows-1252',
  };
}

/** What an import says of records that were repaired. */
export const repairWords: Readonly<Record<Repair, string>> = {
  'windows-1252': 'read as Windows-1252, since its bytes are no UTF-8',
  replaced: 'bytes that are no UTF-8 replaced by \ufffd',
  printed: 'read as printed by Python or JavaScript, since it is no JSON',
};

/** UTF-16 by its byte order mark, or by the zero bytes beside characters of ASCII; null for anything else. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a, b] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (isAsciiEvery(head, 0)) return 'utf-16le';
  return isAsciiEvery(head, 1) ? 'utf-16be' : null;
}

/** Whether the bytes from `first` on, every second, are ASCII and those between them zero, in as much as is there. */
function isAsciiEvery(head: Buffer, first: 0 | 1): boolean {
  const length = head.length - (head.length % 2);
  for (let i = 0; i < length; i++) {
    const byte = head[i] as number;
    if (i % 2 === first ? byte === 0 || byte > 0x7f : byte !== 0) return false;
  }
  return length >= 4;
}
