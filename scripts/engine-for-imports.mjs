// What the programs that measure on imported files need of the engine; loaded as modules, for DuckDB cannot be bundled.
export { createRouterClient } from '@orpc/server';
export { EngineState } from '../src/engine/engine';
export { createRouter } from '../src/engine/router';
export { readScoreInputs } from '../src/engine/signals/score-inputs';
export { readTrajectories } from '../src/engine/signals/read-trajectories';
export { EMPTY_CONTEXT } from '../src/engine/signals/workspace-context';
export { locate } from '../src/engine/signals/locate-failure';
export { countNames, figureNames } from '../src/engine/signals/session-figures';
export { probabilityOf, shippedModel } from '../src/engine/signals/session-score';
export { detectors } from '../src/engine/signals/registry';
export { fitLogistic } from '../src/shared/stats/logistic';
export { inProcessIntake } from '../test/support/engine';
export { stepFeatureNames, stepFeatures } from '../src/engine/signals/step-features';
