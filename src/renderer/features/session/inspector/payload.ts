/** A wide field of a span as something to look at: a tree where it is JSON worth one, else text. Pure. */
import { parseJson } from '../../../lib/json-rows';

export type Payload =
  { kind: 'nothing' } | { kind: 'text'; text: string } | { kind: 'json'; value: unknown; text: string };

/** The fields are the source's own JSON as text, or plain text; a JSON string is shown as what it says. */
export function readPayload(field: string | null): Payload {
  if (field === null || field === '') return { kind: 'nothing' };
  const inner = unquoted(field);
  const text = inner ?? field;
  if (text === '') return { kind: 'nothing' };
  const parsed = parseJson(text);
  return parsed.isJson ? { kind: 'json', value: parsed.value, text } : { kind: 'text', text };
}

function unquoted(field: string): string | null {
  if (!field.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(field);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** JSON with line breaks, for reading and copying; the text itself where it cannot be written again. */
export function prettyText(payload: Payload): string {
  if (payload.kind === 'nothing') return '';
  if (payload.kind === 'text') return payload.text;
  try {
    return JSON.stringify(payload.value, null, 2);
  } catch {
    return payload.text;
  }
}
