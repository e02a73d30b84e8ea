import { shortHash } from '../workspace/short-hash';

/** Stable id of the correction a user turn is: the same after every rebuild. */
export function correctionIdOf(sessionId: string, spanId: string): string {
  return shortHash(`${sessionId}\0${spanId}`);
}
