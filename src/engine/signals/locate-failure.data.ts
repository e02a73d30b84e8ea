/** What the localisation of a failure rests on; replaced by scripts/fit-session-score.mjs. */
export const locationPrior: {
  provenance: string;
  first: number;
  byTenth: readonly number[];
  bySeverity: readonly number[];
} = {
  provenance: '',
  first: 0,
  byTenth: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  bySeverity: [1, 1.5, 2, 3],
};
