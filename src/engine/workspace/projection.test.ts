import { describe, expect, it } from 'vitest';
import type { Codebook } from '../../shared/model/codebook';
import type { Act, Fact } from '../../shared/model/journal';
import { Projection, PROGRAM_AUTHOR } from './projection';
import { sentence } from './sentence';

let seq = 0;
function fact(act: Act, author = 'Ada'): Fact {
  seq++;
  return {
    seq,
    factId: `f${seq}`,
    at: `2026-01-01T00:00:${String(seq)}Z`,
    author,
    act,
    previous: '',
    hash: '',
  };
}

/** A state after acts, with undo and redo said as words. */
function after(...steps: (Act | 'undo' | 'redo')[]): Projection {
  const state = new Projection();
  for (const step of steps) {
    if (typeof step !== 'string') state.apply(fact(step));
    else {
      const target = step === 'undo' ? state.nextUndo : state.nextRedo;
      if (!target) throw new Error(`nothing to ${step}`);
      state.apply(fact({ type: step === 'undo' ? 'act.undone' : 'act.redone', factId: target.factId }));
    }
  }
  return state;
}

const judged = (verdict: 'confirmed' | 'rejected' | null, ...correctionIds: string[]): Act => ({
  type: 'correction.judged',
  correctionIds,
  verdict,
});
const assigned = (
  mode: 'set' | 'add' | 'remove',
  failureModeId: string,
  ...correctionIds: string[]
): Act => ({
  type: 'correction.assigned',
  correctionIds,
  failureModeId,
  codebookVersion: 1,
  mode,
});
const setAside = (isSetAside: boolean, ...correctionIds: string[]): Act => ({
  type: 'correction.set-aside',
  correctionIds,
  isSetAside,
});
const ran = (runId: string, seed = 1): Act => ({
  type: 'cluster.ran',
  runId,
  requestedCount: null,
  seed,
  result: {
    criterion: 'as asked',
    itemCount: 3,
    clusters: [
      { clusterId: 'k1', keywords: ['date'], exemplarIds: ['c1'], cohesion: 0.5, memberIds: ['c1', 'c2'] },
    ],
    outlierIds: ['c3'],
    pointIds: ['c1'],
    x: [0.5],
    y: [0.5],
  },
});
const book = (version: number, ...names: string[]): Codebook => ({
  version,
  at: '',
  author: 'Ada',
  note: '',
  failureModes: names.map((name) => ({
    id: name.toLowerCase(),
    name,
    definition: '',
    include: '',
    exclude: '',
    severity: 2,
    pillar: null,
    parentId: null,
    color: null,
    examples: [],
    source: '',
    isRetired: false,
  })),
});
const saved = (version: number, ...names: string[]): Act => ({
  type: 'codebook.saved',
  codebook: book(version, ...names),
});

const modes = (state: Projection, id: string) =>
  state.correction(id).assignments.map((one) => one.failureModeId);

