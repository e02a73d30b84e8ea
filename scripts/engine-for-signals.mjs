// What the programs that measure and fit signals need of the engine, as one bundle.
export { inspectTrajectory } from '../src/engine/signals/inspect-batch';
export { locate } from '../src/engine/signals/locate-failure';
export { figureNames, figuresOf } from '../src/engine/signals/session-figures';
export { inputsOf, probabilityOf, shippedModel } from '../src/engine/signals/session-score';
export { EMPTY_CONTEXT } from '../src/engine/signals/workspace-context';
export { fitLogistic } from '../src/shared/stats/logistic';
export { detectors } from '../src/engine/signals/registry';
export { hashText } from '../src/shared/text/hash-text';
