/** A 32-bit FNV-1a hash of the text's UTF-16 units, as a non-negative integer. */
export function hashText(text: string): number {
  return hashPart(text, 0, text.length);
}

/** The hash of the text from `start` to before `end`, without cutting it out. */
export function hashPart(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
