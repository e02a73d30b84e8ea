/**
 * timeout: a call that ran out of time: its own limit, the network’s or the program’s that ran it.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'timeout',
  title: 'Timeout',
  description: 'Something did not answer in time.',
  version: '1.1',
  isHint: true,
  said: 'ran out of time',
});
