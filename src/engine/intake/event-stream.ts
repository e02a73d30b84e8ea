/**
 * Captures of server-sent events as they came over the wire (`event: …`, `data: {…}`, blank lines): their data lines are
 * records, one a line. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

const FIELD = /^(?:data|event|id|retry)?:/;
const DATA = /^data: ?/;
const DONE = '[DONE]';

/** Whether the beginning of a text is an event stream: its first lines are fields, and one of them holds JSON. */
export function isEventStream(text: string): boolean {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/, 40)
    .filter((line) => line !== '');
  return lines.slice(0, 6).every((line) => FIELD.test(line)) && lines.some((line) => /^data: ?\{/.test(line));
}

/** What a line of an event stream holds: its data; nothing for other fields, comments and the end of a stream. */
export function eventData(line: Buffer): Buffer {
  const start = line.toString('latin1', 0, 6);
  if (DATA.test(start)) {
    const data = line.subarray(start.startsWith('data: ') ? 6 : 5);
    return data.toString('latin1', 0, 10).trim() === DONE ? Buffer.alloc(0) : data;
  }
  return FIELD.test(line.toString('latin1', 0, 8)) ? Buffer.alloc(0) : line;
}
