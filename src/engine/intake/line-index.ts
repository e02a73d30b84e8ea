/** Finds the line at which a part of a JSON document starts, so that spans of one big document keep their places. */

const SPACE = new Set([' ', '\t', '\n', '\r']);

/**
 * Lines (0-based, relative to the text) of every object and array element down to `maxDepth` levels, by JSON
 * pointer (`/simulations/3/messages/0`); OTLP has its spans at level six. The text must be JSON that parses; strings
 * are skipped, not decoded, so keys with escapes are found under their escaped form.
 */
export function indexLines(text: string, maxDepth = 6): Map<string, number> {
  const lines = new Map<string, number>([['', 0]]);
  const path: (string | number)[] = [];
  const isArray: boolean[] = [];
  let line = 0;
  let expectKey = false;
  let i = 0;

  const skipString = (): string => {
    const start = ++i;
    while (i < text.length && text[i] !== '"') {
      if (text[i] === '\\') i++;
      else if (text[i] === '\n') line++;
      i++;
    }
    return text.slice(start, i);
  };
  const note = (): void => {
    if (path.length <= maxDepth) lines.set(path.map((step) => `/${String(step)}`).join(''), line);
  };

  for (; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\n') line++;
    if (SPACE.has(c)) continue;
    if (c === '"') {
      const value = skipString();
      if (expectKey) {
        path[path.length - 1] = value;
        expectKey = false;
      }
    } else if (c === '{' || c === '[') {
      if (isArray.length > 0) note();
      isArray.push(c === '[');
      path.push(c === '[' ? 0 : '');
      expectKey = c === '{';
    } else if (c === '}' || c === ']') {
      isArray.pop();
      path.pop();
      expectKey = false;
    } else if (c === ',') {
      if (isArray[isArray.length - 1] === true) path[path.length - 1] = Number(path[path.length - 1]) + 1;
      else expectKey = true;
    }
  }
  return lines;
}