describe('corrections', () => {
  it('nobody spoke of are neither confirmed nor rejected', () => {
    expect(after().correction('c1')).toEqual({
      state: null,
      isSetAside: false,
      assignments: [],
      codes: [],
      by: '',
      at: '',
    });
    expect(after(judged('confirmed', 'c1'), judged(null, 'c1')).corrections.size).toBe(0);
  });

  it('sorting confirms, also what was rejected; taking the category off leaves it confirmed', () => {
    const state = after(
      judged('rejected', 'c1'),
      assigned('set', 'm1', 'c1', 'c2'),
      assigned('remove', 'm1', 'c2'),
    );
    expect(state.correction('c1').state).toBe('confirmed');
    expect(state.correction('c2')).toMatchObject({ state: 'confirmed', assignments: [] });
  });

  it('set replaces, add appends in the order of sorting and not twice, remove takes one off', () => {
    const state = after(
      assigned('set', 'm1', 'c1'),
      assigned('add', 'm2', 'c1'),
      assigned('add', 'm1', 'c1'),
      assigned('set', 'm3', 'c2'),
      assigned('set', 'm4', 'c2'),
      assigned('add', 'm5', 'c2'),
      assigned('remove', 'm4', 'c2'),
    );
    expect(modes(state, 'c1')).toEqual(['m1', 'm2']);
    expect(modes(state, 'c2')).toEqual(['m5']);
    expect(state.correction('c2').assignments[0]).toMatchObject({
      author: 'Ada',
      codebookVersion: 1,
      seq: seq - 1,
    });
  });

  it('rejecting takes the categories off; undoing brings them back', () => {
    const steps = [assigned('set', 'm1', 'c1'), judged('rejected', 'c1')] as const;
    expect(after(...steps).correction('c1')).toMatchObject({ state: 'rejected', assignments: [] });
    expect(modes(after(...steps, 'undo'), 'c1')).toEqual(['m1']);
  });

  it('a verdict taken back leaves what is sorted confirmed', () => {
    expect(after(assigned('set', 'm1', 'c1'), judged(null, 'c1')).correction('c1').state).toBe('confirmed');
    expect(after(judged('rejected', 'c1'), judged(null, 'c1')).correction('c1').state).toBeNull();
  });

  it('set aside and brought back keep all else', () => {
    const state = after(assigned('set', 'm1', 'c1'), setAside(true, 'c1', 'c2'), setAside(false, 'c2'));
    expect(state.correction('c1')).toMatchObject({ isSetAside: true, state: 'confirmed' });
    expect(state.corrections.has('c2')).toBe(false);
  });
});

describe('clusters', () => {
  it('a new run takes the place of the last, with its merges and moves, and undo brings them back', () => {
    const merge: Act = { type: 'cluster.merged', clusterIds: ['k1', 'k2'], intoId: 'k1' };
    const steps = [ran('r1'), merge, ran('r2', 7)] as const;
    expect(after(...steps).clustering).toMatchObject({ run: { runId: 'r2', seed: 7 }, edits: [] });
    expect(after(...steps, 'undo').clustering).toMatchObject({
      run: { runId: 'r1' },
      edits: [{ kind: 'merged' }],
    });
  });

  it('merges and moves are kept in the order they were done', () => {
    const state = after(
      ran('r1'),
      { type: 'cluster.moved', correctionIds: ['a'], clusterId: 'k2' },
      { type: 'cluster.merged', clusterIds: ['k2', 'k3'], intoId: 'k3' },
      { type: 'cluster.moved', correctionIds: ['c'], clusterId: 'k2' },
    );
    expect(state.clustering.edits).toEqual([
      { kind: 'moved', correctionIds: ['a'], clusterId: 'k2' },
      { kind: 'merged', clusterIds: ['k2', 'k3'], intoId: 'k3' },
      { kind: 'moved', correctionIds: ['c'], clusterId: 'k2' },
    ]);
  });

  it('names are given and taken off', () => {
    const named = (name: string | null): Act => ({ type: 'cluster.named', clusterId: 'k1', name });
    expect(after(named('Dates')).clusterNames.get('k1')).toBe('Dates');
    expect(after(named('Dates'), named(null)).clusterNames.size).toBe(0);
    expect(after(named('Dates'), named(null), 'undo').clusterNames.get('k1')).toBe('Dates');
  });
});

