/** Weights of the session score; replaced by scripts/fit-session-score.mjs. */
export const shippedScore: {
  provenance: string;
  intercept: number;
  weights: Readonly<Record<string, number>>;
} = {
  provenance: '',
  intercept: -0.5,
  weights: {},
};
