import { expect, test } from 'vitest';
import { linkSentence } from './link-sentence';

test('a link says what it contradicts', () => {
  expect(linkSentence('must', [])).toBe('Said that they belong together. The next grouping keeps to it.');
  const earlier = { correctionIds: ['a', 'b'], link: 'must' as const };
  expect(linkSentence('cannot', [earlier])).toContain('do not belong together');
  expect(linkSentence('cannot', [earlier])).toContain('contradicts 1 earlier statement of');
  expect(linkSentence('cannot', [earlier, earlier])).toContain('2 earlier statements');
});