describe('everything else', () => {
  it('codebook versions are kept, and a number is never used twice', () => {
    const state = after(saved(1, 'A'), saved(2, 'A', 'B'), 'undo');
    expect(state.codebooks.map((one) => one.version)).toEqual([1]);
    expect(state.nextCodebookVersion).toBe(3);
    expect(state.failureModeName('b')).toBe('B');
    expect(state.failureModeName('unheard-of')).toBe('unheard-of');
  });

  it('pillars, mappings, views and removed imports', () => {
    const view = (name: string, state: string): Act => ({
      type: 'view.saved',
      screen: 'sessions',
      name,
      state,
    });
    const state = after(
      { type: 'pillar.changed', toolName: 'search', pillar: 'memory' },
      { type: 'pillar.changed', toolName: 'shell', pillar: 'environment' },
      { type: 'pillar.changed', toolName: 'search', pillar: null },
      view('b', '1'),
      view('a', '2'),
      view('b', '3'),
      view('gone', '4'),
      { type: 'view.removed', screen: 'sessions', name: 'gone' },
      { type: 'import.removed', importId: 'i1' },
    );
    expect([...state.pillarOverrides]).toEqual([['shell', 'environment']]);
    expect(state.views('sessions')).toEqual([
      { name: 'a', state: '2' },
      { name: 'b', state: '3' },
    ]);
    expect(state.views('corrections')).toEqual([]);
    expect(state.removedImports).toEqual(new Set(['i1']));
  });

  it('the same annotation taken in twice is one', () => {
    const taken = (...annotations: Record<string, unknown>[]): Act => ({
      type: 'annotation.imported',
      annotations,
      sourceName: 'x.jsonl',
    });
    const state = after(
      taken({ id: 'a', v: 1 }, { note: 'n', of: 1 }),
      taken({ of: 1, note: 'n' }, { id: 'a', v: 2 }),
    );
    expect(state.annotations).toHaveLength(2);
    expect(state.annotations.find((one) => one.annotationId === 'a')?.annotation).toEqual({ id: 'a', v: 2 });
  });

  it('says what each fact touched', () => {
    const state = new Projection();
    expect(state.apply(fact(judged('confirmed', 'c1', 'c2', 'c1')))).toMatchObject({
      correctionIds: ['c1', 'c2'],
      clusters: false,
    });
    expect(state.apply(fact(ran('r')))).toMatchObject({ correctionIds: [], clusters: true });
    expect(state.apply(fact({ type: 'act.undone', factId: state.nextUndo?.factId ?? '' }))).toMatchObject({
      clusters: true,
    });
  });
});

describe('undo and redo', () => {
  it('go back and forth over the acts of people, and a new act ends redo', () => {
    const state = after(judged('confirmed', 'c1'), setAside(true, 'c1'), 'undo', 'undo');
    expect(state.corrections.size).toBe(0);
    expect(state.nextUndo).toBeNull();
    expect(state.nextRedo?.act.type).toBe('correction.judged');
    expect(after(judged('confirmed', 'c1'), 'undo', 'redo').correction('c1').state).toBe('confirmed');
    expect(after(judged('confirmed', 'c1'), 'undo', judged('rejected', 'c2')).nextRedo).toBeNull();
  });

  it('do not reach what a workspace begins with', () => {
    const state = new Projection();
    state.apply(fact({ type: 'workspace.created', name: 'W' }));
    const first = fact(saved(1, 'A'), PROGRAM_AUTHOR);
    state.apply(first);
    expect(state.nextUndo).toBeNull();
    state.apply(fact({ type: 'act.undone', factId: first.factId }));
    expect(state.codebooks).toHaveLength(1);
  });

  it('of facts unknown, undone already or in force already change nothing', () => {
    const state = after(judged('confirmed', 'c1'));
    const id = state.nextUndo?.factId ?? '';
    for (const factId of ['nope', id, id]) state.apply(fact({ type: 'act.undone', factId }));
    expect(state.isUndone(id)).toBe(true);
    expect(state.corrections.size).toBe(0);
    for (const factId of [id, id]) state.apply(fact({ type: 'act.redone', factId }));
    expect(state.correction('c1').state).toBe('confirmed');
    expect(state.nextRedo).toBeNull();
  });
});

