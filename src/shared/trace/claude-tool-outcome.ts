/**
 * How a tool call of a Claude Code transcript ended: done, failed, refused by the person, or stopped. The transcript
 * says it in the words the program puts into the tool result, which have changed between versions; they count only
 * at the start of a result that is marked as an error, so a file that quotes them is not mistaken for a refusal.
 */
import type { SpanStatus } from '../model/span';
import { asText, get } from './json';

export interface ToolOutcome {
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
  /** What the person typed when refusing; null when they gave no reason or did not refuse. */
  rejectionReason: string | null;
}

const REFUSALS = [
  "The user doesn't want to proceed with this tool use.",
  'Permission for this tool use was denied. The tool use was rejected',
  'The agent proposed a plan that was rejected by the user.',
];
const STOPS = ["The user doesn't want to take this action right now.", '[Request interrupted by user'];
const REASONS = [
  'The user provided the following reason for the rejection:',
  'To tell you how to proceed, the user said:',
  'The user said:',
];
/** Advice to the model that follows a refusal; not the person's words. */
const ADVICE = "\n\nNote: The user's next message may contain a correction or preference.";
const PERMISSION =
  /^(Claude requested permissions? |This (Bash )?command (requires approval|contains )|Permission to use |Permission for this action|.{0,200} was blocked\. For security)/;

/** The reason a person typed when refusing a tool call, out of the tool result's text. */
export function rejectionReason(text: string): string | null {
  for (const marker of REASONS) {
    const at = text.indexOf(marker);
    if (at < 0) continue;
    const said = text.slice(at + marker.length);
    const end = said.indexOf(ADVICE);
    return asText((end < 0 ? said : said.slice(0, end)).trim());
  }
  return null;
}

function errorType(text: string): string | null {
  if (text.startsWith('<tool_use_error>')) return 'tool_use_error';
  if (PERMISSION.test(text)) return 'permission';
  return /^(?:Error: )?Exit code (\d{1,3})\b/.test(text) ? 'exit_code' : null;
}

/** The first line that says something, without the program's tags. */
function firstLine(text: string): string {
  const plain = text.replace(/<\/?(tool_use_error|error)>/g, '').trim();
  return (plain.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 500);
}

/**
 * @param text the tool result as readable text
 * @param result the line's `toolUseResult`: an object by tool, or a string where the call failed
 * @param denialKind the line's `toolDenialKind`, in newer versions
 */
export function toolOutcome(
  text: string,
  isError: boolean,
  result: unknown,
  denialKind: string | null,
): ToolOutcome {
  const outcome = (
    status: SpanStatus,
    statusMessage: string | null,
    type: string | null = null,
  ): ToolOutcome => ({
    status,
    statusMessage,
    errorType: type,
    rejectionReason: null,
  });
  const isRefused = isError && REFUSALS.some((start) => text.startsWith(start));
  if (isRefused || denialKind === 'user-rejected' || result === 'User rejected tool use') {
    const reason = rejectionReason(text);
    return { ...outcome('rejected', reason ?? 'refused by the user'), rejectionReason: reason };
  }
  if (isError && STOPS.some((start) => text.startsWith(start)))
    return outcome('interrupted', 'stopped before it ran');
  if (get(result, 'interrupted') === true) return outcome('interrupted', 'interrupted while running');
  if (isError) return outcome('error', firstLine(text), errorType(text));
  return outcome('ok', null);
}
