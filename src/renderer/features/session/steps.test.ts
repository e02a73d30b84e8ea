import { describe, expect, it } from 'vitest';
import type { Turn } from '../../../shared/model/session';
import type { Finding } from '../../../shared/model/signal';
import { stepFinding, stepMatch, stepRow, stepTurn } from './steps';

const turn = (turnNo: number, firstPosition: number, userSpanId: string | null): Turn => ({
  turnNo,
  userSpanId,
  userText: '',
  firstPosition,
  lastPosition: firstPosition + 3,
  startUs: null,
  durationUs: null,
  spanCount: 4,
  toolCallCount: 0,
  toolErrorCount: 0,
});
const finding = (findingId: string, position: number): Finding => ({
  findingId,
  signal: 'x',
  detectorVersion: '1',
  sessionId: 's',
  turnNo: 1,
  spanId: `s${position}`,
  position,
  evidence: [],
  reason: '',
  severity: 2,
  verdict: null,
  pillar: 'tools',
});

describe('turns', () => {
  const turns = [turn(0, 0, null), turn(1, 2, 's3'), turn(2, 7, null)];
  const indexOf = new Map([['s3', 3]]);
  it.each([
    [null, 1, 3],
    [0, 1, 3],
    [3, 1, 7],
    [7, 1, null],
    [9, -1, 7],
    [7, -1, 3],
    [3, -1, null],
  ] as const)('from %s by %i to %s', (from, step, to) =>
    expect(stepTurn(turns, indexOf, from, step)).toBe(to),
  );
});

describe('findings', () => {
  const findings = [finding('c', 9), finding('b', 4), finding('a', 4)];
  it.each([
    [null, null, 1, 'a'],
    [4, null, 1, 'a'],
    [4, 'a', 1, 'b'],
    [4, 'b', 1, 'c'],
    [9, 'c', 1, undefined],
    [5, null, -1, 'b'],
    [4, 'b', -1, 'a'],
  ] as const)('from %s (%s) by %i to %s', (from, chosen, step, to) =>
    expect(stepFinding(findings, from, chosen, step)?.findingId).toBe(to),
  );
});

it('steps rows and matches', () => {
  const rows = ['a', 'b'].map(
    (key, index) => ({ type: 'span', key, index, level: 0, turnNo: null }) as const,
  );
  expect(stepRow(rows, null, 1)?.key).toBe('a');
  expect(stepRow(rows, 'a', 1)?.key).toBe('b');
  expect(stepRow(rows, 'b', 1)).toBeNull();
  expect(stepMatch([], 3, 1)).toBeNull();
  expect(stepMatch([2, 5], null, 1)).toBe(2);
  expect(stepMatch([2, 5], 2, 1)).toBe(5);
  expect(stepMatch([2, 5], 5, 1)).toBe(2);
  expect(stepMatch([2, 5], 2, -1)).toBe(5);
});
