import { formatCount, formatPlural } from '../../lib/format';

/** What came of taking annotations in, as a sentence. */
export function importSentence(result: {
  read: number;
  added: number;
  known: number;
  unmatched: number;
}): string {
  if (result.read === 0) return 'there was nothing in it that could be taken in.';
  const parts = [
    `${formatPlural(result.added, 'annotation')} added`,
    ...(result.known > 0 ? [`${formatCount(result.known)} known already`] : []),
    ...(result.unmatched > 0
      ? [`${formatCount(result.unmatched)} about something that is not in this workspace`]
      : []),
  ];
  return `${parts.join(', ')}.`;
}
