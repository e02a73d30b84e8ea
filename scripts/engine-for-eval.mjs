// What the fitting and measuring scripts need of the engine, as one bundle.
export { readTurn, featureNames } from '../src/engine/corrections/turn-features';
export { priorIntercept, priorWeights } from '../src/engine/corrections/correction-model';
export { scoreUserTurn } from '../src/engine/corrections/propose-correction';
export { clusterCorrections } from '../src/engine/corrections/cluster-corrections';
export {
  contentOverlap,
  editSimilarity,
  trigramSimilarity,
  wordSimilarity,
} from '../src/shared/text/similarity';
