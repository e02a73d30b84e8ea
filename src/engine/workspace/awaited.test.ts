import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Awaited } from './awaited';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call that lasts until it is told to end. */
function call() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end };
}

it('lets work in the background wait for every call, and for none that failed or has ended', async () => {
  const awaited = new Awaited();
  await awaited.ended();
  const [first, second] = [call(), call()];
  const running = [awaited.during(first.run), awaited.during(second.run)];
  let hasGoneOn = false;
  const work = awaited.ended().then(() => (hasGoneOn = true));
  first.end();
  await running[0];
  expect(hasGoneOn).toBe(false);
  second.end();
  await running[1];
  await work;
  await expect(awaited.during(() => Promise.reject(new Error('Failed.')))).rejects.toThrow('Failed.');
  await awaited.ended();
  expect(vi.getTimerCount()).toBe(0);
});

it('lets it go on after a while, whatever others do', async () => {
  const awaited = new Awaited();
  void awaited.during(() => new Promise(() => undefined));
  const work = Promise.all([awaited.ended(), awaited.ended()]);
  await vi.runAllTimersAsync();
  await work;
});
