import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterCorrections } from '../../src/engine/corrections/cluster-corrections';
import { clusterInThread } from '../../src/engine/corrections/cluster-thread';
import { buildPrograms, type BuiltPrograms } from './build-programs';

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms({ 'cluster-worker': 'src/engine/corrections/cluster-worker.ts' });
});
afterAll(() => programs.remove());

const things = ['invoice', 'calendar', 'branch', 'password', 'ticket'];
const faults = ['is missing', 'went to the wrong place', 'must not be changed', 'was asked for twice'];
const items = Array.from({ length: 400 }, (_, i) => ({
  id: `c${String(i)}`,
  text: `the ${things[i % 5] ?? ''} ${faults[(i * 7) % 4] ?? ''} number ${String(i % 37)}`,
}));

test('a thread finds what is found without one, and says how far it is', async () => {
  const shares: number[] = [];
  const found = await clusterInThread(programs.path('cluster-worker'), items, {
    seed: 3,
    onProgress: ({ fraction }) => shares.push(fraction),
  });
  expect(found).toEqual(await clusterCorrections(items, { seed: 3 }));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('an abort ends the thread with the reason given', async () => {
  const controller = new AbortController();
  const many = Array.from({ length: 40 }, (_, round) =>
    items.map(({ id, text }) => ({ id: `${id}-${String(round)}`, text: `${text} round ${String(round)}` })),
  ).flat();
  const running = clusterInThread(programs.path('cluster-worker'), many, {
    signal: controller.signal,
    onProgress: () => {
      controller.abort(new Error('not needed any more'));
    },
  });
  await expect(running).rejects.toThrow('not needed any more');
});

test('a thread that cannot start is said to have failed', async () => {
  await expect(clusterInThread('/nowhere/cluster-worker.js', items, {})).rejects.toThrow(
    /clustering failed/u,
  );
});
