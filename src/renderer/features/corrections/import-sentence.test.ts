import { expect, test } from 'vitest';
import { importSentence } from './import-sentence';

test('says what came of taking annotations in', () => {
  expect(importSentence({ read: 3, added: 1, known: 2, unmatched: 0 })).toBe(
    '1 annotation added, 2 known already.',
  );
  expect(importSentence({ read: 5, added: 0, known: 0, unmatched: 5 })).toBe(
    '0 annotations added, 5 about something that is not in this workspace.',
  );
  expect(importSentence({ read: 0, added: 0, known: 0, unmatched: 0 })).toMatch(/nothing/u);
});
