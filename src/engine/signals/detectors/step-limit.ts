/**
 * step-limit: the run was ended by a limit of steps, turns, calls, time or cost, not by the agent. Reads what frameworks
 * write: error types, status messages, exit statuses, and the words of events; never the reward of a run.
 * Statuses seen in: mini-swe-agent, SWE-agent, OpenHands, LangGraph, OpenAI Agents SDK, Claude Code, tau2-bench.
 */
import { z } from 'zod';
import { quote } from '../../../shared/conversation/conversation';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  readCharacters: z
    .number()
    .int()
    .min(50)
    .default(400)
    .describe(
      'characters at the beginning of a status or event text that are read; further in it is somebody’s prose',
    ),
});

const limit =
  /\b(?:max(?:imum)?[_ ]?(?:number of )?(?:iterations?|steps?|turns?|rounds?|tool[_ ]calls?)[_ ]?(?:reached|exceeded|limit|was reached|hit)|(?:reached|exceeded|hit)(?: the| its| your)? (?:max(?:imum)?|limit of)[_ ]?(?:number of |allowed )?(?:iterations?|steps?|turns?|rounds?|tool calls?|autonomous iterations)|stopped due to (?:max(?:imum)? )?(?:iterations?|steps?|time)(?: limit)?|(?:iteration|recursion|step|turn|call|cost|budget)[_ ]?limit(?:[_ ]of \d+)?[_ ]?(?:reached|exceeded)|limits?exceeded|exit_(?:cost|context|total_execution_time|command_timeout)|(?:graph)?recursionerror|maxturnsexceeded|error_max_turns|max_?steps?(?:_reached)?|max_?turns?|max_?iterations?|too_many_errors|stepslimit|budget_exceeded|error_max_budget\w*)\b/iu;
const statusName = /exit_?status|termination|stop_?reason|finish_?reason|end_?reason|exit_?reason|subtype/iu;

/** Text of a span that the program wrote, not an agent or a person. */
function statusText(span: DetectorSpan, readCharacters: number): string | null {
  const parts = [span.errorType, span.finishReason, span.statusMessage?.slice(0, readCharacters) ?? null];
  if (
    span.kind === 'event' ||
    span.kind === 'environment' ||
    (span.kind === 'user' && span.origin === 'harness')
  )
    parts.push(span.name, span.text.slice(0, readCharacters));
  // LangChain's agents say it in an answer of their own.
  if (span.kind === 'llm' && /^Agent stopped due to /u.test(span.text))
    parts.push(span.text.slice(0, readCharacters));
  const text = parts.filter((part) => part !== null && part !== '').join(' | ');
  return text === '' ? null : text;
}

export default defineDetector({
  id: 'step-limit',
  title: 'Step limit',
  description: 'The run was ended by a limit of steps, turns, time or cost.',
  pillar: 'llm',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans, labels }, { readCharacters }) {
    const findings: FindingInput[] = [];
    const last = spans.findLast((span) => !span.isRewound);
    for (const label of labels) {
      if (label.text === null || !last || !statusName.test(label.name)) continue;
      const said = limit.exec(label.text.slice(0, readCharacters));
      if (!said) continue;
      findings.push({
        evidence: [last.spanId],
        turnNo: last.turnNo,
        reason: `The run ended with ${quote(label.name, 40)} = “${quote(label.text, 60)}” after ${String(spans.length)} spans.`,
        severity: 3,
      });
    }
    if (findings.length > 0) return findings.slice(0, 1);
    for (const span of spans) {
      if (span.isRewound || (span.kind === 'tool' && span.pillar === 'tools')) continue;
      const text = statusText(span, readCharacters);
      const said = text === null ? null : limit.exec(text);
      if (!said) continue;
      return [
        {
          evidence: [span.spanId],
          turnNo: span.turnNo,
          reason: `A limit ended the run: “${quote(said[0], 60)}”, at span ${String(span.position + 1)} of ${String(spans.length)}.`,
          severity: 3,
        },
      ];
    }
    return findings;
  },
});
