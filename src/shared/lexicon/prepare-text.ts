// Makes a user's text ready for the cue patterns without moving a character, so that offsets hold in the text as recorded.

/** Cues stand where a person writes; what comes after this many characters is nearly always pasted. */
const maxCharacters = 2_000;

function blank(match: string): string {
  return ' '.repeat(match.length);
}

/**
 * Same length as the text (cut at 2,000 UTF-16 units): apostrophes straight; code fences, inline code, quoted lines, tags and
 * addresses blanked, because an error in a pasted log is not a complaint of the user.
 */
export function prepareForCues(text: string): string {
  return text
    .slice(0, maxCharacters)
    .replace(/```[\s\S]*?(?:```|$)/gu, blank)
    .replace(/(?<![\p{L}`])`[^`\n]+`/gu, blank)
    .replace(/^[ \t]*>.*$/gmu, blank)
    .replace(/<\/?[a-z][\w-]*(?: [^<>\n]*)?>/giu, blank)
    .replace(/https?:\/\/\S+/gu, blank)
    .replace(/[\u2018\u2019\u02bc`\u00b4]/gu, "'");
}
