import { describe, expect, test } from 'vitest';
import type { Correction } from '../../../shared/model/correction';
import { nextUnsorted, placeInPile, rangeOf } from './cursor';

function card(correctionId: string, failureModeIds: string[] = []): Correction {
  return {
    correctionId,
    sessionId: 's',
    spanId: correctionId,
    turnNo: 2,
    text: '',
    agentText: '',
    cue: null,
    cueKind: '',
    kind: 'unknown',
    act: null,
    correctsSpanId: null,
    score: 0.5,
    reasons: [],
    state: 'proposed',
    isSetAside: false,
    clusterId: null,
    failureModeIds,
    codes: [],
    proposal: null,
    sourceName: '',
    line: 1,
  };
}

const pile = [card('a'), card('b', ['m']), card('c'), card('d', ['m'])];

describe('the card that keys act on', () => {
  test('is kept by its id, and by its place once it has left the pile', () => {
    expect(placeInPile(pile, { id: 'c', index: 0 })).toBe(2);
    expect(placeInPile(pile, { id: 'gone', index: 1 })).toBe(1);
    expect(placeInPile(pile, { id: 'gone', index: 9 })).toBe(3);
    expect(placeInPile([], { id: null, index: 0 })).toBe(-1);
  });

  test('moves on to the next that is not sorted, round the end', () => {
    expect(nextUnsorted(pile, 0, new Set(['a']))).toBe(2);
    expect(nextUnsorted(pile, 2, new Set(['c']))).toBe(0);
    expect(nextUnsorted(pile, 2, new Set(['a', 'c']))).toBe(3);
    expect(nextUnsorted([card('a', ['m'])], 0, new Set())).toBe(0);
  });

  test('reaches from one to another in either direction', () => {
    expect(rangeOf(pile, 2, 1)).toEqual(['b', 'c']);
  });
});
