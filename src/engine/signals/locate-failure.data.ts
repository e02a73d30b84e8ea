/** Where annotated failures first lie; written by scripts/fit-session-score.mjs. */
export const locationPrior: {
  provenance: string;
  /** Weight of each step of a short run. */
  byIndex: readonly number[];
  /** Weight of a step by the tenth of a longer run it lies in. */
  byTenth: readonly number[];
  /** Factor of a finding of severity 1 to 4. */
  bySeverity: readonly number[];
} = {
  provenance: 'Who&When, AgentRx (MIT), fit half: 90 failures',
  byIndex: [0.159, 0.241, 0.041, 0.124, 0.088, 0.124, 0.018, 0.053, 0.124, 0.018, 0.006, 0.006],
  byTenth: [0.115, 0.038, 0.115, 0.038, 0.038, 0.038, 0.115, 0.269, 0.038, 0.192],
  bySeverity: [1, 2.734, 1.822, 1],
};
