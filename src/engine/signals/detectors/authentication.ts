/**
 * authentication: credentials were missing, wrong, expired or not sufficient for what was asked.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'authentication',
  title: 'Authentication failure',
  description: 'Credentials were missing, wrong, expired or not sufficient.',
  version: '1.1',
  isHint: true,
  said: 'was refused for its credentials',
});
