/**
 * Messages made of content blocks or parts, as the logs of command line agents keep them: Anthropic's blocks and what
 * others made of them, and Gemini's parts. Says what is text, thought, call and result; who speaks is the format's.
 */
import { exitEnd, firstLine, markedEnd, type ToolEnd } from './agent-log';
import { textEnd } from './error-text';
import { asNumber, asObject, asText, get, toJsonText } from './json';
import { contentText, partText } from './messages';

export interface BlockCall {
  id: string | null;
  name: string;
  input: string | null;
}

export interface BlockResult {
  id: string | null;
  name: string | null;
  text: string;
  /** What the result itself marks; null where it marks nothing. */
  isError: boolean | null;
}

export interface Blocks {
  text: string;
  reasoning: string | null;
  calls: BlockCall[];
  results: BlockResult[];
}

function isCallType(type: string): boolean {
  return type === 'toolCall' || /^(?:\w{1,20}_)?tool[_-](use|call)$/.test(type);
}

function isResultType(type: string): boolean {
  return type === 'toolResult' || /^(?:\w{1,30}_)?tool[_-]result$/.test(type);
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** A message's content (text or a list of blocks), taken apart. Blocks of unknown types give the text they have. */
export function readBlocks(content: unknown): Blocks {
  if (!Array.isArray(content)) return { text: contentText(content), reasoning: null, calls: [], results: [] };
  const texts: string[] = [];
  const thoughts: string[] = [];
  const blocks: Blocks = { text: '', reasoning: null, calls: [], results: [] };
  for (const block of content as unknown[]) {
    const type = asText(get(block, 'type')) ?? '';
    if (isCallType(type)) {
      const name = asText(get(block, 'name')) ?? asText(get(block, 'toolName')) ?? 'unknown tool';
      blocks.calls.push({
        id: asText(get(block, 'id')) ?? asText(get(block, 'toolCallId')),
        name,
        input: toJsonText(get(block, 'input') ?? get(block, 'arguments') ?? get(block, 'args')),
      });
    } else if (isResultType(type)) {
      const mark = get(block, 'is_error') ?? get(block, 'isError');
      blocks.results.push({
        id:
          asText(get(block, 'tool_use_id')) ??
          asText(get(block, 'toolCallId')) ??
          asText(get(block, 'tool_call_id')),
        name: asText(get(block, 'name')) ?? asText(get(block, 'toolName')),
        text: contentText(get(block, 'content') ?? get(block, 'output') ?? get(block, 'result')),
        isError: typeof mark === 'boolean' ? mark : null,
      });
    } else if (type === 'thinking' || type === 'reasoning')
      thoughts.push(asText(get(block, 'thinking')) ?? asText(get(block, 'text')) ?? '');
    else texts.push(partText(block));
  }
  return { ...blocks, text: joined(texts), reasoning: asText(joined(thoughts)) };
}

/** Gemini's parts: text, thoughts, `functionCall` and `functionResponse`. */
export function readParts(parts: unknown): Blocks {
  if (!Array.isArray(parts)) return { text: contentText(parts), reasoning: null, calls: [], results: [] };
  const texts: string[] = [];
  const thoughts: string[] = [];
  const blocks: Blocks = { text: '', reasoning: null, calls: [], results: [] };
  for (const part of parts as unknown[]) {
    const call = asObject(get(part, 'functionCall') ?? get(part, 'function_call'));
    const response = asObject(get(part, 'functionResponse') ?? get(part, 'function_response'));
    const text = typeof part === 'string' ? part : (asText(get(part, 'text')) ?? '');
    if (call)
      blocks.calls.push({
        id: asText(get(call, 'id')),
        name: asText(get(call, 'name')) ?? 'unknown tool',
        input: toJsonText(get(call, 'args')),
      });
    else if (response)
      blocks.results.push({
        id: asText(get(response, 'id')),
        name: asText(get(response, 'name')),
        ...responseText(get(response, 'response')),
      });
    else if (get(part, 'thought') === true) thoughts.push(text);
    else if (text === '' && (get(part, 'inlineData') ?? get(part, 'fileData')) !== undefined)
      texts.push('[file]');
    else texts.push(text);
  }
  return { ...blocks, text: joined(texts), reasoning: asText(joined(thoughts)) };
}

/** What a `functionResponse` says: `{output}` or `{error}`. */
export function responseText(response: unknown): { text: string; isError: boolean | null } {
  const error = get(response, 'error');
  if (error !== undefined && error !== null) return { text: contentText(error), isError: true };
  const output = get(response, 'output') ?? get(response, 'result') ?? get(response, 'content');
  return { text: output === undefined ? (toJsonText(response) ?? '') : contentText(output), isError: null };
}

const EXIT_CODE =
  /^\W{0,3}(?:(?:command|process) )?(?:exit code|exit status|exitCode|failed with exit code|failed \(exit code|exited with (?:exit )?code)\W{1,3}(-?\d{1,10})\b/im;
const INLINE_EXIT = /^(?:Error: )?Command failed (?:with exit code: |\(exit code: )(-?\d{1,10})/im;
const REFUSED =
  /^\W{0,3}(user (did not allow|denied|rejected|declined|refused)|the user (doesn't want|declined|rejected|denied)|tool call (rejected|denied)|rejected by (the )?user|permission denied by (the )?user|\[Operation Cancelled\] Reason: User (denied|did not))/i;
const STOPPED =
  /^\W{0,3}(\[?(operation|request|tool call|command|execution) (was )?(cancelled|canceled|aborted|interrupted)|aborted|interrupted by user)/i;

/**
 * How a call ended by the words its result is told in, for logs whose marks say too little: refused, stopped, the exit
 * code a shell tool writes into its text, or the text of an error. `isError` is the log's own mark, null for none.
 */
export function spokenEnd(text: string, isError: boolean | null): ToolEnd {
  const head = text.slice(0, 4000);
  if (isError !== false && REFUSED.test(head)) return { status: 'rejected', statusMessage: firstLine(text) };
  if (isError !== false && STOPPED.test(head))
    return { status: 'interrupted', statusMessage: firstLine(text) };
  const tail = text.slice(-400);
  const code = asNumber(
    INLINE_EXIT.exec(head)?.[1] ?? EXIT_CODE.exec(tail)?.[1] ?? EXIT_CODE.exec(head)?.[1],
  );
  if (code !== null && code !== 0) return exitEnd(code);
  if (isError === true) return markedEnd(true, text, 'tool_error');
  if (isError === false || code === 0) return { status: 'ok' };
  return textEnd(text);
}
