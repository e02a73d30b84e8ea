// Makes a user's text ready for the cue patterns without moving a character, so that offsets hold in the text as recorded.

/** Cues stand where a person writes; what comes after this many characters is nearly always pasted. */
const maxCharacters = 2_000;

const otherApostrophe = /[\u2018\u2019\u02bc`\u00b4]/;
const otherApostrophes = /[\u2018\u2019\u02bc`\u00b4]/g;

function blank(match: string): string {
  return ' '.repeat(match.length);
}

/**
 * Same length as the text (cut at 2,000 UTF-16 units): apostrophes straight; code fences, inline code, quoted lines, tags and
 * addresses blanked, because an error in a pasted log is not a complaint of the user.
 */
export function prepareForCues(text: string): string {
  let prepared = text.slice(0, maxCharacters);
  if (prepared.includes('`'))
    prepared = prepared.replace(/```[\s\S]*?(?:```|$)/gu, blank).replace(/(?<![\p{L}`])`[^`\n]+`/gu, blank);
  if (prepared.includes('>'))
    prepared = prepared.replace(/^[ \t]*>.*$/gmu, blank).replace(/<\/?[a-z][\w-]*(?: [^<>\n]*)?>/giu, blank);
  if (prepared.includes('://')) prepared = prepared.replace(/https?:\/\/\S+/giu, blank);
  return otherApostrophe.test(prepared) ? prepared.replace(otherApostrophes, "'") : prepared;
}
