import { expect, it } from 'vitest';
import type { SignalStageState } from '../../shared/contract/signal';
import { nextShown } from './shown-stage';

const stage = (looked: number, isRunning: boolean): SignalStageState => ({
  looked,
  sessions: 10,
  isRunning,
  wasStopped: false,
  problem: null,
});
const shown = (looked: number, wasRunning: boolean, atMs = 0) => ({ looked, atMs, wasRunning });

it('what the search finds is shown now and then while it runs, and at its end', () => {
  expect(nextShown(shown(2, true), stage(5, true), 1000)).toBeNull();
  expect(nextShown(shown(2, true), stage(2, true), 9000)).toBeNull();
  expect(nextShown(shown(2, true), stage(5, true), 9000)).toEqual(shown(5, true, 9000));
  expect(nextShown(shown(5, true), stage(10, false), 1000)).toEqual(shown(10, false, 1000));
});

it('a search that was over before it was asked for is shown too, and nothing twice', () => {
  expect(nextShown(shown(0, false), stage(10, false), 1000)).toEqual(shown(10, false, 1000));
  expect(nextShown(shown(10, false), stage(10, false), 9000)).toBeNull();
  expect(nextShown(shown(-1, false), stage(10, false), 9000)).toBeNull();
});
