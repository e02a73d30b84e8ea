/** How the session score and the place of failures did on the report halves of labelled sets; written by scripts/eval.mjs. */
import type { PlaceTrust, ScoreTrust } from '../../shared/contract/signal';

export const scoreMeasured: readonly ScoreTrust[] = [
  {
    set: 'tau-bench airline',
    sessions: 100,
    failed: 65,
    score: { auc: 0.668, low: 0.48, high: 0.827, top10: 1, top20: 1 },
    length: { auc: 0.659, low: 0.492, high: 0.805, top10: 1, top20: 0.8 },
  },
  {
    set: 'tau-bench retail',
    sessions: 50,
    failed: 15,
    score: { auc: 0.735, low: 0.572, high: 0.889, top10: 0.4, top20: 0.5 },
    length: { auc: 0.645, low: 0.486, high: 0.79, top10: 0.4, top20: 0.4 },
  },
  {
    set: 'tau-bench retail, other agents',
    sessions: 100,
    failed: 31,
    score: { auc: 0.762, low: 0.653, high: 0.864, top10: 0.6, top20: 0.6 },
    length: { auc: 0.586, low: 0.461, high: 0.711, top10: 0.2, top20: 0.3 },
  },
  {
    set: 'mini-swe-agent',
    sessions: 256,
    failed: 67,
    score: { auc: 0.649, low: 0.574, high: 0.716, top10: 0.462, top20: 0.412 },
    length: { auc: 0.631, low: 0.553, high: 0.7, top10: 0.538, top20: 0.392 },
  },
  {
    set: 'Inspect, answers to questions',
    sessions: 118,
    failed: 28,
    score: { auc: 0.699, low: 0.598, high: 0.796, top10: 0.5, top20: 0.375 },
    length: { auc: 0.396, low: 0.3, high: 0.505, top10: 0.083, top20: 0.042 },
  },
];

/** Mean over the sets of the area within each. */
export const scoreAhead = { score: 0.702, length: 0.583, low: 0.059, high: 0.173 };

export const placeMeasured: readonly PlaceTrust[] = [
  {
    set: 'Who&When',
    failures: 51,
    method: 'ranker of steps',
    step: 0.451,
    low: 0.314,
    high: 0.569,
    three: 0.627,
  },
  {
    set: 'Who&When',
    failures: 51,
    method: 'first step first',
    step: 0.137,
    low: 0.059,
    high: 0.255,
    three: 0.608,
  },
  {
    set: 'Who&When',
    failures: 51,
    method: 'second step first',
    step: 0.294,
    low: 0.157,
    high: 0.431,
    three: 0.529,
  },
  { set: 'Who&When', failures: 51, method: 'last step first', step: 0.02, low: 0, high: 0.059, three: 0.275 },
  { set: 'Who&When', failures: 51, method: 'random', step: 0.216, low: 0.098, high: 0.333, three: 0.392 },
  { set: 'AgentRx', failures: 14, method: 'ranker of steps', step: 0.214, low: 0, high: 0.429, three: 0.357 },
  {
    set: 'AgentRx',
    failures: 14,
    method: 'first step first',
    step: 0.071,
    low: 0,
    high: 0.214,
    three: 0.071,
  },
  { set: 'AgentRx', failures: 14, method: 'second step first', step: 0, low: 0, high: 0, three: 0.071 },
  { set: 'AgentRx', failures: 14, method: 'last step first', step: 0, low: 0, high: 0, three: 0.071 },
  { set: 'AgentRx', failures: 14, method: 'random', step: 0, low: 0, high: 0, three: 0.143 },
];

/** Sessions of the report halves by their score. */
export const scoreCalibration: readonly { from: number; to: number; sessions: number; failed: number }[] = [
  { from: 0, to: 0.2, sessions: 193, failed: 40 },
  { from: 0.2, to: 0.4, sessions: 282, failed: 83 },
  { from: 0.4, to: 0.6, sessions: 77, failed: 34 },
  { from: 0.6, to: 0.8, sessions: 46, failed: 26 },
  { from: 0.8, to: 1, sessions: 28, failed: 25 },
];
