/** How full the context window was, over the session: steps at each model call of the main agent. Pure. */
import type { SpanRow } from '../../../../shared/model/span';
import type { TimelineLayout } from './layout';

export interface ContextLine {
  /** Axis values at which the fill changes, ascending. */
  at: Float64Array;
  tokens: Float64Array;
  /** What the full height stands for: the model's window when known, else the most that was seen. */
  limit: number;
  isLimitKnown: boolean;
}

/** Null where no model call says how many tokens it was given. */
export function contextLine(
  spans: readonly SpanRow[],
  layout: TimelineLayout,
  contextWindow: number | null,
): ContextLine | null {
  const points: { at: number; tokens: number }[] = [];
  for (const [index, span] of spans.entries())
    if (span.contextTokens !== null && span.contextTokens > 0 && span.depth === 0 && !span.isRewound)
      points.push({ at: layout.start[index] ?? 0, tokens: span.contextTokens });
  if (points.length === 0) return null;
  points.sort((a, b) => a.at - b.at);
  const most = points.reduce((max, point) => Math.max(max, point.tokens), 0);
  // A window smaller than what was in it is not this model's.
  const isLimitKnown = contextWindow !== null && contextWindow >= most;
  return {
    at: Float64Array.from(points, (point) => point.at),
    tokens: Float64Array.from(points, (point) => point.tokens),
    limit: isLimitKnown ? contextWindow : most,
    isLimitKnown,
  };
}

/** Tokens at a place on the axis: those of the last model call before it; null before the first. */
export function tokensAt(line: ContextLine, value: number): number | null {
  let low = 0;
  let high = line.at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((line.at[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (line.tokens[low - 1] ?? null);
}
