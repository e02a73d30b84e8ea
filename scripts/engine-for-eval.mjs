// What the fitting and measuring scripts need of the engine, as one bundle.
export { readTurn, featureNames } from '../src/engine/corrections/turn-features';
export {
  modelOf,
  modelSize,
  priorModel,
  probability,
  sparseRow,
  vectorOf,
} from '../src/engine/corrections/correction-model';
export { fitLogistic } from '../src/engine/corrections/fit-logistic';
export { gramBuckets } from '../src/engine/corrections/gram-features';
export { correctionWeights } from '../src/engine/corrections/correction-weights';
export { scoreUserTurn } from '../src/engine/corrections/propose-correction';
export { clusterCorrections } from '../src/engine/corrections/cluster-corrections';
import { groupByWords } from '../src/engine/corrections/find-quickly';
import { VectorMemory } from '../src/engine/corrections/vector-memory';
import { tokenize } from '../src/shared/text/tokenize';

/** Features to clusters as a quick run does it, without labels and map. */
export async function groupQuickly(texts, k, seed) {
  return (await groupByWords(new VectorMemory(), texts.map(tokenize), k, { seed })).assignment;
}
export {
  contentOverlap,
  hashedTrigrams,
  jaccard,
  editSimilarity,
  trigramSimilarity,
  wordSimilarity,
} from '../src/shared/text/similarity';
export { Pacer } from '../src/engine/corrections/pacer';
export { learnModes, sortingFeatures } from '../src/engine/corrections/sort-further';
export { nearestRows } from '../src/engine/corrections/useful-order';
export { adaptWeights, mostAnchors } from '../src/engine/corrections/learn-corrections';
