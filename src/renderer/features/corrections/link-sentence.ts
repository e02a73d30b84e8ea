/** What is said when cards were said to belong together or apart: also which earlier statements had to give way. Pure. */
import { formatPlural } from '../../lib/format';

export function linkSentence(
  link: 'must' | 'cannot',
  contradicted: readonly { correctionIds: readonly string[]; link: 'must' | 'cannot' }[],
): string {
  const said = `Said that they ${link === 'must' ? 'belong together' : 'do not belong together'}. The next grouping keeps to it.`;
  if (contradicted.length === 0) return said;
  const statements = formatPlural(contradicted.length, 'earlier statement');
  return `${said} It contradicts ${statements} of the same cards or of a chain between them: the later one holds, and undo brings back what was said before.`;
}
