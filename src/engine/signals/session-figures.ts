/**
 * What the shape of a session says of how it went, beside what detectors find in it: the structural half of what the
 * session score rests on. Pure; every figure is between -3 and 3, so that no session is out of all proportion.
 */
import type { DetectorSpan, RobustFigure, Trajectory } from './detector';

/** Names of the figures with what each says, in words for the explanation of a score. */
export const figureTitles = {
  turns: 'number of user turns',
  spans: 'number of spans',
  toolCalls: 'number of tool calls',
  toolErrorShare: 'share of tool calls that failed',
  lateToolErrors: 'failed tool calls in the last quarter',
  repeatedCallShare: 'share of tool calls made before with the same arguments',
  distinctTools: 'number of different tools used',
  endsWithUser: 'ends with a message nobody answered',
  endsWithTool: 'ends with a tool call, without a word to the user',
  lastAnswerLength: 'length of the last answer',
  userWords: 'length of the user’s messages',
  agentQuestions: 'share of answers that end with a question',
  interruptions: 'interrupted or refused by the user',
  spansBeyondUsual: 'longer than comparable sessions',
  tokensBeyondUsual: 'more tokens than comparable sessions',
  durationBeyondUsual: 'took longer than comparable sessions',
} as const;
export type FigureName = keyof typeof figureTitles;
export const figureNames = Object.keys(figureTitles) as FigureName[];

const clamp = (value: number): number => Math.max(-3, Math.min(3, value));
const log = (count: number): number => clamp(Math.log1p(count) / 2);
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function beyond(value: number | null, usual: RobustFigure | null | undefined): number {
  if (value === null || !usual) return 0;
  // A spread of nothing would make any difference infinite: a tenth of the median stands in.
  const spread = Math.max(usual.deviation, usual.median / 10, 1e-9);
  return clamp((value - usual.median) / spread);
}

function sumOf(spans: readonly DetectorSpan[], value: (span: DetectorSpan) => number | null): number | null {
  let sum: number | null = null;
  for (const span of spans) {
    const one = value(span);
    if (one !== null) sum = (sum ?? 0) + one;
  }
  return sum;
}

function durationOf(spans: readonly DetectorSpan[]): number | null {
  let first = Infinity;
  let last = -Infinity;
  for (const { startMs, endMs } of spans) {
    if (startMs !== null) first = Math.min(first, startMs);
    last = Math.max(last, endMs ?? startMs ?? -Infinity);
  }
  return last >= first ? last - first : null;
}

/** The figures of a session. Labels are not looked at: they are what a score is measured against. */
export function figuresOf(trajectory: Trajectory): Record<FigureName, number> {
  const spans = trajectory.spans.filter((span) => !span.isRewound);
  const said = spans.filter(
    (span) => span.kind === 'user' && (span.origin === 'human' || span.origin === 'simulated'),
  );
  const calls = spans.filter((span) => span.kind === 'tool' || span.kind === 'retrieval');
  const answers = spans.filter((span) => span.kind === 'llm' && span.agentId === null && span.text !== '');
  const failed = calls.filter((span) => span.status === 'error');
  const work = spans.filter((span) => span.agentId === null && /^(user|llm|tool|retrieval)$/.test(span.kind));
  const last = work.at(-1);
  const hashes = new Set(calls.map((span) => span.callHash));
  const usual = trajectory.workspace.baselineOf(trajectory);
  const lateFrom = spans.length * 0.75;
  const tokens = sumOf(spans, (span) =>
    span.kind === 'llm' && span.inputTokens !== null ? span.inputTokens + (span.outputTokens ?? 0) : null,
  );
  return {
    turns: log(said.length),
    spans: log(spans.length),
    toolCalls: log(calls.length),
    toolErrorShare: share(failed.length, calls.length),
    lateToolErrors: log(
      spans.filter((span, i) => i >= lateFrom && span.kind === 'tool' && span.status === 'error').length,
    ),
    repeatedCallShare: calls.length === 0 ? 0 : 1 - hashes.size / calls.length,
    distinctTools: log(new Set(calls.map((span) => span.toolName)).size),
    endsWithUser: last?.kind === 'user' ? 1 : 0,
    endsWithTool: last?.kind === 'tool' || last?.kind === 'retrieval' ? 1 : 0,
    lastAnswerLength: clamp(Math.log1p(answers.at(-1)?.textLength ?? 0) / 4),
    userWords: clamp(Math.log1p(share(sumOf(said, (span) => span.textLength) ?? 0, said.length)) / 4),
    agentQuestions: share(
      answers.filter((span) => /[?？]\s*$/.test(span.textTail ?? span.text)).length,
      answers.length,
    ),
    interruptions: log(
      spans.filter((span) => span.status === 'interrupted' || span.status === 'rejected').length,
    ),
    spansBeyondUsual: beyond(trajectory.spans.length, usual?.spanCount),
    tokensBeyondUsual: beyond(tokens, usual?.tokens),
    durationBeyondUsual: beyond(durationOf(spans), usual?.durationMs),
  };
}

/** Rows of table session_figure; figures of zero are left out. */
export function figureRows(trajectory: Trajectory): unknown[][] {
  return Object.entries(figuresOf(trajectory))
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => [trajectory.sessionId, name, value]);
}
