/** What checks are called and how each is said in a sentence. Words alone: the engine decides sessions by them. */
import type { ArgumentCondition, Check, CheckKind, SessionNumber } from '../../shared/model/check';

export const CHECK_KINDS: readonly { kind: CheckKind; title: string; detail: string }[] = [
  { kind: 'tool', title: 'Tool call', detail: 'how often a tool is called, and with what' },
  { kind: 'order', title: 'Order of tools', detail: 'tools called one after the other' },
  { kind: 'text', title: 'Text', detail: 'what is said, or must not be' },
  { kind: 'number', title: 'Number', detail: 'duration, cost, turns or errors within bounds' },
  { kind: 'finding', title: 'Signal', detail: 'a signal is found, or is not' },
  { kind: 'label', title: 'Feedback or score', detail: 'what came with the export' },
  { kind: 'verdict', title: 'Reviewers’ verdict', detail: 'what people decided' },
  { kind: 'sql', title: 'SQL', detail: 'a query over the workspace’s tables' },
  { kind: 'judge', title: 'Local judge', detail: 'a model on this machine' },
];

export const NUMBER_WORDS: Record<SessionNumber, string> = {
  durationMs: 'duration in ms',
  costUsd: 'cost in US dollars',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  turnCount: 'turns',
  spanCount: 'spans',
  toolCallCount: 'tool calls',
  toolErrorCount: 'tool errors',
  findingCount: 'findings',
  correctionCount: 'corrections',
};

export const SPEAKER_WORDS: Record<Extract<Check, { kind: 'text' }>['of'], string> = {
  user: 'the user',
  agent: 'the agent',
  final: 'the agent’s last words',
  tool: 'a tool’s result',
};

export const TEXT_WORDS: Record<Extract<Check, { kind: 'text' }>['operator'], string> = {
  contains: 'contains',
  'contains-not': 'does not contain',
  matches: 'matches the pattern',
  'matches-not': 'does not match the pattern',
};

export const ARGUMENT_WORDS: Record<ArgumentCondition['operator'], string> = {
  equals: 'equals',
  contains: 'contains',
  matches: 'matches',
  'at-least': 'is at least',
  'at-most': 'is at most',
  exists: 'is there',
  absent: 'is not there',
};

const LONGEST = 80;

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function bounds(least: number | null, most: number | null): string {
  if (least !== null && most !== null)
    return least === most ? `exactly ${least}` : `between ${least} and ${most}`;
  if (least !== null) return `at least ${least}`;
  return most === null ? 'any' : `at most ${most}`;
}

function times(least: number, most: number | null): string {
  if (most === 0) return 'is never called';
  if (most === null) return least === 1 ? 'is called' : `is called ${least} times or more`;
  return `is called ${bounds(least, most)} times`;
}

function toolSentence(check: Extract<Check, { kind: 'tool' }>): string {
  const status = { any: '', ok: ' without an error', error: ' and fails' }[check.status];
  const given = check.arguments.map((one) => {
    const value = ['exists', 'absent'].includes(one.operator) ? '' : ` “${short(one.value)}”`;
    return `${one.path} ${ARGUMENT_WORDS[one.operator]}${value}`;
  });
  return `${check.tool} ${times(check.least, check.most)}${status}${given.length === 0 ? '' : `, where ${given.join(' and ')}`}`;
}

/** A check as a phrase: `refund_order is called at most 1 times`. */
export function checkSentence(check: Check): string {
  switch (check.kind) {
    case 'tool':
      return toolSentence(check);
    case 'order':
      return `${check.tools.join(', then ')} are called in this order`;
    case 'text':
      return `${SPEAKER_WORDS[check.of]} ${TEXT_WORDS[check.operator]} “${short(check.value)}”`;
    case 'number':
      return `${NUMBER_WORDS[check.of]}: ${bounds(check.least, check.most)}`;
    case 'finding': {
      const grave = check.severity > 1 ? ` of severity ${check.severity} or more` : '';
      return `${check.isPresent ? 'there is a' : 'there is no'} finding of ${check.signal}${grave}`;
    }
    case 'label':
      return check.text === null
        ? `${check.name} is ${bounds(check.least, check.most)}`
        : `${check.name} is “${short(check.text)}”`;
    case 'verdict':
      return 'reviewers decided that it is met';
    case 'sql':
      return `the query says so: ${short(check.query.replace(/\s+/gu, ' '))}`;
    case 'judge':
      return `the local judge says so: ${short(check.rubric)}`;
  }
}

/** A check of a kind to begin with. What it needs said is left empty, see {@link checkObstacle}. */
export function newCheck(kind: CheckKind): Check {
  switch (kind) {
    case 'tool':
      return { kind, tool: '', least: 1, most: null, status: 'any', arguments: [] };
    case 'order':
      return { kind, tools: ['', ''] };
    case 'text':
      return { kind, of: 'agent', operator: 'contains', value: '', isCaseSensitive: false };
    case 'number':
      return { kind, of: 'toolErrorCount', least: null, most: 0 };
    case 'finding':
      return { kind, signal: '', isPresent: false, severity: 1 };
    case 'label':
      return { kind, name: '', least: null, most: null, text: null };
    case 'verdict':
      return { kind };
    case 'sql':
      return { kind, query: '' };
    case 'judge':
      return { kind, rubric: '' };
  }
}

/** What a check still lacks; null when it can decide. */
export function checkObstacle(check: Check): string | null {
  switch (check.kind) {
    case 'tool':
      if (check.tool === '') return 'Name the tool; * stands for any characters.';
      if (check.arguments.some((one) => one.path === '')) return 'Name each argument, or remove it.';
      return check.most !== null && check.most < check.least ? 'At most is less than at least.' : null;
    case 'order':
      return check.tools.some((tool) => tool === '') ? 'Name every tool of the order.' : null;
    case 'text':
      return check.value === '' ? 'Write the text to look for.' : null;
    case 'number':
      return check.least === null && check.most === null ? 'Give a lower or an upper bound.' : null;
    case 'finding':
      return check.signal === '' ? 'Choose the signal.' : null;
    case 'label':
      if (check.name === '') return 'Name the feedback or score.';
      return check.least === null && check.most === null && check.text === null
        ? 'Give a bound, or the text it must equal.'
        : null;
    case 'verdict':
      return null;
    case 'sql':
      return check.query.trim() === '' ? 'Write the query.' : null;
    case 'judge':
      return check.rubric.trim() === '' ? 'Write what the judge is asked.' : null;
  }
}
