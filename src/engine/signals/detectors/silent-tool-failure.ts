/**
 * silent-tool-failure: a tool call that is not marked as failed but brought back nothing, null or an error in words.
 * Looks only at the payload's shape and its first words; what is legitimately empty is told by the tool's name and by
 * the agent saying so. No public set labels these (see docs/evaluation.md for what was measured).
 */
import { z } from 'zod';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  quietTools: z
    .array(z.string())
    .default([
      'think',
      'todowrite',
      'todo_write',
      'update_plan',
      'killshell',
      'killbash',
      'sleep',
      'wait',
      'exitplanmode',
      'write',
      'edit',
      'multiedit',
    ])
    .describe(
      'tools (lower case) whose empty result is normal: they act or note, and return nothing to read',
    ),
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which an error text must start; errors are said first'),
});

const EMPTY_VALUES = new Set([
  '',
  'null',
  'none',
  'nil',
  'undefined',
  'nan',
  '[]',
  '{}',
  '""',
  "''",
  '()',
  'no output',
  '(no output)',
  'n/a',
  '[null]',
  '[[]]',
]);
const EMPTY_KEYS =
  /^(results?|items?|data|rows?|records?|documents?|docs|hits|matches|entries|values?|output|content|response|flights|orders|products|options)$/i;
const COUNT_KEYS = /^(count|total|total_?count|num_?results|hits|found|rows?_?count|n)$/i;
const ERROR_KEYS = /^(error|errors|error_?message|exception|traceback|fault)$/i;
const ERROR_HEAD =
  /^\W*(error\b|exception\b|traceback \(most recent call last\)|fatal:|fatal error|failed\b|failure\b|cannot\b|could not\b|unable to\b|not found\b|no such (file|directory|table|column|key)|permission denied|access denied|unauthorized|forbidden|timed? ?out|timeout\b|connection (refused|reset|error)|invalid (argument|request|input|parameter)|internal server error|bad request|rate limit|http(\/\d\.\d)? ?(error )?[45]\d\d\b|[45]\d\d (not found|bad request|unauthorized|forbidden|internal server error|too many requests|service unavailable)|command not found|segmentation fault|[a-z_.]*(error|exception):)/i;
const NOTHING_FOUND =
  /^\W*(no (results?|matches|files?|records?|documents?|data|items?|rows?|entries) (were )?(found|returned|available|match)|nothing (was )?found|0 (results?|rows?|matches|records?)\b|zero results)/i;

/** What is wrong with a payload, or null when it looks like an answer. */
function faultOf(text: string, headLength: number): { fault: string; isError: boolean } | null {
  const body = text.trim();
  const low = body.toLowerCase();
  if (EMPTY_VALUES.has(low))
    return { fault: body === '' ? 'an empty result' : `the result ${body}`, isError: false };
  const head = body.slice(0, headLength);
  if (body.startsWith('{') || body.startsWith('[')) return faultOfJson(body);
  if (ERROR_HEAD.test(head))
    return { fault: `an error in words (“${head.slice(0, 90).replace(/\s+/g, ' ')}”)`, isError: true };
  if (NOTHING_FOUND.test(head))
    return { fault: `nothing (“${head.slice(0, 60).replace(/\s+/g, ' ')}”)`, isError: false };
  return null;
}

function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmptyValue);
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function faultOfJson(body: string): { fault: string; isError: boolean } | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Cut off by the index at 2,000 characters, or broken: long enough to be an answer either way.
    return null;
  }
  if (Array.isArray(value))
    return value.every(isEmptyValue) ? { fault: 'a list of nothing', isError: false } : null;
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  for (const [key, entry] of entries) {
    if (ERROR_KEYS.test(key) && !isEmptyValue(entry))
      return { fault: `“${key}” in the payload: ${JSON.stringify(entry).slice(0, 90)}`, isError: true };
    if (/^(success|ok)$/i.test(key) && entry === false)
      return { fault: `“${key}”: false in the payload`, isError: true };
    if (/^status(_?code)?$/i.test(key) && typeof entry === 'number' && entry >= 400 && entry < 600)
      return { fault: `status ${String(entry)} in the payload`, isError: true };
    if (/^status$/i.test(key) && typeof entry === 'string' && /^(error|failed|failure)$/i.test(entry))
      return { fault: `“status”: “${entry}” in the payload`, isError: true };
  }
  const listed = entries.filter(([key]) => EMPTY_KEYS.test(key));
  if (listed.length > 0 && listed.every(([, entry]) => isEmptyValue(entry)))
    return { fault: `an empty “${listed[0]?.[0] ?? ''}”`, isError: false };
  const counted = entries.find(([key, entry]) => COUNT_KEYS.test(key) && entry === 0);
  return counted ? { fault: `“${counted[0]}”: 0`, isError: false } : null;
}

/** Words by which an agent owns up to an empty or failed result (English, German, French, Spanish, Portuguese). */
const OWNS_UP =
  /\b(no (results?|matches|records?|flights?|orders?|options?|information|entries|data)|not (find|found|available|exist|able)|n['’]t (find|see|have|exist|able|access|available|return)|could ?n['’]?t|can ?not|cannot|unable|nothing|empty|failed|failure|error|unfortunately|unavailable|kein\w*|nicht|leider|fehl\w+|aucun\w*|introuvable|impossible|pas (trouv|pu|de)|malheureusement|ning[uú]n\w*|no (pude|encontr|hay|he)|lamentablemente|nenhum\w*|n[aã]o (encontr|consegu|h[aá])|infelizmente)\b/i;

function nextAnswer(spans: readonly DetectorSpan[], from: number, span: DetectorSpan): DetectorSpan | null {
  for (let i = from + 1; i < spans.length; i++) {
    const next = spans[i] as DetectorSpan;
    if (next.isRewound || next.agentId !== span.agentId) continue;
    if (next.turnNo !== span.turnNo) return null;
    if (next.kind === 'llm' && next.text.trim() !== '') return next;
  }
  return null;
}

export default defineDetector({
  id: 'silent-tool-failure',
  title: 'Silent tool failure',
  description:
    'A tool call counts as a success but returned nothing, null or an error in words, and the agent went on.',
  pillar: 'tools',
  version: '1.0',
  parameters,
  isHint: false,
  inspect({ spans }, { quietTools, headLength }) {
    const quiet = new Set(quietTools);
    const findings: FindingInput[] = [];
    spans.forEach((span, i) => {
      const isCall = span.kind === 'tool' || span.kind === 'retrieval';
      if (!isCall || span.isRewound || (span.status !== 'ok' && span.status !== 'unset')) return;
      // A call that never came back is not an empty success.
      if (span.status === 'unset' && span.endMs === null && span.text === '') return;
      const found = faultOf(span.text, headLength);
      if (!found || (!found.isError && quiet.has((span.toolName ?? span.name).toLowerCase()))) return;
      const answer = nextAnswer(spans, i, span);
      const ownsUp = answer !== null && OWNS_UP.test(answer.text);
      if (!found.isError && ownsUp) return;
      const end =
        answer === null
          ? 'no answer follows in this turn'
          : ownsUp
            ? 'the agent mentions it'
            : 'the next answer does not mention it';
      findings.push({
        evidence: answer === null ? [span.spanId] : [span.spanId, answer.spanId],
        turnNo: span.turnNo,
        reason: `${span.toolName ?? span.name} counts as a success but returned ${found.fault}; ${end}.`,
        severity: ownsUp ? 2 : 3,
      });
    });
    return findings;
  },
});
