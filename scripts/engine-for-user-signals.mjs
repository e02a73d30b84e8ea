// What the scripts that measure the signals of users and model output need of the engine, as one bundle.
export { detectors } from '../src/engine/signals/registry';
export { EMPTY_CONTEXT } from '../src/engine/signals/workspace-context';
export { topicShifts } from '../src/shared/conversation/drift';
export { payloadFault } from '../src/shared/failures/payload-fault';
export { contentWords } from '../src/shared/text/function-words';
export { letterLikeness, likenessOf, readAsked } from '../src/shared/text/rephrase';
export { tokenize } from '../src/shared/text/tokenize';
