// Text -> words, for any script. Owns normalisation and word boundaries, nothing about what words mean.
// Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) are cut into overlapping character pairs, the usual
// substitute for a dictionary in retrieval (Foo & Li, "Chinese word segmentation and its effect on information retrieval",
// Information Processing & Management 40, 2004). Intl.Segmenter is not used: its answers change with the ICU version.

const wordPattern = /[\p{L}\p{M}\p{N}_]+(?:['\u2019][\p{L}\p{M}]+)*/gu;
/** What `wordPattern` finds in text of plain characters, several times as quickly. */
const plainWordPattern = /[a-z0-9_]+(?:'[a-z]+)*/g;
const beyondPlain = /[^\0-\x7f]/;
const unspacedRun =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const hasUnspaced =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\ud840-\ud87f]/;

/** Lower case, compatibility-composed (NFKC), straight apostrophes, single spaces. Offsets are not kept. */
export function normalizeText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc`\u00b4]/gu, "'")
    .replace(/\s+/gu, ' ')
    .trim();
}

function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 3) return [run];
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

function splitUnspaced(word: string): string[] {
  const parts: string[] = [];
  let end = 0;
  for (const match of word.matchAll(unspacedRun)) {
    if (match.index > end) parts.push(word.slice(end, match.index));
    parts.push(...pairs(match[0]));
    end = match.index + match[0].length;
  }
  if (end < word.length) parts.push(word.slice(end));
  return parts;
}

/**
 * The words of a text in order, normalised. Numbers count as words, punctuation does not.
 * An empty array for a text without letters or digits.
 */
export function tokenize(text: string): string[] {
  if (!beyondPlain.test(text)) return text.toLowerCase().replaceAll('`', "'").match(plainWordPattern) ?? [];
  const words: string[] = normalizeText(text).match(wordPattern) ?? [];
  if (!hasUnspaced.test(text)) return words;
  return words.flatMap((word) => (hasUnspaced.test(word) ? splitUnspaced(word) : [word]));
}
