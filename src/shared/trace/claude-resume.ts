/**
 * Whether the last turns of a Claude Code transcript mean the same without the lines before them: nothing may refer to
 * those but the prompt that reading began at. Decides only that; see claude-session.ts for how lines relate.
 */
import type { ClaudeLine } from './claude-line';
import type { ClaudeSession } from './claude-session';
import { get } from './json';

/**
 * Why lines read from a prompt on cannot be understood without those before; null where they can.
 * @param links parents of the lines that were not read, by their uuid
 * @param projects the project folder by session, as far as the first lines of the file tell
 * @param lead ids of lines just before that hold a part of the conversation
 */
export function needsBeginning(
  session: ClaudeSession,
  links: ReadonlyMap<string, string | null>,
  projects: ReadonlyMap<string, string>,
  lead: ReadonlySet<string>,
): string | null {
  const { lines, calls, results, spawners, summaries } = session;
  const [start] = lines;
  const here = new Set([...lines.map((line) => line.id), ...links.keys()]);
  const called = new Set(calls.map((call) => `${call.line.sessionId ?? ''}\0${call.id}`));
  const summed = new Set(summaries.values());
  const isBefore = (id: string | null): boolean => id !== null && !here.has(id);
  const problem = (line: ClaudeLine): string | null => {
    if (line !== start && isBefore(line.parentUuid)) return 'the line it follows';
    if (line !== start && isRoot(line)) return 'what the session was before it began anew';
    if (line.agentId !== null && !spawners.has(line.agentId)) return 'the call that started its agent';
    if (get(line.record, 'isCompactSummary') === true && !summed.has(line))
      return 'the compaction it sums up';
    return projects.has(line.sessionId ?? '') ? null : 'the folder of its session';
  };
  if (start && start.parentUuid !== null && !lead.has(start.parentUuid))
    return 'the line the first one follows';
  for (const line of lines) {
    const what = problem(line);
    if (what !== null) return `line ${line.line}: ${what}`;
  }
  if ([...links.values()].some(isBefore)) return 'the line that one not read follows';
  if ([...results.keys()].some((key) => !called.has(key))) return 'the call of a result';
  return null;
}

/** Whether a line begins a tree of its own, which neither a compaction nor a sub-agent explains. */
function isRoot(line: ClaudeLine): boolean {
  return line.parentUuid === null && line.agentId === null && line.subtype !== 'compact_boundary';
}
