/**
 * rate-limit: a service refused because of too many requests, a used-up quota or overload.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'rate-limit',
  title: 'Rate limit',
  description: 'A service refused because of too many requests, a used-up quota or overload.',
  version: '1.1',
  isHint: true,
  said: 'met a rate limit',
});
