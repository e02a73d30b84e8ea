import { z } from 'zod';
import { base } from './base';

export const appInfoSchema = z.object({
  name: z.literal('Faultline'),
  version: z.string(),
  shell: z.enum(['electron', 'browser', 'cli']),
  duckdbVersion: z.string(),
  nodeVersion: z.string(),
  platform: z.string(),
  author: z.string().describe('whose name new facts in the journal carry'),
});

/** One thing that keeps bytes on this machine, with what was found when it was looked at just now. */
export const offlineEvidenceSchema = z.object({
  what: z.string(),
  holds: z.boolean(),
  found: z.string(),
});

export const app = {
  info: base.output(appInfoSchema),
  offline: base.output(z.array(offlineEvidenceSchema)),
  setAuthor: base.input(z.object({ author: z.string().trim().min(1).max(80) })).output(appInfoSchema),
};
