/**
 * One line of a Claude Code transcript as the reader needs it: checked, with its content as a list of blocks. Reads
 * field by field and takes nothing for granted; see src/engine/intake/formats/claude-code.ts for the format.
 */
import { asArray, asNumber, asObject, asString, asText, get, type JsonObject } from './json';
import { isToolResult } from './claude-user-text';
import { toNs } from './time';

export interface ClaudeLine {
  record: JsonObject;
  /** 1-based line in the source. */
  line: number;
  type: string;
  subtype: string | null;
  /** The line's own id, or one made of source and place where it has none. */
  id: string;
  parentUuid: string | null;
  sessionId: string | null;
  agentId: string | null;
  isSidechain: boolean;
  timeNs: bigint | null;
  message: JsonObject | null;
  /** Blocks of the message's content; a plain string is one text block. */
  blocks: readonly unknown[];
  results: readonly JsonObject[];
}

/** The line types that carry the conversation; all others are bookkeeping. */
const CARRYING = new Set(['user', 'assistant', 'system', 'attachment']);

/** `bookkeeping` lines hold no span, but may be a link of the tree between lines that do. */
export type ParsedLine =
  | { ok: true; line: ClaudeLine }
  | { ok: false; reason: string }
  | { ok: false; bookkeeping: string; link: readonly [id: string, parentUuid: string | null] | null };

function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return asArray(content);
}

/** Checks a record and sorts it: a line to read, bookkeeping to count, or a reason why it cannot be used. */
export function parseClaudeLine(record: unknown, line: number, fallbackId: string): ParsedLine {
  const object = asObject(record);
  if (!object) return { ok: false, reason: 'a transcript line must be a JSON object' };
  const type = asText(get(object, 'type'));
  if (type === null) return { ok: false, reason: 'the line has no "type"' };
  const uuid = asText(get(object, 'uuid'));
  const parentUuid = asText(get(object, 'parentUuid'));
  if (!CARRYING.has(type))
    return { ok: false, bookkeeping: type, link: uuid === null ? null : [uuid, parentUuid] };
  const message = asObject(get(object, 'message'));
  const content = get(message, 'content');
  if (type === 'user' || type === 'assistant') {
    if (!message) return { ok: false, reason: `the ${type} line has no message object` };
    if (content === undefined || content === null)
      return { ok: false, reason: `the ${type} line's message has no content` };
  }
  const blocks = blocksOf(content);
  return {
    ok: true,
    line: {
      record: object,
      line,
      type,
      subtype: asText(get(object, 'subtype')),
      id: uuid ?? fallbackId,
      parentUuid,
      sessionId: asText(get(object, 'sessionId')),
      agentId: asText(get(object, 'agentId')),
      isSidechain: get(object, 'isSidechain') === true,
      timeNs: toNs(get(object, 'timestamp')),
      message,
      blocks,
      results: blocks.filter(isToolResult).map((block) => asObject(block) ?? {}),
    },
  };
}

/** True for local text in an assistant's place: `model` is `<synthetic>`, no model was asked. */
export function isSynthetic(line: ClaudeLine): boolean {
  return get(line.message, 'model') === '<synthetic>';
}

export function isApiError(line: ClaudeLine): boolean {
  return get(line.record, 'isApiErrorMessage') === true;
}

/** The texts of one kind of block, joined: `text` of text blocks, `thinking` of thinking blocks. */
export function blockTexts(blocks: readonly unknown[], type: string, field: string): string {
  return blocks
    .filter((block) => get(block, 'type') === type)
    .map((block) => asString(get(block, field)) ?? '')
    .concat(type === 'text' ? blocks.filter((block) => typeof block === 'string') : [])
    .filter((text) => text !== '')
    .join('\n');
}

export interface ClaudeUsage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
}

/** Token counts of a message; `input_tokens` excludes what was read from or written to the cache. */
export function usageOf(message: JsonObject | null): ClaudeUsage {
  const usage = get(message, 'usage');
  return {
    inputTokens: asNumber(get(usage, 'input_tokens')),
    outputTokens: asNumber(get(usage, 'output_tokens')),
    cacheReadTokens: asNumber(get(usage, 'cache_read_input_tokens')),
    cacheWriteTokens: asNumber(get(usage, 'cache_creation_input_tokens')),
    reasoningTokens: asNumber(get(get(usage, 'output_tokens_details'), 'thinking_tokens')),
  };
}

/** A plain object without its absent, null and empty entries; null when nothing is left. */
export function filled(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  const kept: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key of Object.keys(entries)) {
    const value = entries[key];
    if (value === undefined || value === null || value === '' || value === false) continue;
    kept[key] = value;
    isEmpty = false;
  }
  return isEmpty ? null : kept;
}
