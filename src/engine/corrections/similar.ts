/** Corrections worded like a given one, for "more like this". */
import type { Correction } from '../../shared/model/correction';
import type { Database } from '../workspace/database';
import { listCorrections } from './list-corrections';
import { hashedContentWords, hashedTrigrams, jaccard } from '../../shared/text/similarity';

/** Weight of shared content words against shared character trigrams: words carry the topic, trigrams forgive inflection. */
const WORD_WEIGHT = 0.5;

/** The nearest corrections (not rejected, not set aside), best first, without the one asked about. */
export async function similarCorrections(
  db: Database,
  correctionId: string,
  limit: number,
): Promise<(Correction & { similarity: number })[]> {
  const texts = await db.all<{ id: string; text: string }>(
    `SELECT correction_id AS id, text FROM correction_state WHERE (state <> 'rejected' AND NOT is_set_aside) OR correction_id = $1`,
    [correctionId],
  );
  const own = texts.find((one) => one.id === correctionId);
  if (!own) return [];
  const words = hashedContentWords(own.text);
  const trigrams = hashedTrigrams(own.text);
  const nearest = texts
    .filter((one) => one.id !== correctionId)
    .map(({ id, text }) => ({
      id,
      similarity:
        WORD_WEIGHT * jaccard(words, hashedContentWords(text)) +
        (1 - WORD_WEIGHT) * jaccard(trigrams, hashedTrigrams(text)),
    }))
    .sort((a, b) => b.similarity - a.similarity || a.id.localeCompare(b.id))
    .slice(0, limit);
  const { items } = await listCorrections(db, {
    filter: { correctionIds: nearest.map((one) => one.id) },
    order: 'score',
    offset: 0,
    limit,
  });
  const byId = new Map(items.map((item) => [item.correctionId, item]));
  return nearest.flatMap(({ id, similarity }) => {
    const item = byId.get(id);
    return item ? [{ ...item, similarity }] : [];
  });
}
