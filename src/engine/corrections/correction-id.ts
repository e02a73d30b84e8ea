import { createHash } from 'node:crypto';

/** Stable id of the correction a user turn is: the same after every rebuild. */
export function correctionIdOf(sessionId: string, spanId: string): string {
  return createHash('md5').update(`${sessionId}\0${spanId}`).digest('hex').slice(0, 16);
}