/** A small generator of its own, so that a failure names the seed that shows it again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomAct(pick: (below: number) => number): Act {
  const some = (prefix: string, of: number) => `${prefix}${pick(of)}`;
  const ids = () => Array.from({ length: 1 + pick(3) }, () => some('c', 6));
  const acts: (() => Act)[] = [
    () => judged(([null, 'confirmed', 'rejected'] as const)[pick(3)] ?? null, ...ids()),
    () => assigned((['set', 'add', 'remove'] as const)[pick(3)] ?? 'set', some('m', 3), ...ids()),
    () => assigned('add', some('m', 3), ...ids()),
    () => setAside(pick(2) === 0, ...ids()),
    () => ({ type: 'correction.added', sessionId: some('s', 3), spanId: some('p', 3) }),
    () => ({ type: 'cluster.named', clusterId: some('k', 3), name: pick(3) === 0 ? null : some('name', 9) }),
    () => ran(some('r', 9), pick(9)),
    () => ({ type: 'cluster.merged', clusterIds: [some('k', 3), some('k', 3)], intoId: some('k', 3) }),
    () => ({ type: 'cluster.moved', correctionIds: ids(), clusterId: some('k', 3) }),
    () => saved(1 + pick(9), some('N', 9)),
    () => ({
      type: 'pillar.changed',
      toolName: some('t', 3),
      pillar: ([null, 'llm', 'tools'] as const)[pick(3)] ?? null,
    }),
    () => ({ type: 'view.saved', screen: some('x', 2), name: some('v', 2), state: some('z', 99) }),
    () => ({ type: 'view.removed', screen: some('x', 2), name: some('v', 2) }),
    () => ({
      type: 'annotation.imported',
      annotations: [{ id: some('a', 3), v: pick(99) }],
      sourceName: 'x',
    }),
    () => ({ type: 'import.removed', importId: some('i', 2) }),
  ];
  return (acts[pick(acts.length)] ?? (() => ran('r')))();
}

/** All that can be seen of a state, but for which facts undo and redo would take. */
function seen(state: Projection) {
  return {
    corrections: Object.fromEntries([...state.corrections].sort(([a], [b]) => (a < b ? -1 : 1))),
    added: state.addedCorrections,
    clustering: state.clustering,
    clusterNames: Object.fromEntries(state.clusterNames),
    codebooks: state.codebooks,
    pillars: Object.fromEntries(state.pillarOverrides),
    views: ['x0', 'x1'].map((screen) => state.views(screen)),
    annotations: state.annotations,
    removed: [...state.removedImports].sort(),
  };
}

describe('random acts', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'seed %i: step by step, in one go and without the undone',
    (seed) => {
      const pick = random(seed);
      const facts: Fact[] = [];
      const state = new Projection();
      for (let i = 0; i < 120; i++) {
        const choice = pick(10);
        const target =
          choice < 3
            ? state.nextUndo
            : choice < 5
              ? state.nextRedo
              : choice === 5
                ? facts[pick(facts.length + 1)]
                : null;
        const type = choice < 3 || (choice === 5 && pick(2) === 0) ? 'act.undone' : 'act.redone';
        const undo: Act | null = target ? { type, factId: target.factId } : null;
        const next = fact(undo ?? randomAct(pick), pick(8) === 0 ? PROGRAM_AUTHOR : 'Ada');
        facts.push(next);
        state.apply(next);
        if (i % 10 !== 9) continue;
        const replayed = Projection.replay(facts);
        expect(seen(state)).toEqual(seen(replayed));
        expect([state.nextUndo?.factId, state.nextRedo?.factId]).toEqual([
          replayed.nextUndo?.factId,
          replayed.nextRedo?.factId,
        ]);
        const inForce = facts.filter(
          (one) => !one.act.type.startsWith('act.') && !state.isUndone(one.factId),
        );
        expect(seen(state)).toEqual(seen(Projection.replay(inForce)));
      }
    },
  );

  it('undoing everything leaves nothing, and redoing everything leaves all', () => {
    const pick = random(99);
    const state = new Projection();
    for (let i = 0; i < 80; i++) state.apply(fact(randomAct(pick)));
    const before = seen(state);
    for (let next = state.nextUndo; next; next = state.nextUndo) {
      state.apply(fact({ type: 'act.undone', factId: next.factId }));
    }
    expect(seen(state)).toEqual(seen(new Projection()));
    for (let next = state.nextRedo; next; next = state.nextRedo) {
      state.apply(fact({ type: 'act.redone', factId: next.factId }));
    }
    expect(seen(state)).toEqual(before);
  });
});

