/**
 * guardrail-block: a guardrail, content filter, hook or policy stopped a call or an answer.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'guardrail-block',
  title: 'Guardrail block',
  description: 'A guardrail, content filter, hook or policy stopped the agent.',
  version: '1.1',
  isHint: true,
  said: 'was stopped by a guardrail',
});
