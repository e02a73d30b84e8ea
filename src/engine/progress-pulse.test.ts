import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ImportProgress } from '../shared/model/source';
import { ProgressPulse } from './progress-pulse';

const FIRST: ImportProgress = {
  phase: 'hashing',
  phaseShare: null,
  phaseMs: 0,
  fileIndex: 0,
  fileCount: 1,
  fileName: 'chats.jsonl',
  bytesDone: 0,
  bytesTotal: 10,
  records: 0,
  rejected: 0,
  recordsPerSecond: 0,
  secondsLeft: null,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The times between messages, in ms, while `tellAt` says when something is told. */
function silences(tellAt: readonly number[], untilMs: number): number[] {
  const heard: number[] = [];
  const begin = Date.now();
  const pulse = new ProgressPulse(FIRST, () => heard.push(Date.now() - begin));
  for (const at of tellAt) {
    vi.advanceTimersByTime(begin + at - Date.now());
    pulse.tell({ records: at });
  }
  vi.advanceTimersByTime(begin + untilMs - Date.now());
  pulse.stop();
  vi.advanceTimersByTime(1000);
  return heard.map((at, i) => at - (heard[i - 1] ?? 0));
}

test('says what is known at least three times a second, whenever something else was told', () => {
  expect(Math.max(...silences([], 2000))).toBeLessThanOrEqual(300);
  expect(Math.max(...silences([240, 700, 949, 1199], 2000))).toBeLessThanOrEqual(300);
});

test('says the first at once, does not repeat what has just been told, and nothing after its end', () => {
  expect(silences([100, 200, 300, 400], 420)).toEqual([50, 50, 100, 100, 100]);
});

test('counts the time of a phase from its begin', () => {
  const said: ImportProgress[] = [];
  const pulse = new ProgressPulse(FIRST, (progress) => said.push(progress));
  vi.advanceTimersByTime(400);
  pulse.tell({ phase: 'reading' });
  vi.advanceTimersByTime(120);
  pulse.tell({ records: 3 });
  pulse.stop();
  expect(said.at(-1)).toMatchObject({ phase: 'reading', records: 3, phaseMs: 120 });
});