describe('in words', () => {
  const state = after(saved(1, 'Tool-call failure'), {
    type: 'cluster.named',
    clusterId: 'k1',
    name: 'Dates',
  });
  const say = (act: Act) => sentence(fact(act), state);

  it.each<[Act, string]>([
    [{ type: 'workspace.created', name: 'Audit' }, 'Created the workspace “Audit”'],
    [judged('confirmed', 'c1'), 'Confirmed 1 correction'],
    [judged('rejected', 'c1', 'c2'), 'Rejected 2 corrections'],
    [judged(null, 'c1'), 'Took back the verdict on 1 correction'],
    [assigned('set', 'tool-call failure', 'c1'), 'Sorted 1 correction under “Tool-call failure”'],
    [assigned('add', 'tool-call failure', 'c1'), 'Added “Tool-call failure” to 1 correction'],
    [assigned('remove', 'x', 'c1', 'c2'), 'Took “x” off 2 corrections'],
    [
      { type: 'correction.coded', correctionIds: ['c1', 'c2'], code: 'wrong unit', mode: 'add' },
      'Coded 2 corrections “wrong unit”',
    ],
    [
      { type: 'correction.coded', correctionIds: ['c1'], code: 'wrong unit', mode: 'remove' },
      'Took the code “wrong unit” off 1 correction',
    ],
    [
      { type: 'code.placed', code: 'wrong unit', failureModeId: 'tool-call failure' },
      'Put the code “wrong unit” under “Tool-call failure”',
    ],
    [
      { type: 'code.placed', code: 'wrong unit', failureModeId: null },
      'Took the code “wrong unit” out of its failure mode',
    ],
    [setAside(true, 'c1'), 'Set 1 correction aside'],
    [setAside(false, 'c1'), 'Brought back 1 correction that had been set aside'],
    [{ type: 'correction.added', sessionId: 's', spanId: 'p' }, 'Made a user turn of session s a correction'],
    [{ type: 'cluster.named', clusterId: 'k2', name: 'Units' }, 'Named cluster k2 “Units”'],
    [{ type: 'cluster.named', clusterId: 'k2', name: null }, 'Took the name off cluster k2'],
    [ran('r'), 'Clustered 3 corrections into 1 cluster'],
    [
      { type: 'cluster.merged', clusterIds: ['k1', 'k2'], intoId: 'k1' },
      'Merged 2 clusters into cluster “Dates”',
    ],
    [{ type: 'cluster.moved', correctionIds: ['c1'], clusterId: 'k9' }, 'Moved 1 correction to cluster k9'],
    [saved(2, 'A', 'B'), 'Saved version 2 of the codebook with 2 failure modes'],
    [
      { type: 'pillar.changed', toolName: 'grep', pillar: 'tools' },
      'Put the tool “grep” into the pillar tools',
    ],
    [
      { type: 'pillar.changed', toolName: 'grep', pillar: null },
      'Returned the tool “grep” to the built-in pillar rules',
    ],
    [
      { type: 'view.saved', screen: 'sessions', name: 'Mine', state: '' },
      'Saved the view “Mine” of sessions',
    ],
    [{ type: 'view.removed', screen: 'sessions', name: 'Mine' }, 'Removed the view “Mine” of sessions'],
    [
      { type: 'annotation.imported', annotations: [{}], sourceName: 'x.jsonl' },
      'Took in 1 annotation from “x.jsonl”',
    ],
    [{ type: 'import.removed', importId: 'i1' }, 'Removed the import i1'],
  ])('%j', (act, words) => expect(say(act)).toBe(words));

  it('undo and redo say what they are about', () => {
    const undone = after(judged('confirmed', 'c1'), 'undo');
    const id = undone.nextRedo?.factId ?? '';
    expect(sentence(fact({ type: 'act.undone', factId: id }), undone)).toBe('Undid: confirmed 1 correction');
    expect(sentence(fact({ type: 'act.redone', factId: 'x' }), undone)).toBe(
      'Redid: an act this journal does not hold',
    );
  });
});
