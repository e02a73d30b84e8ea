/**
 * missing-resource: a file, command, module, record or address that the agent relied on is not there.
 * How failures are told, counted and said is the same for all kinds: ../environment-detector.ts.
 */
import { environmentDetector } from '../environment-detector';

export default environmentDetector({
  id: 'missing-resource',
  title: 'Missing resource',
  description: 'A file, command, record or address that the agent relied on is not there.',
  version: '1.1',
  isHint: false,
  said: 'asked for something that is not there',
  severity: 1,
});
