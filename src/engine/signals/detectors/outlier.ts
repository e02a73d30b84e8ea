/**
 * outlier: a session is far longer, slower, dearer or more talkative than sessions it can be compared with.
 * Robust: distance from the median in median absolute deviations of the logarithms, since lengths, times and costs are skewed and
 * spread by factors (Limpert, Stahel and Abbt, "Log-normal distributions across the sciences", BioScience 51, 2001): measured on the
 * figures themselves, one in twelve of a wide log-normal spread was an outlier.
 */
import { z } from 'zod';
import {
  defineDetector,
  type Baseline,
  type DetectorSpan,
  type FindingInput,
  type RobustFigure,
} from '../detector';

const parameters = z.object({
  minDeviations: z
    .number()
    .min(1)
    .default(2.5)
    .describe(
      'median absolute deviations (times 1.4826) of the logarithms above the median (Leys et al., "Detecting outliers", Journal of Experimental Social Psychology 49, 2013: 2.5)',
    ),
  minRatio: z
    .number()
    .min(1)
    .default(2)
    .describe('times the median; keeps groups that hardly vary from flagging every small difference'),
  minCount: z
    .number()
    .int()
    .min(0)
    .default(10)
    .describe(
      'spans, turns or calls a session must have to count as long, whatever the others have; among single questions every talk is an outlier (own choice)',
    ),
  minSessions: z
    .number()
    .int()
    .min(5)
    .default(20)
    .describe('comparable sessions a figure must rest on; below it a median absolute deviation is too rough'),
});

interface Figure {
  name: string;
  key: Exclude<keyof Baseline, 'group' | 'sessionCount'>;
  value: number | null;
  say: (value: number) => string;
  /** It counts spans, turns or calls. */
  isCount: boolean;
}

const count = (noun: string) => (value: number) => `${Math.round(value).toLocaleString('en')} ${noun}`;

function duration(ms: number): string {
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function figuresOf(spans: readonly DetectorSpan[]): Figure[] {
  let start = Infinity;
  let end = -Infinity;
  let tokens: number | null = null;
  let cost: number | null = null;
  let calls = 0;
  const turns = new Set<number>();
  for (const span of spans) {
    if (span.startMs !== null) start = Math.min(start, span.startMs);
    const last = span.endMs ?? span.startMs;
    if (last !== null) end = Math.max(end, last);
    if (span.inputTokens !== null) tokens = (tokens ?? 0) + span.inputTokens + (span.outputTokens ?? 0);
    if (span.costUsd !== null) cost = (cost ?? 0) + span.costUsd;
    if (span.kind === 'tool') calls += 1;
    if (span.turnNo > 0) turns.add(span.turnNo);
  }
  return [
    { name: 'length', key: 'spanCount', value: spans.length, say: count('spans'), isCount: true },
    { name: 'number of turns', key: 'turnCount', value: turns.size, say: count('turns'), isCount: true },
    { name: 'number of tool calls', key: 'toolCallCount', value: calls, say: count('calls'), isCount: true },
    {
      name: 'duration',
      key: 'durationMs',
      value: end > start ? end - start : null,
      say: duration,
      isCount: false,
    },
    { name: 'use of tokens', key: 'tokens', value: tokens, say: count('tokens'), isCount: false },
    {
      name: 'cost',
      key: 'costUsd',
      value: cost,
      say: (value) => `$${value.toFixed(value < 1 ? 4 : 2)}`,
      isCount: false,
    },
  ];
}

/** How many deviations above the median; 0 where nothing can be said. */
function distance(value: number, usual: RobustFigure): number {
  if (value <= usual.median) return 0;
  return usual.deviation > 0 ? Math.log(value / usual.median) / usual.deviation : Infinity;
}

export default defineDetector({
  id: 'outlier',
  title: 'Outlier',
  description: 'The session is far longer, slower or dearer than comparable ones.',
  pillar: 'environment',
  version: '1.2',
  parameters,
  isHint: false,
  inspect(trajectory, { minDeviations, minRatio, minCount, minSessions }) {
    const last = trajectory.spans.findLast((span) => !span.isRewound);
    const baseline = trajectory.workspace.baselineOf(trajectory);
    if (baseline === null || last === undefined) return [];
    const far: { figure: Figure; value: number; usual: RobustFigure }[] = [];
    for (const figure of figuresOf(trajectory.spans)) {
      const usual = baseline[figure.key];
      if (usual === null || usual.count < minSessions || figure.value === null || usual.median <= 0) continue;
      if (figure.isCount && figure.value < minCount) continue;
      const isFar = distance(figure.value, usual) >= minDeviations && figure.value >= usual.median * minRatio;
      if (isFar) far.push({ figure, value: figure.value, usual });
    }
    const first = far[0];
    if (first === undefined) return [];
    const told = far.map(
      ({ figure, value, usual }) =>
        `${figure.name} ${figure.say(value)} (median ${figure.say(usual.median)})`,
    );
    return [
      {
        evidence: [last.spanId],
        turnNo: last.turnNo,
        reason: `Far above ${String(baseline.sessionCount)} comparable sessions (${baseline.group}): ${told.join(', ')}.`,
        severity: far.length >= 3 ? 2 : 1,
      } satisfies FindingInput,
    ];
  },
});
