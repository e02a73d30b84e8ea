import { describe, expect, test } from 'vitest';
import type { CorrectionSummary } from '../../../shared/contract/correction';
import type { Correction } from '../../../shared/model/correction';
import { wilson } from '../../../shared/stats/wilson';
import { edited, summaryAfter } from './edits';

const correction: Correction = {
  correctionId: 'c',
  sessionId: 's',
  spanId: 'p',
  turnNo: 2,
  text: 'No, the other one.',
  agentText: 'Done.',
  cue: null,
  cueKind: 'negation',
  kind: 'intent',
  act: null,
  correctsSpanId: null,
  score: 0.8,
  reasons: [],
  state: 'proposed',
  isSetAside: false,
  clusterId: null,
  failureModeIds: [],
  codes: [],
  proposal: null,
  sourceName: 'a.jsonl',
  line: 1,
};

const summary: CorrectionSummary = {
  proposed: 4,
  confirmed: 1,
  rejected: 0,
  setAside: 0,
  sortable: 5,
  sorted: 1,
  withProposal: 0,
  learning: { isLearning: false, learntFrom: 0, problem: null },
  codebookVersion: 1,
  byFailureMode: [
    { failureModeId: 'm', name: 'M', sorted: wilson(1, 1), proposed: 0, sessions: wilson(1, 3) },
  ],
  saturation: [],
  run: null,
  isRunStale: false,
};

describe('an act', () => {
  test('sorts and thereby confirms', () => {
    const once = edited(correction, { type: 'assign', failureModeId: 'm', mode: 'set' });
    expect(once).toMatchObject({ state: 'confirmed', failureModeIds: ['m'] });
    const twice = edited(once, { type: 'assign', failureModeId: 'n', mode: 'add' });
    expect(twice.failureModeIds).toEqual(['m', 'n']);
    expect(edited(twice, { type: 'assign', failureModeId: 'o', mode: 'set' }).failureModeIds).toEqual(['o']);
    expect(edited(twice, { type: 'assign', failureModeId: 'm', mode: 'remove' }).failureModeIds).toEqual([
      'n',
    ]);
  });

  test('changes the counts by what changed, and no more', () => {
    const sorted = edited(correction, { type: 'assign', failureModeId: 'm', mode: 'set' });
    const after = summaryAfter(summary, [correction], [sorted]);
    expect(after).toMatchObject({ proposed: 3, confirmed: 2, sorted: 2, sortable: 5 });
    expect(after.byFailureMode[0]?.sorted).toEqual(wilson(2, 2));
    expect(summaryAfter(after, [sorted], [sorted])).toEqual(after);
  });

  test('takes what is rejected or set aside off the table', () => {
    const rejected = edited(correction, { type: 'judge', verdict: 'rejected' });
    expect(summaryAfter(summary, [correction], [rejected])).toMatchObject({ rejected: 1, sortable: 4 });
    const aside = edited(correction, { type: 'set-aside', isSetAside: true });
    expect(summaryAfter(summary, [correction], [aside])).toMatchObject({
      setAside: 1,
      sortable: 4,
      proposed: 4,
    });
  });

  test('never counts below nothing or beyond all, where the counts already know what the card does not', () => {
    const known: CorrectionSummary = {
      ...summary,
      proposed: 0,
      confirmed: 5,
      sorted: 5,
      byFailureMode: summary.byFailureMode.map((mode) => ({ ...mode, sorted: wilson(5, 5) })),
    };
    const after = edited(correction, { type: 'assign', failureModeId: 'm', mode: 'set' });
    const counts = summaryAfter(known, [correction], [after]);
    expect(counts).toMatchObject({ proposed: 0, sortable: 5, sorted: 5 });
    expect(counts.byFailureMode[0]?.sorted.count).toBe(5);
  });
});
