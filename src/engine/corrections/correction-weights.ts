// Written by scripts/fit-corrections.mjs; do not edit by hand.
import type { CorrectionWeights } from './correction-model';

export const correctionWeights: CorrectionWeights = {
  provenance: 'priors only, not yet fitted',
  threshold: 0.5,
  intercept: -2,
  weights: {},
};
