/**
 * What the texts of a Codex rollout mean: which user text a person typed and which the program put there, and how a
 * tool call ended. Most results carry no flag; the program writes the exit code into the text it hands to the model.
 * Decides on text and values alone; see src/engine/intake/formats/codex.ts.
 */
import type { Origin } from '../model/span';
import { exitEnd, firstLine, markedEnd, type ToolEnd } from './agent-log';
import { asNumber, asObject, asText, at, get, parseMaybe } from './json';
import { contentText } from './messages';

/** Tags around text that the program puts into messages of role user. */
const INJECTED =
  /^<(environment_context|user_instructions|permissions instructions|turn_aborted|subagent_notification|user_shell_command|skills_instructions|collaboration_mode|apps_instructions|plugins_instructions|INSTRUCTIONS|skill|hook_prompt|user_action|image)[\s>]/;
const AGENTS_FILE = /^# AGENTS\.md instructions\b/;
/** An attached picture is announced by a part of its own: `<image name=[Image #1]>` … `</image>`. */
const IMAGE_MARK = /^<\/?image\b[^>]*>$/;

/** Whether a text of role user is the program's own. */
export function isInjected(text: string): boolean {
  const start = text.trimStart();
  return INJECTED.test(start) || AGENTS_FILE.test(start);
}

/** The words of a user message; attached pictures are shown only where nothing is written. */
export function userText(content: unknown): string {
  if (!Array.isArray(content)) return contentText(content);
  const words = contentText(
    content.filter(
      (part) =>
        get(part, 'type') !== 'input_image' && !IMAGE_MARK.test(asText(get(part, 'text'))?.trim() ?? ''),
    ),
  );
  return words === '' ? contentText(content) : words;
}

/** Who speaks in a message of role user; `agent` inside a sub-agent, whose prompts another agent writes. */
export function userOrigin(text: string, isSubAgent: boolean): Origin {
  if (isInjected(text)) return 'harness';
  return isSubAgent ? 'agent' : 'human';
}

const EXIT = /^(?:Process exited with code|Exit code:|exit code:?) (-?\d{1,10})\b/m;
/** What the program answers where a call was refused or could not be run at all. */
const REFUSED = /^(exec command rejected by user|patch rejected by user|rejected by user|aborted by user)/i;
const STOPPED = /^(aborted|command was aborted|tool call aborted|cancelled by user)\b/i;
const FAILED =
  /^(error:|failed\b|exec_command failed|apply_patch verification failed|unsupported call|unknown tool|tool call error|err: |write_stdin failed|Full-history forked agents inherit|agent thread limit|collab .{0,40}failed|execution error|timed out|command timed out|sandbox(ed)? .{0,40}(denied|error)|invalid (patch|arguments)|unable to |cannot |could not |no such )/i;
/** How far into a result the program's own lines reach; the rest is what the command printed. */
const HEAD_LENGTH = 1000;

/** The program's own lines at the start of a result, before the output of the command. */
function headOf(text: string): string {
  const head = text.slice(0, HEAD_LENGTH);
  const output = head.search(/^(Output|Total output lines):/m);
  return output < 0 ? head : head.slice(0, output);
}

export interface CodexResult extends ToolEnd {
  text: string;
  exitCode: number | null;
}

/** A result as text: a string, JSON in a string (`{output, metadata}`), a content part or a list of them. */
function textOf(output: unknown): string {
  const opened = parseMaybe(output);
  const object = asObject(opened);
  if (!object) return typeof output === 'string' ? output : contentText(output);
  const inner = get(object, 'output') ?? get(object, 'content') ?? get(object, 'body');
  if (inner !== undefined) return contentText(inner);
  const streams = [asText(get(object, 'stdout')), asText(get(object, 'stderr'))].filter(
    (part) => part !== null,
  );
  if (streams.length > 0 || get(object, 'stdout') === '') return streams.join('\n');
  return typeof output === 'string' ? output : contentText(output);
}

function exitCodeOf(output: unknown, text: string): number | null {
  const object = asObject(parseMaybe(output));
  const said = at(object, 'metadata', 'exit_code') ?? get(object, 'exit_code') ?? get(object, 'exitCode');
  if (said !== undefined) return asNumber(said);
  const code = EXIT.exec(headOf(text))?.[1];
  return code === undefined ? null : Number(code);
}

/** What came of a call, of the `output` that answers it. */
export function codexResult(output: unknown): CodexResult {
  const text = textOf(output);
  const exitCode = exitCodeOf(output, text);
  const object = asObject(parseMaybe(output));
  const success = get(object, 'success');
  const start = text.trimStart().slice(0, HEAD_LENGTH);
  const end = ((): ToolEnd => {
    if (REFUSED.test(start)) return { status: 'rejected', statusMessage: firstLine(text) };
    if (STOPPED.test(start)) return { status: 'interrupted', statusMessage: firstLine(text) };
    if (exitCode !== null) return exitEnd(exitCode);
    if (success === false || (get(object, 'timed_out') === true && get(object, 'status') === undefined))
      return markedEnd(true, text, null);
    return FAILED.test(start)
      ? markedEnd(true, text, 'tool_error')
      : { status: success === true ? 'ok' : 'unset' };
  })();
  return { text, exitCode, ...end };
}
