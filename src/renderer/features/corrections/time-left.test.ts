import { expect, test } from 'vitest';
import { timeLeft } from './time-left';

test('the time left is only guessed from enough of it', () => {
  expect(timeLeft({ share: 0.25, startedMs: 0, nowMs: 4000 })).toBe('about 12.0 s left');
  expect(timeLeft({ share: 0.01, startedMs: 0, nowMs: 4000 })).toBe('');
  expect(timeLeft({ share: 0.5, startedMs: 0, nowMs: 100 })).toBe('');
  expect(timeLeft({ share: 1, startedMs: 0, nowMs: 9000 })).toBe('');
});
