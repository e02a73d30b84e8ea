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
/** Counts that say how much was found or done. */
const COUNT_KEY =
  /^(count|total|total_?count|num_?results|hits|matches|found|results?_?count|rows?_?count|n)$|(^|_)(refreshed|updated|changed|modified|deleted|removed|inserted|created|sent|matched|found|affected|returned|processed|imported|exported|moved|copied|cancelled|resolved)(_?count)?$/i;
const ERROR_KEY = /^(error|errors|error_?message|exception|traceback|fault)$/i;
const STATUS_KEY = /^(status|state|ok|success|result|outcome|code|message|msg)$/i;
/** A status that says nothing was done. */
const NO_EFFECT =
  /^(unchanged|no[ _-]?change|no[ _-]?op|noop|skipped|ignored|not[ _-]?modified|nothing[ _-]?to[ _-]?do|not[ _-]?found|empty)$/i;
const ERROR_HEAD =
  /^\W*(error\b|exception\b|traceback \(most recent call last\)|fatal:|fatal error|failed\b|failure\b|cannot\b|could not\b|unable to\b|not found\b|no such (file|directory|table|column|key)|permission denied|access denied|unauthorized|forbidden|timed? ?out|timeout\b|connection (refused|reset|error)|invalid (argument|request|input|parameter)|internal server error|bad request|rate limit|http(\/\d\.\d)? ?(error )?[45]\d\d\b|[45]\d\d (not found|bad request|unauthorized|forbidden|internal server error|too many requests|service unavailable)|command not found|segmentation fault|[a-z_.]*(error|exception):)/i;
const NOTHING_FOUND =
  /^\W*(no (results?|matches|files?|records?|documents?|data|items?|rows?|entries) (were )?(found|returned|available|match)|nothing (was )?found|0 (results?|rows?|matches|records?)\b|zero results)/i;

interface Fault {
  /** What was returned, in words. */
  what: string;
  isError: boolean;
}

/** What is wrong with a payload, or null when it looks like an answer. `input` is the call's, to know what is only echoed. */
function faultOf(text: string, input: string | null, headLength: number): Fault | null {
  const body = text.trim();
  if (EMPTY_VALUES.has(body.toLowerCase()))
    return { what: body === '' ? 'an empty result' : `the result ${body}`, isError: false };
  if (body.startsWith('{') || body.startsWith('[')) return faultOfJson(body, input);
  const head = body.slice(0, headLength).replace(/\s+/g, ' ');
  if (ERROR_HEAD.test(head)) return { what: `an error in words (“${head.slice(0, 90)}”)`, isError: true };
  return NOTHING_FOUND.test(head) ? { what: `nothing (“${head.slice(0, 60)}”)`, isError: false } : null;
}

function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmptyValue);
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Cut off by the index at 2,000 characters, or broken: long enough to be an answer either way.
    return undefined;
  }
}

function faultOfJson(body: string, input: string | null): Fault | null {
  const value = parse(body);
  if (Array.isArray(value))
    return value.every(isEmptyValue) ? { what: 'a list of nothing', isError: false } : null;
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  return errorIn(entries) ?? nothingIn(entries, input);
}

function errorIn(entries: readonly [string, unknown][]): Fault | null {
  for (const [key, entry] of entries) {
    if (ERROR_KEY.test(key) && !isEmptyValue(entry))
      return { what: `“${key}” in the payload: ${JSON.stringify(entry).slice(0, 90)}`, isError: true };
    if (/^(success|ok)$/i.test(key) && entry === false)
      return { what: `“${key}”: false in the payload`, isError: true };
    if (/^status(_?code)?$/i.test(key) && typeof entry === 'number' && entry >= 400 && entry < 600)
      return { what: `status ${String(entry)} in the payload`, isError: true };
    if (/^status$/i.test(key) && typeof entry === 'string' && /^(error|failed|failure)$/i.test(entry))
      return { what: `“status”: “${entry}” in the payload`, isError: true };
  }
  return null;
}

/** A scalar as text; null for lists and objects. */
function scalarText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

/** Occurs in no arguments: the half of a surrogate pair is never written by JSON. */
const NOT_ASKED = '\ud800';

/**
 * An object that says nothing but what it was asked: everything in it is empty, a count of zero, a status, or repeated from
 * the call's arguments, and at least one thing is empty, zero or without effect.
 */
function nothingIn(entries: readonly [string, unknown][], input: string | null): Fault | null {
  const asked = (input ?? '').toLowerCase();
  let nothing: string | null = null;
  for (const [key, entry] of entries) {
    if (typeof entry === 'object' && isEmptyValue(entry) && entry !== null) nothing ??= `an empty “${key}”`;
    else if (entry === 0 && COUNT_KEY.test(key)) nothing ??= `“${key}”: 0`;
    else if (typeof entry === 'string' && STATUS_KEY.test(key) && NO_EFFECT.test(entry.trim()))
      nothing ??= `“${key}”: “${entry}”`;
    else if (isEmptyValue(entry)) continue;
    else if (STATUS_KEY.test(key) && scalarText(entry) !== null && (scalarText(entry) ?? '').length <= 24)
      continue;
    else if (/^(page|offset|limit|cursor|took|duration_?ms|request_?id)$/i.test(key)) continue;
    else if (asked.includes(scalarText(entry)?.toLowerCase() ?? NOT_ASKED)) continue;
    else return null;
  }
  return nothing === null ? null : { what: nothing, isError: false };
}

/** Words by which an agent owns up to an empty or failed result (English, German, French, Spanish, Portuguese). */
const OWNS_UP =
  /\b(there (is|are|was|were) (no|none|nothing)|(find|found|see|have|has) no|no (results?|matches|records?|flights?|orders?|options?|information|entries|data)|not (find|found|available|exist|able)|n['’]t (find|see|have|exist|able|access|available|return)|could ?n['’]?t|can ?not|cannot|unable|nothing|empty|failed|failure|error|unfortunately|unavailable|sold out|fully booked|(is|are) full|kein\w*|nicht|leider|ausgebucht|fehl\w+|aucun\w*|complet\b|introuvable|impossible|pas (trouv|pu|de)|malheureusement|ning[uú]n\w*|no (pude|encontr|hay|he)|lamentablemente|nenhum\w*|n[aã]o (encontr|consegu|h[aá])|infelizmente)\b/i;

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
      const found = faultOf(span.text, span.input, headLength);
      if (!found || (!found.isError && quiet.has((span.toolName ?? span.name).toLowerCase()))) return;
      // A shell or a file shows what is there: an error it prints, and the nothing it prints, may be what was looked for.
      if (span.pillar === 'environment') return;
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
        reason: `${span.toolName ?? span.name} counts as a success but returned ${found.what}; ${end}.`,
        severity: ownsUp ? 2 : 3,
      });
    });
    return findings;
  },
});
