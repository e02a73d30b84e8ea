/**
 * sandbox-denial: the sandbox, the file permissions or the permission settings did not let the agent act.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'sandbox-denial',
  title: 'Sandbox denial',
  description: 'The sandbox, the file permissions or the permission settings did not let the agent act.',
  version: '1.1',
  isHint: true,
  said: 'was not permitted to act',
});
