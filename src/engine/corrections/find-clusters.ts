// Words of texts -> which texts belong together, in one of two ways: `thorough` looks at every text's neighbours before it groups,
// `quick` groups by words alone, for so many texts that looking would take minutes.
import { findQuickly } from './find-quickly';
import { findThoroughly } from './find-thoroughly';
import type { FindOptions, FoundClusters } from './found-clusters';

/**
 * Groups texts by their words. Needs at least two texts; the same texts in the same order with the same options give the same.
 * @throws the signal's reason when aborted; RangeError beyond 2 GiB of vectors
 */
export function findClusters(
  texts: readonly (readonly string[])[],
  options: FindOptions,
): Promise<FoundClusters> {
  return options.effort === 'quick' ? findQuickly(texts, options) : findThoroughly(texts, options);
}
