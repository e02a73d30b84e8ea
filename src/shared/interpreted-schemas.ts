import { z } from 'zod';

/** Keeps zod from compiling schemas to code, which the page's content policy forbids and reports. Call it first. */
export function interpretSchemas(): void {
  z.config({ jitless: true });
}
